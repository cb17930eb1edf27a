package io.millrace.model;

/** What a model was trained to see in front of a text, often nothing. */
public record Prefixes(String query, String passage) {
  /** Texts go in as they are. */
  public static final Prefixes NONE = new Prefixes("", "");

  /** What is tokenised for {@code text}. */
  public String prompt(TextKind kind, String text) {
    return switch (kind) {
      case QUERY -> query + text;
      case PASSAGE -> passage + text;
    };
  }
}
