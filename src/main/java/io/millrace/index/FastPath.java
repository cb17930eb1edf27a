package io.millrace.index;

import java.util.Optional;

/** Knows which questions need no model, because their words say exactly what is meant. */
final class FastPath {
  private FastPath() {}

  /** Why only words are compared for {@code question}; empty when meaning counts too. */
  static Optional<String> of(Question question) {
    if (question.loose().isEmpty() && !question.phrases().isEmpty()) {
      return Optional.of("Only phrases in quotation marks were asked for.");
    }
    return Identifiers.only(question.plain())
        ? Optional.of("Only names such as of files or errors were asked for.")
        : Optional.empty();
  }
}
