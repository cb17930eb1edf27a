package io.millrace.handler.embed;

import io.millrace.bus.Bus;
import io.millrace.handler.HandlerConfig;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.HandlerType;
import io.millrace.handler.TaskHandler;
import io.millrace.inference.ModelClient;

/** {@code type: embed}; asks whoever serves inference on the bus. */
public final class EmbedType implements HandlerType {
  private static final String SCHEMA = HandlerType.schemaBeside(EmbedType.class);

  private final ModelClient models;

  /** Asks over {@code bus}. */
  public EmbedType(Bus bus) {
    models = new ModelClient(bus);
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
    return new EmbedHandler(models, model, declaration.timeout());
  }
}
