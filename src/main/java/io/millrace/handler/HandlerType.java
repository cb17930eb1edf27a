package io.millrace.handler;

/** A kind of handler: how its input looks, and how one is made from a declaration. */
public interface HandlerType {
  /** What {@code type:} names. */
  String name();

  /**
   * A JSON Schema (draft 2020-12) for the input, as JSON text. Titles, descriptions, defaults and
   * enums are for the form that people fill in.
   */
  String inputSchema();

  /**
   * Makes the handler of one declaration.
   *
   * @throws DeclarationException when {@code config:} or {@code model:} is not what the type needs
   */
  TaskHandler make(HandlerDeclaration declaration);
}
