package io.millrace.index;

import io.millrace.access.Scope;
import io.millrace.events.EventLogs.FeedEntry;
import io.millrace.events.EventLogs.FeedReader;
import io.millrace.queue.TaskQueue;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Keeps live tasks findable. The feed says which changed; every now and then those that still exist
 * are read and indexed together, so that a task that lives for milliseconds costs nothing here: the
 * change log brings it. Written and read in turn by one thread, so what is written is never older
 * than what the change log brought before; {@link #changed} is for any thread.
 */
final class LiveTasks {
  /** Changed tasks remembered; when there are more, all live tasks are listed instead. */
  static final int PENDING_MAX = 50_000;

  private static final int TASKS_PER_FLUSH = 500;

  private final Source source;
  private final TreeSet<String> tenants = new TreeSet<>();
  private final Map<TaskId, String> pending = new LinkedHashMap<>();
  private boolean listAll = true;

  LiveTasks(Source source) {
    this.source = source;
    tenants.add(Scope.DEFAULT.tenant());
  }

  /** Takes note of a status change. The end of a task is not read: the change log brings it. */
  synchronized void changed(FeedEntry entry) {
    tenants.add(entry.tenant());
    if (entry.event().last()) {
      pending.remove(entry.event().task());
      return;
    }
    if (pending.size() >= PENDING_MAX) {
      pending.clear();
      listAll = true;
    }
    pending.put(entry.event().task(), entry.tenant());
  }

  /** What follows the feed for it. */
  FeedReader feed() {
    return new FeedReader() {
      @Override
      public void onEntries(List<FeedEntry> entries) {
        entries.forEach(LiveTasks.this::changed);
      }

      @Override
      public void onGap() {
        listAgain();
      }
    };
  }

  /** Lists all live tasks with the next flush: after a start, a rebuild or a gap. */
  synchronized void listAgain() {
    listAll = true;
  }

  /** The task as it lives; empty when it does not. */
  Optional<Task> get(String tenant, TaskId id) throws IOException {
    return Sources.await(source.get(scope(tenant), id));
  }

  /** Writes what changed; true when more waits. */
  boolean flush(IndexStore store) throws IOException {
    boolean wrote = takeListAll() && writeAll(store);
    Map<TaskId, String> portion = takePending();
    try {
      for (Task task : read(portion)) {
        write(store, task);
        wrote = true;
      }
    } catch (IOException e) {
      putBack(portion);
      throw e;
    }
    if (wrote) {
      store.refresh();
    }
    return portion.size() == TASKS_PER_FLUSH;
  }

  private boolean writeAll(IndexStore store) throws IOException {
    boolean wrote = false;
    try {
      for (String tenant : knownTenants()) {
        Optional<TaskId> before = Optional.empty();
        List<Task> page;
        do {
          page = Sources.await(source.list(scope(tenant), before, TASKS_PER_FLUSH));
          for (Task task : page) {
            write(store, task);
            wrote = true;
          }
          before = page.isEmpty() ? before : Optional.of(page.getLast().id());
        } while (page.size() == TASKS_PER_FLUSH);
      }
    } catch (IOException e) {
      listAgain();
      throw e;
    }
    return wrote;
  }

  private List<Task> read(Map<TaskId, String> ids) throws IOException {
    var asked = new ArrayList<Future<Optional<Task>>>();
    ids.forEach((id, tenant) -> asked.add(source.get(scope(tenant), id)));
    var tasks = new ArrayList<Task>();
    for (Future<Optional<Task>> answer : asked) {
      Sources.await(answer).ifPresent(tasks::add);
    }
    return tasks;
  }

  private static void write(IndexStore store, Task task) throws IOException {
    store.replace(TaskShape.key(task.id()), List.of(TaskShape.document(task)));
  }

  private synchronized boolean takeListAll() {
    boolean taken = listAll;
    listAll = false;
    return taken;
  }

  private synchronized List<String> knownTenants() {
    return List.copyOf(tenants);
  }

  private synchronized Map<TaskId, String> takePending() {
    var portion = new LinkedHashMap<TaskId, String>();
    var all = pending.entrySet().iterator();
    while (all.hasNext() && portion.size() < TASKS_PER_FLUSH) {
      var entry = all.next();
      portion.put(entry.getKey(), entry.getValue());
      all.remove();
    }
    return portion;
  }

  private synchronized void putBack(Map<TaskId, String> portion) {
    portion.forEach(pending::putIfAbsent);
  }

  private static Scope scope(String tenant) {
    return new Scope(tenant, Scope.DEFAULT.project(), Scope.DEFAULT.user());
  }

  /** Where live tasks are read. */
  interface Source {
    /** As {@link TaskQueue#get}. */
    Future<Optional<Task>> get(Scope asker, TaskId id);

    /** As {@link TaskQueue#list}. */
    Future<List<Task>> list(Scope asker, Optional<TaskId> before, int limit);

    /** The tasks in Redis. */
    static Source of(TaskQueue queue) {
      return new Source() {
        @Override
        public Future<Optional<Task>> get(Scope asker, TaskId id) {
          return queue.get(asker, id);
        }

        @Override
        public Future<List<Task>> list(Scope asker, Optional<TaskId> before, int limit) {
          return queue.list(asker, before, limit);
        }
      };
    }
  }
}
