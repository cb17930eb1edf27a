package io.millrace.handler.embed;

import io.millrace.bus.Bus;
import io.millrace.handler.HandlerConfig;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.HandlerType;
import io.millrace.handler.TaskHandler;

/** {@code type: embed}; asks whoever serves inference on the bus. */
public final class EmbedType implements HandlerType {
  private static final String SCHEMA = HandlerType.schemaBeside(EmbedType.class);

  private final Bus bus;

  /** Asks over {@code bus}. */
  public EmbedType(Bus bus) {
    this.bus = bus;
  }

  @Override
  public String name() {
    return "embed";
  }

  @Override
  public String inputSchema() {
    return SCHEMA;
  }

  @Override
  public TaskHandler make(HandlerDeclaration declaration) {
    HandlerConfig.of(declaration).refuseUnknown();
    String model = declaration.requiredModel();
    return new EmbedHandler(bus, model, declaration.timeout());
  }
}
