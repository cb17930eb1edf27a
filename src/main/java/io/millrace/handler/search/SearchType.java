package io.millrace.handler.search;

import io.millrace.bus.Bus;
import io.millrace.handler.HandlerConfig;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.HandlerType;
import io.millrace.handler.TaskHandler;
import io.millrace.tuning.SearchDefaults;

/** {@code type: search}; asks whoever serves the index on the bus. */
public final class SearchType implements HandlerType {
  private static final String SCHEMA = HandlerType.schemaBeside(SearchType.class);

  private final Bus bus;
  private final SearchDefaults defaults;

  /** Asks over {@code bus}, by {@code defaults} where a task does not say otherwise. */
  public SearchType(Bus bus, SearchDefaults defaults) {
    this.bus = bus;
    this.defaults = defaults;
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
    return new SearchHandler(bus, defaults, declaration.timeout());
  }
}
