package io.millrace.queue;

import io.millrace.access.Scope;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The dead letters, to be looked at, run again or deleted. A future fails with a {@link
 * ProblemException} holding {@code Unavailable} when Redis does not answer.
 */
public interface DeadLetters {
  /**
   * Dead letters the asker may see, those that died last first.
   *
   * @param cursor the {@code next} of the page before; see {@link #isCursor}
   */
  Future<Page> list(Scope asker, Filter filter, Optional<String> cursor, int limit);

  /** The dead letter of one task; empty when it is none, or not the asker's. */
  Future<Optional<DeadLetter>> get(Scope asker, TaskId id);

  /**
   * Starts the next round of a dead task: the same id, all counters at zero. Asked again it changes
   * nothing.
   */
  Future<Redriven> redrive(Scope asker, TaskId id);

  /** How many dead letters match; counts {@code limit} at most. */
  Future<Portion> match(Scope asker, Filter filter, int limit);

  /** Starts the next round of many; see {@link Bulk}. */
  Future<Portion> redrive(Scope asker, Bulk bulk);

  /** Deletes a dead letter; the archive keeps the task. Empty when there is none. */
  Future<Optional<DeadLetter>> discard(Scope asker, TaskId id);

  /** Removes dead letters that are older, or more, than are kept; answers how many. */
  Future<Integer> expire();

  /** How many dead letters there are, of everybody. */
  Future<Long> count();

  /**
   * Which dead letters; what is empty lets all pass.
   *
   * @param from died at this moment or later
   * @param before died before this moment
   */
  record Filter(
      Optional<String> handler,
      Optional<String> errorType,
      Optional<String> user,
      Optional<Instant> from,
      Optional<Instant> before) {
    /** Lets all pass. */
    public static final Filter ALL =
        new Filter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
  }

  /**
   * Some dead letters; a page may hold fewer than asked for, or none, and yet not be the last.
   *
   * @param next where to go on; empty when there are no more
   */
  record Page(List<DeadLetter> letters, Optional<String> next) {}

  /**
   * Which dead letters to run again, and how fast.
   *
   * @param limit at most so many in this call
   * @param perSecond how many may start per second, the later ones are scheduled; 0 for all at once
   */
  record Bulk(Filter filter, int limit, double perSecond) {}

  /**
   * Some of the dead letters that match.
   *
   * @param letters how many were counted, or began their next round
   * @param more whether others that match may be left
   */
  record Portion(int letters, boolean more) {}

  /** Whether {@code text} can be where a page says to go on. */
  static boolean isCursor(String text) {
    int blank = text.indexOf(' ');
    return blank > 0
        && blank <= 15
        && text.substring(0, blank).chars().allMatch(c -> c >= '0' && c <= '9')
        && TaskId.isTaskId(text.substring(blank + 1));
  }

  /** What became of one task. */
  sealed interface Redriven {
    /** Its next round has begun; {@code already} when it was not dead when asked. */
    record Live(Task task, boolean already) implements Redriven {}

    /** There is no such dead task, or it is not the asker's. */
    record Unknown() implements Redriven {}

    /** Not now. */
    record Refused(Problem problem) implements Redriven {}
  }
}
