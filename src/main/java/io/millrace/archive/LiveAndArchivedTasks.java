package io.millrace.archive;

import io.millrace.access.Scope;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.queue.TaskQueue;
import io.millrace.task.Children;
import io.millrace.task.Children.Standing;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Looks into Redis first and then into PostgreSQL. A task leaves Redis only after its row is
 * committed, so in this order none is missed; one that both have is shown once.
 */
public final class LiveAndArchivedTasks implements Tasks {
  private static final int SCAN_PAGE = 200;
  private static final int SCAN_PAGES_MAX = 10;

  /** Ids are minted by the clock of the process that took the task in, times are Redis's. */
  private static final Duration CLOCKS_APART_MAX = Duration.ofDays(1);

  private static final String ARCHIVED_CHILDREN =
      "SELECT "
          + ArchiveRows.TASK_COLUMNS
          + " FROM archived_task WHERE tenant = $1 AND parent = $2 ORDER BY minted, id";

  private static final Comparator<TaskId> NEWEST_FIRST =
      Comparator.comparing(LiveAndArchivedTasks::minted).thenComparing(TaskId::value).reversed();

  private final TaskQueue queue;
  private final PostgresArchive archive;

  /** Looks into {@code queue}, then into {@code archive}. */
  public LiveAndArchivedTasks(TaskQueue queue, PostgresArchive archive) {
    this.queue = queue;
    this.archive = archive;
  }

  @Override
  public Future<Task> get(Scope asker, TaskId id) {
    return byIds(asker, List.of(id))
        .map(found -> {
          if (found.isEmpty()) {
            throw new ProblemException(new Problem.NotFound("There is no such task."));
          }
          return found.getFirst();
        });
  }

  @Override
  public Future<List<Task>> byIds(Scope asker, List<TaskId> ids) {
    List<Future<Optional<Task>>> asked = ids.stream().map(id -> queue.get(asker, id)).toList();
    return Future.all(asked)
        .compose(_ -> {
          var found = new HashMap<TaskId, Task>();
          asked.forEach(answer -> answer.result().ifPresent(t -> found.put(t.id(), t)));
          List<TaskId> missing = ids.stream().filter(id -> !found.containsKey(id)).toList();
          return missing.isEmpty()
              ? Future.succeededFuture(inOrder(ids, found))
              : archive
                  .byIds(missing)
                  .map(archived -> {
                    archived.stream()
                        .filter(task -> asker.maySee(task.owner()))
                        .forEach(task -> found.put(task.id(), task));
                    return inOrder(ids, found);
                  });
        });
  }

  @Override
  public Future<ChildPage> children(
      Scope asker, TaskId parent, Optional<Standing> only, Optional<TaskId> after, int limit) {
    return get(asker, parent)
        .compose(task -> {
          Optional<Children> told = task.children();
          if (told.isEmpty()) {
            return Future.succeededFuture(new ChildPage(told, Page.NONE));
          }
          return queue
              .children(parent)
              .compose(ids -> {
                if (ids.isEmpty()) {
                  return archive
                      .tasks(ARCHIVED_CHILDREN, Tuple.of(asker.tenant(), parent.value()))
                      .map(all -> page(told.get(), all, only, after, limit));
                }
                if (only.isPresent() || task.status().isFinal()) {
                  return byIds(asker, ids).map(all -> page(told.get(), all, only, after, limit));
                }
                // While it waits its own counts are right, and so only the portion is read.
                int from = after.map(ids::indexOf).orElse(-1) + 1;
                int to = Math.min(ids.size(), from + limit);
                Optional<TaskId> next =
                    to < ids.size() ? Optional.of(ids.get(to - 1)) : Optional.empty();
                return byIds(asker, ids.subList(from, to))
                    .map(tasks -> new ChildPage(told, new Page(tasks, next)));
              });
        });
  }

  /**
   * A portion of {@code all}. The counts of a task that has ended stand still, so they are taken
   * anew, unless a child is missing: on its way into the archive, or retried and now on its own.
   */
  private static ChildPage page(
      Children told, List<Task> all, Optional<Standing> only, Optional<TaskId> after, int limit) {
    Children counts =
        all.size() == told.total() ? Children.of(all.stream().map(Task::status).toList()) : told;
    int from = after.map(id -> all.stream().map(Task::id).toList().indexOf(id)).orElse(-1) + 1;
    List<Task> wanted =
        all.subList(from, all.size()).stream()
            .filter(
                task -> only.map(standing -> standing == Standing.of(task.status())).orElse(true))
            .limit(limit + 1L)
            .toList();
    return new ChildPage(
        Optional.of(counts),
        wanted.size() > limit
            ? new Page(wanted.subList(0, limit), Optional.of(wanted.get(limit - 1).id()))
            : new Page(wanted, Optional.empty()));
  }

