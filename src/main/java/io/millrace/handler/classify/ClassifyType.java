package io.millrace.handler.classify;

import io.millrace.bus.Bus;
import io.millrace.handler.HandlerConfig;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.HandlerType;
import io.millrace.handler.TaskHandler;
import io.millrace.inference.ModelClient;

/** {@code type: classify}; asks whoever serves inference on the bus. */
public final class ClassifyType implements HandlerType {
  private static final String SCHEMA = HandlerType.schemaBeside(ClassifyType.class);

  private final ModelClient models;

  /** Asks over {@code bus}. */
  public ClassifyType(Bus bus) {
    models = new ModelClient(bus);
  }

  @Override
  public String name() {
    return "classify";
  }

  @Override
  public String inputSchema() {
    return SCHEMA;
  }

  @Override
  public TaskHandler make(HandlerDeclaration declaration) {
    HandlerConfig.of(declaration).refuseUnknown();
    String model = declaration.requiredModel();
    return new ClassifyHandler(models, model, declaration.timeout());
  }
}
