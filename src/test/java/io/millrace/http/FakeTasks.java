package io.millrace.http;

import io.millrace.access.Scope;
import io.millrace.archive.Tasks;
import io.millrace.events.EventLogs;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.task.Children.Standing;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.millrace.task.TaskStatus;
import io.millrace.testing.UnusedTaskQueue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Queue, logs and look-up of tasks in memory; the test plays the worker. */
final class FakeTasks extends UnusedTaskQueue implements EventLogs {
  private final Random random = new Random(42);
  private final Map<TaskId, Task> tasks = new HashMap<>();
  private final Map<TaskId, List<TaskEvent>> logs = new HashMap<>();
  private final Map<String, Task> keys = new HashMap<>();
  private final List<FeedEntry> feed = new ArrayList<>();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private final List<Follower> followers = new CopyOnWriteArrayList<>();
  private Optional<Problem> broken = Optional.empty();
  private Consumer<Task> onSubmit = task -> {};
  private Future<Void> readLine = Future.succeededFuture();
  private final AtomicInteger heldReads = new AtomicInteger();
  private final AtomicInteger untold = new AtomicInteger();
  private int dropped;
  private long clock = 1_795_257_000_000L;

  private record Watcher(TaskId task, Runnable onNews, Context context) {}

  private record Follower(FeedReader reader, Context context) {}

  /** From now on every call fails like this; empty mends it. */
  synchronized void breakWith(Optional<Problem> problem) {
    broken = problem;
  }

  /** What happens to each task right after it was accepted. */
  synchronized void onSubmit(Consumer<Task> worker) {
    onSubmit = worker;
  }

  /** The first {@code count} events of every log are gone. */
  synchronized void trim(int count) {
    dropped = count;
  }

  /** From now on what is read is answered when the promise is completed. */
  synchronized Promise<Void> holdReads() {
    Promise<Void> line = Promise.promise();
    readLine = line.future();
    return line;
  }

  /** How many reads wait for their answer. */
  int heldReads() {
    return heldReads.get();
  }

  /** How many watchers are still to be told of news. */
  int untold() {
    return untold.get();
  }

  synchronized int watching() {
    return watchers.size() + followers.size();
  }

  /** Ends the round of {@code id} with a result. */
  void succeed(TaskId id, String result) {
    change(id, TaskStatus.SUCCEEDED, Optional.of(new Payload(result)));
  }

  /** Reports progress. */
  synchronized void progress(TaskId id, int done, int total) {
    append(
        id,
        TaskEvent.PROGRESS,
        new JsonObject().put("done", done).put("total", total).put("stage", "run"),
        false);
  }

  synchronized void change(TaskId id, TaskStatus status, Optional<Payload> result) {
    Task old = tasks.get(id);
    Optional<Instant> now = Optional.of(Instant.ofEpochMilli(clock));
    tasks.put(
        id,
        new Task(
            id,
            old.owner(),
            old.handler(),
            status,
            old.priority(),
            old.input(),
            old.epoch() + 1,
            1,
            1,
            1,
            status == TaskStatus.CANCELLED,
            Optional.of("worker-1"),
            old.createdAt(),
            Optional.empty(),
            now,
            status.isFinal() ? now : Optional.empty(),
            result,
            status == TaskStatus.FAILED
                ? Optional.of(new TaskError("invalid", "It \"failed\".", false))
                : Optional.empty()));
    append(id, TaskEvent.STATUS, new JsonObject().put("status", status.label()), status.isFinal());
  }

  synchronized Optional<Task> find(TaskId id) {
    return Optional.ofNullable(tasks.get(id));
  }

  /** Replaces a task, without an event. */
  synchronized void put(Task task) {
    tasks.put(task.id(), task);
  }

  private void append(TaskId id, String type, JsonObject data, boolean last) {
    clock++;
    var event = new TaskEvent(clock + "-0", id, type, new Payload(data.encode()), last);
    logs.get(id).add(event);
    if (type.equals(TaskEvent.STATUS)) {
      var entry = new FeedEntry(clock + "-7", tasks.get(id).owner().tenant(), event);
      feed.add(entry);
      followers.forEach(to ->
          to.context.runOnContext(later -> {
            if (followers.contains(to)) {
              to.reader.onEntries(List.of(entry));
            }
          }));
    }
    watchers.stream().filter(watcher -> watcher.task.equals(id)).forEach(this::tell);
  }

  private void tell(Watcher watcher) {
    untold.incrementAndGet();
    watcher.context.runOnContext(later -> {
      watcher.onNews.run();
      untold.decrementAndGet();
    });
  }

  private <T> Future<T> answer(java.util.function.Supplier<Future<T>> answer) {
    synchronized (this) {
      return broken
          .map(problem -> Future.<T>failedFuture(new ProblemException(problem)))
          .orElseGet(answer);
    }
  }

  @Override
  public Future<List<Submitted>> submit(List<TaskRequest> requests) {
    return answer(() -> Future.succeededFuture(requests.stream().map(this::accept).toList()));
  }

