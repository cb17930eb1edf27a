package io.millrace.handler;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

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

  /** The text of {@code input.schema.json} beside {@code type}. */
  static String schemaBeside(Class<? extends HandlerType> type) {
    try (InputStream in = type.getResourceAsStream("input.schema.json")) {
      if (in == null) {
        throw new IllegalStateException("no input.schema.json beside " + type);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
