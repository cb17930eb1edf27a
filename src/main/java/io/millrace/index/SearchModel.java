package io.millrace.index;

import java.util.Optional;
import java.util.Set;

/**
 * The models a search asks.
 *
 * @param name of the model that reads questions, the one that passages were embedded with; empty
 *     for none
 * @param languages it reads, by code of ISO 639-1; empty for all
 * @param reranker a cross-encoder that orders the best anew, where one is declared
 */
public record SearchModel(String name, Set<String> languages, Optional<String> reranker) {
  /** Copies the set. */
  public SearchModel {
    languages = Set.copyOf(languages);
  }

  /** Whether it can tell what a text in {@code language} means; what is unknown is tried. */
  boolean reads(String language) {
    return languages.isEmpty()
        || language.equals(Languages.UNKNOWN)
        || languages.contains(language);
  }
}
