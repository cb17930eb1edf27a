package io.millrace.handler.search;

import io.millrace.bus.Bus;
import io.millrace.handler.HandlerConfig;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.HandlerType;
import io.millrace.handler.TaskHandler;

/** {@code type: search}; asks whoever serves the index on the bus. */
public final class SearchType implements HandlerType {
  private static final String SCHEMA = HandlerType.schemaBeside(SearchType.class);

  private final Bus bus;

  /** Asks over {@code bus}. */
  public SearchType(Bus bus) {
    this.bus = bus;
  }

  @Override
  public String name() {
    return "search";
  }

  @Override
  public String inputSchema() {
    return SCHEMA;
  }

  @Override
  public TaskHandler make(HandlerDeclaration declaration) {
    HandlerConfig.of(declaration).refuseUnknown();
    return new SearchHandler(bus, declaration.timeout());
  }
}
