package io.millrace.encoder;

/** Who waits for an answer, which decides who goes first. */
public enum Turn {
  /** Somebody waits: it overtakes what is bulk. */
  INTERACTIVE,
  /** Nobody waits for this one text. */
  BULK
}
