package io.millrace.handler;

/** Checks of declared values; each failure names the key and what is allowed. */
final class Declared {
  private Declared() {}

  static void check(boolean right, String key, String allowed) {
    if (!right) {
      throw new DeclarationException(key + ": must be " + allowed);
    }
  }
}