  private Submitted accept(TaskRequest request) {
    Task known = request.idempotencyKey().map(keys::get).orElse(null);
    if (known != null) {
      return known.input().equals(request.input())
          ? new Submitted.Accepted(tasks.get(known.id()), true)
          : new Submitted.Refused(new Problem.Conflict("The key was used for another body."));
    }
    clock++;
    boolean later = !(request.start() instanceof TaskRequest.Start.Now);
    TaskStatus status = later ? TaskStatus.SCHEDULED : TaskStatus.QUEUED;
    Instant now = Instant.ofEpochMilli(clock);
    var task =
        new Task(
            TaskId.mint(0, now, random),
            request.owner(),
            request.handler(),
            status,
            request.priority(),
            request.input(),
            0,
            1,
            0,
            0,
            false,
            Optional.empty(),
            now,
            later ? Optional.of(now.plusSeconds(5)) : Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    tasks.put(task.id(), task);
    logs.put(task.id(), new ArrayList<>());
    request.idempotencyKey().ifPresent(key -> keys.put(key, task));
    append(task.id(), TaskEvent.STATUS, new JsonObject().put("status", status.label()), false);
    onSubmit.accept(task);
    return new Submitted.Accepted(task, false);
  }

  @Override
  public Future<Cancellation> cancel(Scope asker, TaskId id) {
    return answer(() -> {
      Task task = tasks.get(id);
      if (task == null || !asker.maySee(task.owner())) {
        return Future.succeededFuture(new Cancellation.Unknown());
      }
      if (task.status().isFinal()) {
        return Future.succeededFuture(new Cancellation.AlreadyFinal(task));
      }
      change(id, TaskStatus.CANCELLED, Optional.empty());
      return Future.succeededFuture(new Cancellation.Requested(tasks.get(id)));
    });
  }

  @Override
  public Future<EventPage> read(TaskId task, Optional<String> after, int limit) {
    Future<Void> line;
    synchronized (this) {
      line = readLine;
      if (!line.isComplete()) {
        heldReads.incrementAndGet();
      }
    }
    return line.compose(through -> page(task, after, limit));
  }

  private Future<EventPage> page(TaskId task, Optional<String> after, int limit) {
    return answer(() -> {
      List<TaskEvent> log = logs.get(task);
      List<TaskEvent> kept = log.subList(Math.min(dropped, log.size()), log.size());
      boolean gap =
          dropped > 0
              && after
                  .map(id -> kept.isEmpty() || TaskEvent.compareIds(id, kept.getFirst().id()) < 0)
                  .orElse(true);
      List<TaskEvent> page =
          kept.stream()
              .filter(e -> after.map(id -> TaskEvent.compareIds(id, e.id()) < 0).orElse(true))
              .limit(limit)
              .toList();
      return Future.succeededFuture(new EventPage(page, gap));
    });
  }

  @Override
  public synchronized Subscription watch(TaskId task, Runnable onNews) {
    var watcher = new Watcher(task, onNews, Vertx.currentContext());
    watchers.add(watcher);
    tell(watcher);
    return () -> watchers.remove(watcher);
  }

  @Override
  public synchronized Subscription followFeed(Optional<String> after, FeedReader reader) {
    var follower = new Follower(reader, Vertx.currentContext());
    List<FeedEntry> missed =
        feed.stream()
            .filter(e -> after.map(a -> TaskEvent.compareIds(a, e.feedId()) < 0).orElse(false))
            .toList();
    boolean gap = after.map(a -> TaskEvent.compareIds(a, "1000-0") < 0).orElse(false);
    followers.add(follower);
    follower.context.runOnContext(later -> {
      if (gap) {
        reader.onGap();
      }
      if (!missed.isEmpty()) {
        reader.onEntries(missed);
      }
    });
    return () -> followers.remove(follower);
  }

  /** The look-up of tasks, live or archived. */
  Tasks lookUp() {
    return new LookUp();
  }

  private final class LookUp implements Tasks {
    @Override
    public Future<Task> get(Scope asker, TaskId id) {
      return answer(() -> {
        Task task = tasks.get(id);
        return task == null || !asker.maySee(task.owner())
            ? Future.failedFuture(
                new ProblemException(new Problem.NotFound("There is no such task.")))
            : Future.succeededFuture(task);
      });
    }

    @Override
    public Future<List<Task>> byIds(Scope asker, List<TaskId> ids) {
      return answer(() ->
          Future.succeededFuture(
              ids.stream().map(tasks::get).filter(task -> task != null).toList()));
    }

    @Override
    public Future<ChildPage> children(
        Scope asker, TaskId parent, Optional<Standing> only, Optional<TaskId> after, int limit) {
      return get(asker, parent)
          .map(task -> {
            List<Task> children =
                tasks.values().stream()
                    .filter(child -> child.parent().equals(Optional.of(parent)))
                    .toList();
            return new ChildPage(task.children(), new Page(children, Optional.empty()));
          });
    }

    @Override
    public Future<Page> list(Scope asker, Filter filter, Optional<TaskId> before, int limit) {
      return answer(() -> {
        List<Task> all =
            tasks.values().stream()
                .filter(filter::matches)
                .sorted(Comparator.comparing((Task task) -> task.id().value()).reversed())
                .filter(task ->
                    before.map(b -> task.id().value().compareTo(b.value()) < 0).orElse(true))
                .toList();
        List<Task> page = all.stream().limit(limit).toList();
        Optional<TaskId> next =
            all.size() > limit ? Optional.of(page.getLast().id()) : Optional.empty();
        return Future.succeededFuture(new Page(page, next));
      });
    }
  }
}
