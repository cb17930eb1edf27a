package io.millrace.queue;

import io.millrace.access.Scope;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.task.ChildRequest;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.millrace.task.TaskError;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The live tasks. Every call moves whole tasks: one script per transition, many tasks per call, one
 * answer per task in the order asked. A future fails with a {@link ProblemException} holding {@code
 * Unavailable} when Redis does not answer.
 */
public interface TaskQueue {
  /**
   * Accepts tasks durably. Per task: what was accepted (also when its idempotency key was seen
   * before), or why not.
   */
  Future<List<Submitted>> submit(List<TaskRequest> requests);

  /** Hands up to {@code demand}'s free slots of waiting tasks to a worker, most urgent first. */
  Future<Claims> claim(String worker, List<Demand> demand);

  /**
   * Everything that {@code worker} holds. After a claim that failed there may be more than it knows
   * of: the claim may have been carried out and its answer lost.
   */
  Future<List<Claimed>> held(String worker);

  /** Extends leases; answers per task whether it is still held, and whether it is to stop. */
  Future<List<Renewal>> renew(List<Hold> holds, Duration lease);

  /** Appends events to logs of tasks that are still held; false where a hold is stale. */
  Future<List<Boolean>> emit(List<Emission> emissions);

  /** Ends or re-queues runs; false where a hold is stale and nothing was changed. */
  Future<List<Boolean>> finish(List<Finish> finishes);

  /** Asks for a task to stop: a waiting one ends at once, a running one is told at its renewal. */
  Future<Cancellation> cancel(Scope asker, TaskId id);

  /** The task as Redis has it; empty when it was archived and released, or never was. */
  Future<Optional<Task>> get(Scope asker, TaskId id);

  /** The children of a live task, in the order they were submitted. */
  Future<List<TaskId>> children(TaskId parent);

  /**
   * Live tasks of a tenant, newest first.
   *
   * @param before only tasks whose id sorts after this one in that order; empty for the first page
   */
  Future<List<Task>> list(Scope asker, Optional<TaskId> before, int limit);

  /**
   * Moves lapsed leases and due tasks on; answers how many of each. Safe to run anywhere, often.
   */
  Future<Swept> sweep();

  /** Counts for operators and metrics, by handler. */
  Future<Map<String, Depth>> depths();

  /** How long the longest waiting of each handler's queued tasks has been waiting. */
  Future<Map<String, Duration>> oldest();

  /**
   * Calls {@code onWork} soon after work of one of {@code handlers} appeared, and after every
   * reconnection. It is a hint: a claimer also asks every second or so.
   */
  Wake onWork(Collection<String> handlers, Runnable onWork);

  /**
   * Calls {@code onCancel} soon after somebody asked for a running task to stop, whoever runs it.
   * It is a hint: {@link #renew} tells the same for certain.
   */
  Wake onCancel(Consumer<TaskId> onCancel);

  /** A listener's place among those who are woken; closing it twice is fine. */
  interface Wake extends AutoCloseable {
    @Override
    void close();
  }

  /** The answer to one submitted request. */
  sealed interface Submitted {
    /** It is (or already was, when {@code repeated}) durably accepted. */
    record Accepted(Task task, boolean repeated) implements Submitted {}

    /** Its idempotency key was seen before; that task has ended and is found in the archive. */
    record Archived(TaskId id) implements Submitted {}

    /** It was not accepted. */
    record Refused(Problem problem) implements Submitted {}
  }

  /**
   * How many tasks of one handler a worker can take now, and for how long it keeps each.
   *
   * @param slots how many are free; a task takes as many as it costs
   * @param capacity how many there are in all; a task that costs more takes all of them
   * @param starts how many tasks may be started
   * @param twiceLost how many of these may be tasks whose worker was lost twice
   * @param thriceLost the same, for tasks whose worker was lost thrice
   */
  record Demand(
      String handler,
      int slots,
      int capacity,
      int starts,
      int twiceLost,
      int thriceLost,
      Duration lease) {
    /** A demand that takes tasks whose worker was lost as readily as others, none of them wide. */
    public Demand(String handler, int slots, Duration lease) {
      this(handler, slots, slots, slots, slots, slots, lease);
    }

    /** The same, but at most {@code most} tasks may be started. */
    public Demand starting(int most) {
      return new Demand(handler, slots, capacity, most, twiceLost, thriceLost, lease);
    }
  }

  /**
   * What a worker got.
   *
   * @param blocked handlers whose next task takes more slots than are free; it goes first as soon
   *     as they are
   */
  record Claims(List<Claimed> tasks, Set<String> blocked) {}

  /**
   * A task handed to a worker, with the fence to present at every write.
   *
   * @param cost how many slots it takes
   * @param losses how often in a row its worker was lost while running it
   */
  record Claimed(Task task, Hold hold, int cost, int losses) {}

  /** The right to run a task: valid as long as worker and epoch are those of the task. */
  record Hold(TaskId task, String worker, long epoch) {}

  /** What a worker learns when it renews. */
  enum Renewal {
    /** It still holds the task. */
    HELD,
    /** It still holds the task, and somebody asked for it to stop. */
    CANCEL_REQUESTED,
    /** It lost the task: it stops its run and writes nothing more. */
    STALE
  }

  /** One event to append. */
  record Emission(Hold hold, String type, Payload data) {}

  /** How a run ends. */
  record Finish(Hold hold, Ending ending) {}

  /** The ways a run can end. */
  sealed interface Ending {
    /** Final, with a result. */
    record Succeed(Payload result) implements Ending {}

    /** Final: repeating cannot mend it. */
    record Fail(TaskError error) implements Ending {}

    /** Final: attempts are used up. */
    record Bury(TaskError error) implements Ending {}

    /** Final: somebody asked for it. */
    record Cancel() implements Ending {}

    /** Not final: one attempt is used up, the next starts after {@code delay}. */
    record Retry(Duration delay, TaskError error) implements Ending {}

    /** Not final: its children are submitted with it, and it goes on when they have ended. */
    record Wait(List<ChildRequest> children) implements Ending {}

    /** Not final: back to the front of its list; neither counter is charged. */
    record HandBack() implements Ending {}
  }

  /** What a request to stop did. */
  sealed interface Cancellation {
    /** The task is final now, or will be told at its next renewal. */
    record Requested(Task task) implements Cancellation {}

    /** It had ended already. */
    record AlreadyFinal(Task task) implements Cancellation {}

    /** There is no such live task, or it is not the asker's. */
    record Unknown() implements Cancellation {}
  }

  /**
   * What one sweep moved.
   *
   * @param lapsed tasks whose worker was silent past its lease
   * @param buried those of them that are dead now
   * @param promoted tasks whose moment has come
   */
  record Swept(int lapsed, List<DeadLetter> buried, int promoted) {}

  /**
   * How many tasks of a handler stand where.
   *
   * @param waiting for their children
   */
  record Depth(long queued, long running, long scheduled, long waiting) {
    /** Nothing anywhere. */
    public static final Depth NONE = new Depth(0, 0, 0, 0);
  }
}
