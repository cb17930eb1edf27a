package io.millrace.handler.rerank;

import io.millrace.bus.Bus;
import io.millrace.handler.HandlerConfig;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.HandlerType;
import io.millrace.handler.TaskHandler;
import io.millrace.inference.ModelClient;

/** {@code type: rerank}; asks whoever serves inference on the bus. */
public final class RerankType implements HandlerType {
  private static final String SCHEMA = HandlerType.schemaBeside(RerankType.class);

  private final ModelClient models;

  /** Asks over {@code bus}. */
  public RerankType(Bus bus) {
    models = new ModelClient(bus);
  }

  @Override
  public String name() {
    return "rerank";
  }

  @Override
  public String inputSchema() {
    return SCHEMA;
  }

  @Override
  public TaskHandler make(HandlerDeclaration declaration) {
    HandlerConfig.of(declaration).refuseUnknown();
    String model = declaration.requiredModel();
    return new RerankHandler(models, model, declaration.timeout());
  }
}
