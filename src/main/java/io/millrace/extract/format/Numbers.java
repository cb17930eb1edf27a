package io.millrace.extract.format;

/** Numbers as files write them, which need not be any. */
final class Numbers {
  private Numbers() {}

  /** A whole number, or {@code otherwise}. */
  static int integer(String text, int otherwise) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException _) {
      return otherwise;
    }
  }
}
