package io.millrace.handler.job;

import io.millrace.handler.HandlerConfig;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.HandlerRegistry;
import io.millrace.handler.HandlerType;
import io.millrace.handler.TaskHandler;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/** {@code type: job}; its children may be tasks of any live handler but another job. */
public final class JobType implements HandlerType {
  private static final String SCHEMA = HandlerType.schemaBeside(JobType.class);

  private final HandlerRegistry handlers;
  private final Function<TaskId, Future<List<TaskId>>> children;

  /**
   * Looks handlers up in {@code handlers}.
   *
   * @param children the children of a live task, from the queue: a job needs no archive to end
   */
  public JobType(HandlerRegistry handlers, Function<TaskId, Future<List<TaskId>>> children) {
    this.handlers = handlers;
    this.children = children;
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
    return new JobHandler(handlers, children);
  }
}
