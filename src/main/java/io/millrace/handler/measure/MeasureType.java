package io.millrace.handler.measure;

import io.millrace.bus.Bus;
import io.millrace.handler.HandlerConfig;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.HandlerType;
import io.millrace.handler.TaskHandler;
import io.millrace.tuning.Tuning;

/** {@code type: measure}; asks whoever serves the index on the bus. */
public final class MeasureType implements HandlerType {
  private static final String SCHEMA = HandlerType.schemaBeside(MeasureType.class);

  private final Tuning tuning;
  private final Bus bus;

  /** Measures the test sets of {@code tuning}. */
  public MeasureType(Tuning tuning, Bus bus) {
    this.tuning = tuning;
    this.bus = bus;
  }

  @Override
  public String name() {
    return "measure";
  }

  @Override
  public String inputSchema() {
    return SCHEMA;
  }

  @Override
  public TaskHandler make(HandlerDeclaration declaration) {
    HandlerConfig.of(declaration).refuseUnknown();
    return new MeasureHandler(tuning, bus);
  }
}
