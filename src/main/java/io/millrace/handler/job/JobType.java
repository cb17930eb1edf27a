package io.millrace.handler.job;

import io.millrace.archive.Tasks;
import io.millrace.handler.HandlerConfig;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.HandlerRegistry;
import io.millrace.handler.HandlerType;
import io.millrace.handler.TaskHandler;

/** {@code type: job}; its children may be tasks of any live handler but another job. */
public final class JobType implements HandlerType {
  private static final String SCHEMA = HandlerType.schemaBeside(JobType.class);

  private final HandlerRegistry handlers;
  private final Tasks tasks;

  /** Looks handlers up in {@code handlers}, and ended children in {@code tasks}. */
  public JobType(HandlerRegistry handlers, Tasks tasks) {
    this.handlers = handlers;
    this.tasks = tasks;
  }

  @Override
  public String name() {
    return "job";
  }

  @Override
  public String inputSchema() {
    return SCHEMA;
  }

  @Override
  public TaskHandler make(HandlerDeclaration declaration) {
    HandlerConfig.of(declaration).refuseUnknown();
    return new JobHandler(handlers, tasks);
  }
}
