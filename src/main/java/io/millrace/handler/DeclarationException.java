package io.millrace.handler;

/** A declaration that cannot be used; its message names the key and what is allowed. */
public final class DeclarationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With one sentence for the person who wrote the file. */
  public DeclarationException(String message) {
    super(message);
  }
}