  @Override
  public Future<Page> list(Scope asker, Filter filter, Optional<TaskId> before, int limit) {
    return scan(asker, filter, before, new Live(limit + 1))
        .compose(live ->
            archived(asker, filter, before, limit + 1).map(archived -> page(live, archived, limit)))
        .compose(page -> current(asker, filter, page));
  }

  /** A dead task may live again, and its row is then that of an earlier round. */
  private Future<Page> current(Scope asker, Filter filter, Page page) {
    List<Future<Optional<Task>>> asked =
        page.tasks().stream()
            .map(task ->
                task.status() == TaskStatus.DEAD
                    ? queue.get(asker, task.id()).map(live -> live.or(() -> Optional.of(task)))
                    : Future.succeededFuture(Optional.of(task)))
            .toList();
    return Future.all(asked)
        .map(_ ->
            new Page(
                asked.stream()
                    .flatMap(answer -> answer.result().stream())
                    .filter(filter::matches)
                    .toList(),
                page.next()));
  }

  /** Live tasks that match, as far as the scan went. */
  private static final class Live {
    final int wanted;
    final List<Task> matches = new ArrayList<>();
    int pages;
    Optional<TaskId> stoppedAt = Optional.empty();

    Live(int wanted) {
      this.wanted = wanted;
    }
  }

  private Future<Live> scan(Scope asker, Filter filter, Optional<TaskId> before, Live live) {
    int size = filter.equals(Filter.ALL) ? live.wanted : SCAN_PAGE;
    return queue
        .list(asker, before, size)
        .compose(tasks -> {
          tasks.stream().filter(filter::matches).forEach(live.matches::add);
          live.pages++;
          if (tasks.size() < size || live.matches.size() >= live.wanted) {
            return Future.succeededFuture(live);
          }
          Optional<TaskId> last = Optional.of(tasks.getLast().id());
          if (live.pages == SCAN_PAGES_MAX) {
            live.stoppedAt = last;
            return Future.succeededFuture(live);
          }
          return scan(asker, filter, last, live);
        });
  }

  private Future<List<Task>> archived(
      Scope asker, Filter filter, Optional<TaskId> before, int limit) {
    var sql = new StringBuilder("SELECT " + ArchiveRows.TASK_COLUMNS + " FROM archived_task");
    Tuple parameters = Tuple.tuple();
    condition(sql.append(" WHERE"), parameters, " tenant = ?", asker.tenant());
    filter.status().ifPresent(s -> condition(sql, parameters, " AND status = ?", s.label()));
    filter.handler().ifPresent(h -> condition(sql, parameters, " AND handler = ?", h));
    filter
        .from()
        .ifPresent(from -> {
          condition(sql, parameters, " AND created_at >= ?", from.atOffset(ZoneOffset.UTC));
          condition(sql, parameters, " AND minted >= ?", bound(from.minus(CLOCKS_APART_MAX)));
        });
    filter
        .to()
        .ifPresent(to -> {
          condition(sql, parameters, " AND created_at < ?", to.atOffset(ZoneOffset.UTC));
          condition(sql, parameters, " AND minted < ?", bound(to.plus(CLOCKS_APART_MAX)));
        });
    before.ifPresent(id -> {
      condition(sql, parameters, " AND (minted, id) < (?", minted(id));
      condition(sql, parameters, ", ?)", id.value());
    });
    condition(sql, parameters, " ORDER BY minted DESC, id DESC LIMIT ?", limit);
    return archive.tasks(sql.toString(), parameters);
  }

  private static void condition(
      StringBuilder sql, Tuple parameters, String condition, Object value) {
    Tuple _ = parameters.addValue(value);
    sql.append(condition.replace("?", "$" + parameters.size()));
  }

  private static Page page(Live live, List<Task> archived, int limit) {
    Map<TaskId, Task> once = new HashMap<>();
    live.matches.forEach(task -> once.put(task.id(), task));
    archived.stream()
        .filter(task -> live.stoppedAt.map(at -> !isOlder(task.id(), at)).orElse(true))
        .forEach(task -> once.merge(task.id(), task, (l, a) -> a.epoch() >= l.epoch() ? a : l));
    List<Task> all =
        once.values().stream().sorted(Comparator.comparing(Task::id, NEWEST_FIRST)).toList();
    return all.size() > limit
        ? new Page(all.subList(0, limit), Optional.of(all.get(limit - 1).id()))
        : new Page(all, live.stoppedAt);
  }

  private static boolean isOlder(TaskId id, TaskId than) {
    return NEWEST_FIRST.compare(id, than) > 0;
  }

  private static List<Task> inOrder(List<TaskId> ids, Map<TaskId, Task> found) {
    return ids.stream().distinct().map(found::get).filter(Objects::nonNull).toList();
  }

  private static String minted(TaskId id) {
    return id.value().substring(id.value().indexOf('-') + 1);
  }

  private static String bound(Instant moment) {
    Instant valid = moment.isBefore(Instant.EPOCH) ? Instant.EPOCH : moment;
    return minted(TaskId.mint(0, valid, () -> 0L));
  }
}
