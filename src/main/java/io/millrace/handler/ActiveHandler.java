package io.millrace.handler;

/** A handler this process runs, under the declaration it was made from. */
public record ActiveHandler(HandlerDeclaration declaration, TaskHandler handler) {
  /** What a task names. */
  public String name() {
    return declaration.name();
  }
}
