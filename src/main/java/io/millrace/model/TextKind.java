package io.millrace.model;

/** What a text is to the one who searches; decides which prefix a model wants in front. */
public enum TextKind {
  /** Something somebody looks for. */
  QUERY,
  /** Something to be found. */
  PASSAGE
}
