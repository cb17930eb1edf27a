package io.millrace.model;

import java.util.Locale;

/** How the hidden states of a text's tokens become one vector. */
public enum Pooling {
  /** Their mean, padding left out. */
  MEAN,
  /** The first token's. */
  CLS,
  /** The last token's, padding left out. */
  LAST;

  /** The word in handlers.yaml, such as {@code mean}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
