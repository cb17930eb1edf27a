package io.millrace.schedule;

import io.millrace.access.Scope;
import io.millrace.schedule.Schedule.Plan;
import io.millrace.schedule.Schedule.Run;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * The recurring schedules. A future fails with {@code NotFound} where there is no such schedule or
 * it is not the asker's, and with {@code Conflict} where its name is taken.
 */
public interface Schedules {
  /** One page of the asker's tenant, newest first. */
  Future<Page> list(Scope asker, Optional<String> cursor, int limit);

  /** Keeps a new one; its first moment is the first after now. */
  Future<Schedule> create(Scope owner, Plan plan);

  /** One schedule. */
  Future<Schedule> get(Scope asker, String id);

  /** Puts {@code plan} in place of what it was; with other times it begins anew from now. */
  Future<Schedule> update(Scope asker, String id, String project, Plan plan);

  /** Forgets it; its tasks stay. */
  Future<Void> delete(Scope asker, String id);

  /** Stops it, or lets it go on; what passes while it is paused is not missed. */
  Future<Schedule> pause(Scope asker, String id, boolean paused);

  /** Remembers a task that somebody asked for. */
  Future<Void> ran(Scope asker, String id, TaskId task);

  /** Its last tasks, newest first; a bounded number. */
  Future<List<Run>> runs(Scope asker, String id);

  /** Whether {@code text} may be a cursor of {@link #list}. */
  static boolean isCursor(String text) {
    return ScheduleCursor.isCursor(text);
  }

  /**
   * A page of schedules.
   *
   * @param next the cursor of the next page; empty when this is the last
   */
  record Page(List<Schedule> schedules, Optional<String> next) {}
}
