package io.millrace.testing;

import io.millrace.access.Scope;
import io.millrace.queue.TaskQueue;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A queue that refuses to be used; a test double overrides what its test needs. */
public abstract class UnusedTaskQueue implements TaskQueue {
  @Override
  public Future<Optional<Task>> get(Scope asker, TaskId id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<List<Task>> list(Scope asker, Optional<TaskId> before, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<List<Claimed>> held(String worker) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Map<String, Duration>> oldest() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<List<TaskId>> children(TaskId parent) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Claims> claim(String worker, List<Demand> demand) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<List<Renewal>> renew(List<Hold> holds, Duration lease) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<List<Boolean>> emit(List<Emission> emissions) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<List<Boolean>> finish(List<Finish> finishes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Swept> sweep() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Map<String, Depth>> depths() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Wake onWork(Collection<String> handlers, Runnable onWork) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Wake onCancel(Consumer<TaskId> onCancel) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<List<Submitted>> submit(List<TaskRequest> requests) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Cancellation> cancel(Scope asker, TaskId id) {
    throw new UnsupportedOperationException();
  }
}
