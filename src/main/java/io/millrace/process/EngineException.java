package io.millrace.process;

/**
 * An engine or its data directory cannot be used as things are; the message tells the operator what
 * is wrong and what to do about it.
 */
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for the operator. */
  public EngineException(String message) {
    super(message);
  }

  /** With a message for the operator and what caused it. */
  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
