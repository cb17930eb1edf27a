package io.millrace.dispatch;

import io.millrace.handler.ActiveHandler;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.observe.Outage;
import io.millrace.queue.RateLimits;
import io.millrace.queue.TaskQueue;
import io.millrace.queue.TaskQueue.Claimed;
import io.millrace.queue.TaskQueue.Claims;
import io.millrace.queue.TaskQueue.Demand;
import io.millrace.queue.TaskQueue.Ending;
import io.millrace.queue.TaskQueue.Finish;
import io.millrace.queue.TaskQueue.Hold;
import io.millrace.task.Outcome;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims tasks for the free slots of this process and runs each on a virtual thread of its own. A
 * slot is free again when its handler's thread has ended, also where the run was given up before.
 */
final class Dispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  /** How long a run that is handed back at the stop may take to end by itself. */
  private static final Duration LAST_CALL = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final TaskQueue queue;
  private final String worker;
  private final DispatchSettings settings;
  private final Endings endings;
  private final LongSupplier nanoTime;
  private final Batch<Finish, Boolean> finisher;
  private final Emitter emitter;
  private final RunLog log;
  private final Slots slots = new Slots();
  private final Throttle throttle;
  private final Signal signal = new Signal();
  private final Map<Hold, Run> runs = new ConcurrentHashMap<>();
  private final Promise<Void> loopEnded = Promise.promise();
  private final Promise<Void> idle = Promise.promise();
  private volatile Offering offering = new Offering(Map.of(), _ -> false);
  private volatile boolean news = true;
  private volatile boolean stopping;
  private volatile boolean looping;
  private final Outage outage = new Outage(LOG, "Claiming tasks");

  /** Whether the answer to the last claim is missing; belongs to the loop. */
  private boolean unanswered;

  Dispatcher(
      Vertx vertx,
      TaskQueue queue,
      RateLimits limits,
      String worker,
      DispatchSettings settings,
      Endings endings,
      LongSupplier nanoTime,
      RunLog log) {
    this.vertx = vertx;
    this.queue = queue;
    this.throttle = new Throttle(vertx, limits, this::wake);
    this.worker = worker;
    this.settings = settings;
    this.endings = endings;
    this.nanoTime = nanoTime;
    this.log = log;
    this.finisher = new Batch<>(vertx, queue::finish);
    this.emitter = new Emitter(vertx, queue, settings.emit(), nanoTime, log);
  }

  /** From now on runs tasks of these handlers; what runs already goes on as it began. */
  void use(Map<String, ActiveHandler> active, Predicate<HandlerDeclaration> claimable) {
    offering = new Offering(Map.copyOf(active), claimable);
    wake();
  }

  /** There may be work: a hint came, or it is time to look. */
  void wake() {
    news = true;
    signal.raise();
  }

  /** Somebody asked for {@code id} to stop; it may run elsewhere, or nowhere any more. */
  void cancel(TaskId id) {
    long now = nanoTime.getAsLong();
    for (Run run : runs.values()) {
      if (run.task().id().equals(id)) {
        run.stop(StopReason.CANCELLED, now);
      }
    }
  }

  /** Claims until {@link #stop}; to be called once, on a virtual thread of Vert.x. */
  void claimLoop() {
    looping = true;
    while (!stopping) {
      if (news) {
        news = false;
        slots.refill();
      }
      Offering now = offering;
      Predicate<HandlerDeclaration> held = handler -> throttle.holds(handler.name());
      List<Demand> demand = slots.demand(now.handlers.values(), held.negate().and(now.mayClaim));
      if (demand.isEmpty()) {
        signal.awaited().await();
      } else {
        claim(demand, now.handlers);
      }
    }
    loopEnded.complete();
  }

  private void claim(List<Demand> wanted, Map<String, ActiveHandler> now) {
    try {
      if (unanswered) {
        startWhatIsHeld(now);
        unanswered = false;
        outage.over();
        return; // Fewer slots may be free now.
      }
      List<Demand> demand = throttle.allowed(wanted, now);
      if (!demand.isEmpty()) {
        unanswered = true;
        Claims claims = queue.claim(worker, demand).await();
        unanswered = false;
        startAll(claims, demand, now);
      }
      outage.over();
    } catch (Exception e) {
      // Also a defect: a loop that ended would leave the worker up and its tasks waiting.
      outage.on(e);
      vertx.timer(settings.poll().toMillis()).await();
    }
  }

  /** A claim may have been carried out and its answer lost: what it took is run all the same. */
  private void startWhatIsHeld(Map<String, ActiveHandler> now) {
    // Read first: a run that ends meanwhile is known, though Redis may still have it as running.
    Set<Hold> known = Set.copyOf(runs.keySet());
    for (Claimed one : queue.held(worker).await()) {
      ActiveHandler active = now.get(one.task().handler());
      if (active != null && !known.contains(one.hold())) {
        start(new Run(one, active, emitter, nanoTime.getAsLong()));
      }
    }
  }

  private void startAll(Claims claims, List<Demand> demand, Map<String, ActiveHandler> now) {
    Map<String, Integer> started = new HashMap<>();
    for (Claimed one : claims.tasks()) {
      started.merge(one.task().handler(), 1, Integer::sum);
      ActiveHandler active = now.get(one.task().handler());
      if (active == null) {
        throw new IllegalStateException("claimed a task of " + one.task().handler());
      }
      start(new Run(one, active, emitter, nanoTime.getAsLong()));
    }
    slots.claimed(demand, claims);
    throttle.unused(demand, started, now);
  }

  private void start(Run run) {
    slots.take(run.active().name(), run.slots(), run.losses());
    runs.put(run.hold(), run);
    log.started(run);
    if (run.task().cancelRequested()) {
      run.stop(StopReason.CANCELLED, nanoTime.getAsLong());
    }
    Thread.ofVirtual().name("task-" + run.task().id()).start(() -> execute(run));
  }

  private void execute(Run run) {
    Outcome outcome = run.call();
    slots.free(run.active().name(), run.slots(), run.losses());
    if (run.losses() > 0) {
      wake(); // The next such task may have waited for this one alone.
    } else {
      signal.raise();
    }
    if (run.settle()) {
      end(run, endings.of(run.task(), run.active().declaration(), outcome, run.stopReason()));
    }
  }

  /** Ends a run whose handler did not stop when it was told to. */
  void giveUp(Run run) {
    if (run.settle()) {
      log.gaveUp(run);
      run.interrupt();
      StopReason reason = run.stopReason().orElse(StopReason.SHUTDOWN);
      end(run, endings.stopped(run.task(), run.active().declaration(), reason));
    }
  }

  private void end(Run run, Ending ending) {
    if (run.isLost()) {
      forget(run);
      log.lost(run);
      return;
    }
    var _ =
        emitter
            .drain(run)
            .compose(_ -> finisher.add(new Finish(run.hold(), ending)))
            .onComplete(written -> {
              forget(run);
              if (written.succeeded() && written.result()) {
                log.ended(run, ending, Duration.ofNanos(nanoTime.getAsLong() - run.startedNanos()));
              } else {
                log.lost(run);
              }
            });
  }

  private void forget(Run run) {
    emitter.forget(run);
    runs.remove(run.hold());
    if (stopping && runs.isEmpty() && loopEnded.future().isComplete()) {
      idle.tryComplete();
    }
  }

  /**
   * Claims nothing more, lets what runs end within the grace, then hands the rest back. Blocks; to
   * be called on a virtual thread of Vert.x, at any time, also twice.
   */
  void stop() {
    stopping = true;
    signal.raise();
    if (looping) {
      loopEnded.future().await();
    }
    if (isIdleWithin(settings.grace())) {
      return;
    }
    long now = nanoTime.getAsLong();
    runs.values().forEach(run -> run.stop(StopReason.SHUTDOWN, now));
    if (!isIdleWithin(LAST_CALL)) {
      runs.values().forEach(this::giveUp);
      if (!isIdleWithin(LAST_CALL.multipliedBy(2))) {
        LOG.warn("{} tasks could not be handed back; their leases will lapse", runs.size());
      }
    }
  }

  private boolean isIdleWithin(Duration patience) {
    if (runs.isEmpty()) {
      return true;
    }
    Timer timer = vertx.timer(Math.max(1, patience.toMillis()));
    Future.any(idle.future(), timer).await();
    boolean _ = timer.cancel();
    return runs.isEmpty();
  }

  /** A live view of everything held. */
  Collection<Run> runs() {
    return Collections.unmodifiableCollection(runs.values());
  }

  Emitter emitter() {
    return emitter;
  }

  /** How many slots a handler has; none when it is not offered any more. */
  int slots(String handler) {
    ActiveHandler active = offering.handlers.get(handler);
    return active == null ? 0 : active.declaration().concurrency();
  }

  /** How many slots of a handler are taken. */
  int busy(String handler) {
    return slots.busy(handler);
  }

  private record Offering(
      Map<String, ActiveHandler> handlers, Predicate<HandlerDeclaration> mayClaim) {}
}
