package io.millrace.model;

import java.util.Locale;

/** What a model does. */
public enum ModelTask {
  /** A text becomes a vector. */
  EMBED,
  /** A question and a text become one number: how well the text answers it. */
  RERANK,
  /** A text becomes one number for each label. */
  CLASSIFY,
  /** A text is continued. */
  GENERATE;

  /** The word in handlers.yaml and over HTTP, such as {@code embed}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
