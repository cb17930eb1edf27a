package io.millrace.schedule;

import io.millrace.loop.LoopVerticle;
import io.millrace.observe.Meters;
import io.millrace.observe.Outage;
import io.millrace.problem.Problem;
import io.millrace.queue.TaskQueue;
import io.millrace.schedule.Firing.Fired;
import io.millrace.schedule.Firing.Shot;
import io.millrace.sql.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Submits the tasks of schedules when they are due. Any number of processes may do it at once. To
 * be deployed on a virtual thread.
 */
public final class ScheduleVerticle extends LoopVerticle {
  private static final Logger LOGGER = LoggerFactory.getLogger(ScheduleVerticle.class);

  private final Firing firing;
  private final Duration every;
  private final Meters meters;
  private final Outage outage = new Outage(LOGGER, "Firing schedules");

  /** Looks for what is due by {@code clock}, {@code every} apart. */
  public ScheduleVerticle(
      Database database, TaskQueue queue, InstantSource clock, Duration every, Meters meters) {
    this.firing = new Firing(database, queue, clock);
    this.every = every;
    this.meters = meters;
  }

  @Override
  protected Duration turn() {
    return look() ? Duration.ZERO : every;
  }

  /** Whether there may be more to do at once. */
  private boolean look() {
    try {
      List<Fired> fired = firing.fireDue().await();
      outage.over();
      fired.forEach(this::report);
      return fired.size() == Firing.BATCH;
    } catch (Exception e) {
      // An await throws the failure itself, checked ones included; this loop never ends by one.
      outage.on(e);
    }
    return false;
  }

  private void report(Fired fired) {
    Schedule schedule = fired.schedule();
    String handler = schedule.plan().handler();
    for (Shot shot : fired.shots()) {
      if (!shot.repeated()) {
        meters.count("millrace_schedule_fired_total", "handler", handler);
      }
      LOGGER
          .atInfo()
          .addKeyValue("schedule", schedule.id())
          .addKeyValue("name", schedule.plan().name())
          .addKeyValue("handler", handler)
          .addKeyValue("fireAt", shot.moment())
          .addKeyValue("task", shot.task().map(Object::toString).orElse("submitted before"))
          .log("schedule fired");
    }
    if (fired.missed() > 0) {
      meters.count("millrace_schedule_missed_total", fired.missed(), "handler", handler);
      LOGGER
          .atWarn()
          .addKeyValue("schedule", schedule.id())
          .addKeyValue("name", schedule.plan().name())
          .addKeyValue("missed", fired.missed())
          .addKeyValue("policy", schedule.plan().missed().policy().label())
          .log("schedule missed runs");
    }
    fired.refusal().ifPresent(problem -> reportRefusal(schedule, problem));
  }

  private void reportRefusal(Schedule schedule, Problem problem) {
    meters.count("millrace_schedule_failed_total", "handler", schedule.plan().handler());
    if (schedule.error().isEmpty()) {
      LOGGER
          .atWarn()
          .addKeyValue("schedule", schedule.id())
          .addKeyValue("name", schedule.plan().name())
          .addKeyValue("errorType", problem.type())
          .addKeyValue("retryable", problem.retryable())
          .log("the task of a schedule was refused: {}", problem.detail());
    }
  }
}
