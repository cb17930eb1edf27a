package io.millrace.settings;

/** A setting that stops the start; the message names the key and what is allowed. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says {@code message} to the operator, without a stack trace. */
  public SettingsException(String message) {
    super(message, null, false, false);
  }

  static SettingsException refused(String key, String what, String allowed) {
    return new SettingsException("Setting " + key + ": " + what + "; allowed: " + allowed + ".");
  }
}
