package io.millrace.handler.generate;

import io.millrace.bus.Bus;
import io.millrace.handler.HandlerConfig;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.HandlerType;
import io.millrace.handler.TaskHandler;
import io.millrace.inference.Generations;

/** {@code type: generate}; asks whoever serves inference on the bus. */
public final class GenerateType implements HandlerType {
  private static final String SCHEMA = HandlerType.schemaBeside(GenerateType.class);

  private final Generations generations;

  /** Asks over {@code bus}. */
  public GenerateType(Bus bus) {
    generations = new Generations(bus);
  }

  @Override
  public String name() {
    return "generate";
  }

  @Override
  public String inputSchema() {
    return SCHEMA;
  }

  @Override
  public TaskHandler make(HandlerDeclaration declaration) {
    HandlerConfig.of(declaration).refuseUnknown();
    String model = declaration.requiredModel();
    return new GenerateHandler(generations, model, declaration.timeout());
  }
}
