package io.millrace.queue;

import static io.millrace.queue.LiveQueue.ALICE;
import static io.millrace.queue.LiveQueue.ERROR;
import static io.millrace.queue.LiveQueue.RESULT;
import static io.millrace.queue.LiveQueue.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.queue.TaskQueue.Cancellation;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Demand;
import io.millrace.queue.TaskQueue.Emission;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.queue.TaskQueue.Hold;
import io.millrace.queue.TaskQueue.Renewal;
import io.millrace.queue.TaskQueue.Swept;
import io.millrace.task.ChildRequest;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.Task;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.millrace.task.TaskStatus;
import io.millrace.testing.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Random steps on the queue and on a plain model of it lead to the same states. */
final class QueueModelIT {
  private static final Duration LEASE = Duration.ofMinutes(10);
  private static final Duration DELAY = Duration.ofMinutes(5);

  /** Longer than any lease and delay, so that the model needs no clock, only a count of ages. */
  private static final Duration AGE = Duration.ofMinutes(20);

  private static final int STEPS = 150;

  private static final ChildRequest CHILD =
      new ChildRequest("echo", Payload.EMPTY, Priority.LOW, 1);

  @RegisterExtension static final LiveQueue LIVE = new LiveQueue();

  @Test
  void randomStepsLeadWhereTheModelSaysWithOneFinalEventPerRound() {
    Seeds.check(random -> {
      LIVE.server.flush();
      var run = new Run(random);
      for (int i = 0; i < STEPS; i++) {
        run.step();
      }
      run.check();
    });
  }

  /** What the model knows of one task. */
  private static final class Modelled {
    TaskStatus status = TaskStatus.QUEUED;
    long epoch;
    int attempts;
    int deliveries;
    int losses;
    boolean cancel;
    int age;
    Modelled parent;
    final List<Modelled> children = new ArrayList<>();

    void end(TaskStatus as) {
      status = as;
      if (parent != null && parent.status == TaskStatus.WAITING && parent.childrenEnded()) {
        parent.requeue();
        parent.status = parent.cancel ? TaskStatus.CANCELLED : parent.status;
      }
    }

    boolean childrenEnded() {
      return children.stream().allMatch(child -> child.status.isFinal());
    }

    void requeue() {
      status = TaskStatus.QUEUED;
      epoch++;
    }
  }

  /** One walk. */
  private static final class Run {
    private final RandomGenerator random;
    private final Map<TaskId, Modelled> model = new LinkedHashMap<>();
    private final List<Hold> holds = new ArrayList<>();
    private int age;

    Run(RandomGenerator random) {
      this.random = random;
    }

    void step() {
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> submit();
        case 3, 4 -> claim();
        case 5, 6, 7 -> finish();
        case 8 -> renew();
        case 9 -> emit();
        case 10 -> cancel();
        default -> {
          if (random.nextInt(3) == 0) {
            LIVE.advance(AGE);
            age++;
          }
          sweep();
        }
      }
    }

    private void submit() {
      boolean later = random.nextInt(4) == 0;
      var start = later ? new TaskRequest.Start.After(DELAY) : new TaskRequest.Start.Now();
      var priority = List.of(Priority.values()).get(random.nextInt(3));
      Task task =
          LIVE.submit(
              new TaskRequest(ALICE, "echo", Payload.EMPTY, priority, start, Optional.empty()));
      var modelled = new Modelled();
      modelled.status = later ? TaskStatus.SCHEDULED : TaskStatus.QUEUED;
      modelled.age = age;
      model.put(task.id(), modelled);
    }

    private void claim() {
      int slots = 1 + random.nextInt(4);
      long queued = model.values().stream().filter(m -> m.status == TaskStatus.QUEUED).count();
      List<Claimed> claimed =
          await(
                  LIVE.queue()
                      .claim("w" + random.nextInt(3), List.of(new Demand("echo", slots, LEASE))))
              .tasks();
      assertThat(claimed).hasSize((int) Math.min(slots, queued));
      for (Claimed one : claimed) {
        Modelled m = model.get(one.task().id());
        assertThat(m.status).isEqualTo(TaskStatus.QUEUED);
        m.status = TaskStatus.RUNNING;
        m.epoch++;
        m.deliveries++;
        m.age = age;
        assertThat(one.hold().epoch()).isEqualTo(m.epoch);
        holds.add(one.hold());
      }
    }

