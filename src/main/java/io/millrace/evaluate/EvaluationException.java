package io.millrace.evaluate;

/** Something cannot be evaluated, and why, for the person who asked. */
public final class EvaluationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says why. */
  public EvaluationException(String message) {
    super(message);
  }
}
