package io.millrace.handler.echo;

import io.millrace.handler.HandlerConfig;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.HandlerType;
import io.millrace.handler.TaskHandler;

/** {@code type: echo}; {@code config.greeting} goes into every answer. */
public final class EchoType implements HandlerType {
  private static final String SCHEMA = HandlerType.schemaBeside(EchoType.class);

  @Override
  public String name() {
    return "echo";
  }

  @Override
  public String inputSchema() {
    return SCHEMA;
  }

  @Override
  public TaskHandler make(HandlerDeclaration declaration) {
    HandlerConfig config = HandlerConfig.of(declaration);
    String greeting = config.text("greeting", "");
    config.refuseUnknown();
    return new EchoHandler(greeting);
  }
}
