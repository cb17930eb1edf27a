package io.millrace.dispatch;

import io.millrace.access.Scope;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
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
import java.util.function.Supplier;

/** A real queue behind a line that can be cut: the worker lives on and hears nothing. */
final class SeverableTaskQueue implements TaskQueue {
  private final TaskQueue real;
  private volatile boolean cut;
  private volatile boolean cutAfterClaim;
  private volatile boolean loseClaim;

  SeverableTaskQueue(TaskQueue real) {
    this.real = real;
  }

  void cut(boolean value) {
    cut = value;
  }

  /** Cuts the line when the next task has come over it. */
  void cutAfterNextClaim() {
    cutAfterClaim = true;
  }

  /** The next claim that gets a task is carried out, but its answer does not come back. */
  void loseNextClaim() {
    loseClaim = true;
  }

  private <T> Future<T> over(Supplier<Future<T>> call) {
    return cut ? broken() : call.get();
  }

  private static <T> Future<T> broken() {
    return Future.failedFuture(
        new ProblemException(
            new Problem.Unavailable("redis", "the line is cut", Duration.ofSeconds(1))));
  }

  @Override
  public Future<List<Submitted>> submit(List<TaskRequest> requests) {
    return over(() -> real.submit(requests));
  }

  @Override
  public Future<Claims> claim(String worker, List<Demand> demand) {
    return over(() -> real.claim(worker, demand))
        .compose(claimed -> {
          if (claimed.tasks().isEmpty()) {
            return Future.succeededFuture(claimed);
          }
          if (cutAfterClaim) {
            cutAfterClaim = false;
            cut = true;
          }
          if (loseClaim) {
            loseClaim = false;
            return broken();
          }
          return Future.succeededFuture(claimed);
        });
  }

  @Override
  public Future<List<Claimed>> held(String worker) {
    return over(() -> real.held(worker));
  }

  @Override
  public Future<Map<String, Duration>> oldest() {
    return over(real::oldest);
  }

  @Override
  public Future<List<TaskId>> children(TaskId parent) {
    return over(() -> real.children(parent));
  }

  @Override
  public Future<List<Renewal>> renew(List<Hold> holds, Duration lease) {
    return over(() -> real.renew(holds, lease));
  }

  @Override
  public Future<List<Boolean>> emit(List<Emission> emissions) {
    return over(() -> real.emit(emissions));
  }

  @Override
  public Future<List<Boolean>> finish(List<Finish> finishes) {
    return over(() -> real.finish(finishes));
  }

  @Override
  public Future<Cancellation> cancel(Scope asker, TaskId id) {
    return over(() -> real.cancel(asker, id));
  }

  @Override
  public Future<Optional<Task>> get(Scope asker, TaskId id) {
    return over(() -> real.get(asker, id));
  }

  @Override
  public Future<List<Task>> list(Scope asker, Optional<TaskId> before, int limit) {
    return over(() -> real.list(asker, before, limit));
  }

  @Override
  public Future<Swept> sweep() {
    return over(real::sweep);
  }

  @Override
  public Future<Map<String, Depth>> depths() {
    return over(real::depths);
  }

  @Override
  public Wake onWork(Collection<String> handlers, Runnable onWork) {
    return real.onWork(handlers, onWork);
  }

  @Override
  public Wake onCancel(Consumer<TaskId> onCancel) {
    return real.onCancel(id -> {
      if (!cut) {
        onCancel.accept(id);
      }
    });
  }
}
