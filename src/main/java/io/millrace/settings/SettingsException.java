package io.millrace.settings;

/** A setting that stops the start; the message names the key and what is allowed. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says {@code message} to the operator, without a stack trace. */
  public SettingsException(String message) {
    super(message, null, false, false);
  }

  /** For an address, set by {@code section.host} and {@code section.port}, that cannot be used. */
  public static SettingsException cannotListen(
      String section, String host, int port, Throwable cause) {
    return new SettingsException(
        "Cannot listen on %s port %d (%s); stop what uses it, or choose another with --set %s.port."
            .formatted(host, port, cause.getMessage(), section));
  }

  static SettingsException refused(String key, String what, String allowed) {
    return new SettingsException("Setting " + key + ": " + what + "; allowed: " + allowed + ".");
  }
}