    private boolean held(Hold hold) {
      Modelled m = model.get(hold.task());
      return m.status == TaskStatus.RUNNING && m.epoch == hold.epoch();
    }

    private Optional<Hold> anyHold() {
      return holds.isEmpty()
          ? Optional.empty()
          : Optional.of(holds.get(random.nextInt(holds.size())));
    }

    private void finish() {
      anyHold().ifPresent(this::finish);
    }

    private void finish(Hold hold) {
      Ending ending =
          List.of(
                  new Ending.Succeed(RESULT),
                  new Ending.Fail(ERROR),
                  new Ending.Bury(ERROR),
                  new Ending.Cancel(),
                  new Ending.Retry(Duration.ZERO, ERROR),
                  new Ending.Retry(DELAY, ERROR),
                  new Ending.Wait(Collections.nCopies(2, CHILD)),
                  new Ending.HandBack())
              .get(random.nextInt(8));
      Modelled m = model.get(hold.task());
      if (m.parent != null && ending instanceof Ending.Wait) {
        return; // A child has no children.
      }
      boolean holds = held(hold);
      assertThat(LIVE.finish(hold, ending)).isEqualTo(holds);
      if (holds) {
        ended(m, ending);
        if (m.status == TaskStatus.WAITING) {
          addChildren(hold.task(), m);
        }
      }
    }

    private void addChildren(TaskId id, Modelled parent) {
      List<TaskId> children = await(LIVE.queue().children(id));
      assertThat(children).hasSize(parent.children.size() + 2);
      for (TaskId child : children) {
        if (!model.containsKey(child)) {
          var modelled = new Modelled();
          modelled.parent = parent;
          modelled.age = age;
          parent.children.add(modelled);
          model.put(child, modelled);
        }
      }
    }

    private void ended(Modelled m, Ending ending) {
      switch (ending) {
        case Ending.Succeed _ -> {
          m.attempts++;
          m.end(TaskStatus.SUCCEEDED);
        }
        case Ending.Fail _ -> {
          m.attempts++;
          m.end(TaskStatus.FAILED);
        }
        case Ending.Bury _ -> {
          m.attempts++;
          m.end(TaskStatus.DEAD);
        }
        case Ending.Cancel() -> m.end(TaskStatus.CANCELLED);
        case Ending.Wait _ -> {
          if (m.cancel) {
            m.end(TaskStatus.CANCELLED);
          } else {
            m.losses = 0;
            m.epoch++;
            m.status = TaskStatus.WAITING;
          }
        }
        case Ending.HandBack() -> {
          m.deliveries--;
          again(m, TaskStatus.QUEUED);
        }
        case Ending.Retry(Duration delay, _) -> {
          m.losses = 0;
          m.attempts++;
          again(m, delay.isZero() ? TaskStatus.QUEUED : TaskStatus.SCHEDULED);
        }
      }
    }

    private void again(Modelled m, TaskStatus as) {
      if (m.cancel) {
        m.end(TaskStatus.CANCELLED);
        return;
      }
      m.requeue();
      m.status = as;
      m.age = age;
    }

    private void renew() {
      anyHold()
          .ifPresent(hold -> {
            Modelled m = model.get(hold.task());
            Renewal expected =
                !held(hold) ? Renewal.STALE : m.cancel ? Renewal.CANCEL_REQUESTED : Renewal.HELD;
            assertThat(await(LIVE.queue().renew(List.of(hold), LEASE))).containsExactly(expected);
            if (held(hold)) {
              m.age = age;
            }
          });
    }

    private void emit() {
      anyHold()
          .ifPresent(hold ->
              assertThat(
                      await(
                          LIVE.queue()
                              .emit(List.of(new Emission(hold, TaskEvent.OUTPUT, Payload.EMPTY)))))
                  .containsExactly(held(hold)));
    }

