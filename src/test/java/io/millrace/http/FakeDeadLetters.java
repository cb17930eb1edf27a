package io.millrace.http;

import io.millrace.access.Scope;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.queue.DeadLetter;
import io.millrace.queue.DeadLetters;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Dead letters in memory, of tasks in memory; remembers what it was asked. */
final class FakeDeadLetters implements DeadLetters {
  final List<Filter> filters = new ArrayList<>();
  final List<Optional<String>> cursors = new ArrayList<>();
  final List<Bulk> bulks = new ArrayList<>();
  private final FakeTasks tasks;
  private final Map<String, DeadLetter> letters = new ConcurrentSkipListMap<>();
  private Optional<Problem> broken = Optional.empty();
  private boolean full;

  FakeDeadLetters(FakeTasks tasks) {
    this.tasks = tasks;
  }

  /** From now on nothing more is taken back. */
  synchronized void fill() {
    full = true;
  }

  /** From now on every call fails like this. */
  synchronized void breakWith(Problem problem) {
    broken = Optional.of(problem);
  }

  /** Lets a task die. */
  synchronized void die(TaskId id) {
    tasks.change(id, TaskStatus.DEAD, Optional.empty());
    Task task = tasks.find(id).orElseThrow();
    letters.put(
        id.value(),
        new DeadLetter(
            id,
            task.owner(),
            task.handler(),
            task.priority(),
            task.input(),
            new TaskError("unavailable", "It was away.", true),
            3,
            4,
            Optional.of("worker-1"),
            task.round(),
            task.createdAt(),
            task.finishedAt().orElseThrow()));
  }

  private synchronized <T> Future<T> answer(T value) {
    return broken
        .map(problem -> Future.<T>failedFuture(new ProblemException(problem)))
        .orElseGet(() -> Future.succeededFuture(value));
  }

  @Override
  public synchronized Future<Page> list(
      Scope asker, Filter filter, Optional<String> cursor, int limit) {
    filters.add(filter);
    cursors.add(cursor);
    List<DeadLetter> all = List.copyOf(letters.values());
    boolean cut = cursor.isEmpty() && all.size() > limit;
    List<DeadLetter> page = cut ? all.subList(0, limit) : all;
    Optional<String> next =
        cut ? Optional.of("1795257000000 " + page.getLast().task()) : Optional.empty();
    return answer(new Page(page, next));
  }

  @Override
  public Future<Optional<DeadLetter>> get(Scope asker, TaskId id) {
    return answer(Optional.ofNullable(letters.get(id.value())));
  }

  @Override
  public synchronized Future<Redriven> redrive(Scope asker, TaskId id) {
    if (full) {
      return answer(
          new Redriven.Refused(
              new Problem.TooMany("Too many wait.", java.time.Duration.ofSeconds(5))));
    }
    boolean dead = letters.remove(id.value()) != null;
    if (dead) {
      tasks.put(revived(tasks.find(id).orElseThrow()));
    }
    return answer(
        tasks
            .find(id)
            .<Redriven>map(task -> new Redriven.Live(task, !dead))
            .orElseGet(Redriven.Unknown::new));
  }

  private static Task revived(Task old) {
    return new Task(
        old.id(),
        old.owner(),
        old.handler(),
        TaskStatus.QUEUED,
        old.priority(),
        old.input(),
        old.epoch() + 1,
        old.round() + 1,
        0,
        0,
        false,
        Optional.empty(),
        old.createdAt(),
        Optional.empty(),
        old.startedAt(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public Future<Portion> match(Scope asker, Filter filter, int limit) {
    filters.add(filter);
    return answer(new Portion(Math.min(limit, letters.size()), letters.size() > limit));
  }

  @Override
  public Future<Portion> redrive(Scope asker, Bulk bulk) {
    bulks.add(bulk);
    return answer(new Portion(Math.min(bulk.limit(), letters.size()), false));
  }

  @Override
  public Future<Optional<DeadLetter>> discard(Scope asker, TaskId id) {
    return answer(Optional.ofNullable(letters.remove(id.value())));
  }

  @Override
  public Future<Integer> expire() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Long> count() {
    throw new UnsupportedOperationException();
  }
}