    private void cancel() {
      var ids = List.copyOf(model.keySet());
      if (ids.isEmpty()) {
        return;
      }
      TaskId id = ids.get(random.nextInt(ids.size()));
      Modelled m = model.get(id);
      Cancellation answer = await(LIVE.queue().cancel(ALICE, id));
      if (m.status.isFinal()) {
        assertThat(answer).isInstanceOf(Cancellation.AlreadyFinal.class);
        return;
      }
      assertThat(answer).isInstanceOf(Cancellation.Requested.class);
      stop(m);
      m.children.stream().filter(child -> !child.status.isFinal()).forEach(Run::stop);
    }

    private static void stop(Modelled m) {
      m.cancel = true;
      if (m.status != TaskStatus.RUNNING && m.status != TaskStatus.WAITING) {
        m.epoch++;
        m.end(TaskStatus.CANCELLED);
      }
    }

    private void sweep() {
      int lapsed = 0;
      int buried = 0;
      int promoted = 0;
      for (Modelled m : model.values()) {
        if (m.age == age) {
          continue;
        }
        if (m.status == TaskStatus.RUNNING) {
          lapsed++;
          m.losses++;
          if (m.cancel || m.losses == 4) {
            m.epoch++;
            m.end(m.cancel ? TaskStatus.CANCELLED : TaskStatus.DEAD);
            buried += m.cancel ? 0 : 1;
          } else {
            m.requeue();
          }
        } else if (m.status == TaskStatus.SCHEDULED) {
          promoted++;
          m.requeue();
        }
      }
      Swept swept = await(LIVE.queue().sweep());
      assertThat(List.of(swept.lapsed(), swept.buried().size(), swept.promoted()))
          .containsExactly(lapsed, buried, promoted);
    }

    void check() {
      int finals = 0;
      for (Map.Entry<TaskId, Modelled> entry : model.entrySet()) {
        Modelled m = entry.getValue();
        Task task = LIVE.get(entry.getKey());
        assertThat(task.status()).isEqualTo(m.status);
        assertThat(task.epoch()).isEqualTo(m.epoch);
        assertThat(task.attempts()).isEqualTo(m.attempts);
        assertThat(task.deliveries()).isEqualTo(m.deliveries);
        assertThat(task.cancelRequested()).isEqualTo(m.cancel);
        checkLog(task);
        finals += m.status.isFinal() ? 1 : 0;
      }
      assertThat(await(LIVE.finished().backlog())).isEqualTo(finals);
      checkCounts();
    }

    private static void checkLog(Task task) {
      List<TaskEvent> events = LIVE.events(task.id());
      assertThat(events)
          .extracting(TaskEvent::id)
          .isSortedAccordingTo(TaskEvent::compareIds)
          .doesNotHaveDuplicates();
      assertThat(events).filteredOn(TaskEvent::last).hasSize(task.status().isFinal() ? 1 : 0);
      assertThat(events.getLast().last()).isEqualTo(task.status().isFinal());
      var statuses =
          LIVE.statuses(task.id()).stream()
              .map(label -> TaskStatus.ofLabel(label).orElseThrow())
              .toList();
      assertThat(statuses.getLast()).isEqualTo(task.status());
      for (int i = 1; i < statuses.size(); i++) {
        TaskStatus from = statuses.get(i - 1);
        TaskStatus to = statuses.get(i);
        boolean cancelAsked =
            from == to && Set.of(TaskStatus.RUNNING, TaskStatus.WAITING).contains(to);
        assertThat(cancelAsked || from.next().contains(to)).as(from + " to " + to).isTrue();
      }
    }

    private void checkCounts() {
      var depth = await(LIVE.queue().depths()).getOrDefault("echo", TaskQueue.Depth.NONE);
      assertThat(depth)
          .isEqualTo(
              new TaskQueue.Depth(
                  count(TaskStatus.QUEUED),
                  count(TaskStatus.RUNNING),
                  count(TaskStatus.SCHEDULED),
                  count(TaskStatus.WAITING)));
    }

    private long count(TaskStatus status) {
      return model.values().stream().filter(m -> m.status == status).count();
    }
  }
}
