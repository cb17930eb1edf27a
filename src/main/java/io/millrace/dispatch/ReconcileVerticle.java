package io.millrace.dispatch;

import io.millrace.observe.Meters;
import io.millrace.observe.Outage;
import io.millrace.queue.Reconciler;
import io.millrace.queue.Reconciler.Kind;
import io.millrace.queue.Reconciler.Repair;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the queue reconciled every so often, and counts what was mended as {@code
 * millrace_queue_reconciled}. Any number of processes may do it. To be deployed on a virtual
 * thread.
 */
public final class ReconcileVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(ReconcileVerticle.class);
  private static final int EXAMPLES = 5;

  private final Reconciler reconciler;
  private final Duration every;
  private final Meters meters;
  private boolean busy;
  private volatile boolean stopping;
  private final Outage outage = new Outage(LOG, "Reconciling the queue");
  private Set<String> damaged = Set.of();

  /** Lets {@code reconciler} pass again and again, {@code every} apart. */
  public ReconcileVerticle(Reconciler reconciler, Duration every, Meters meters) {
    this.reconciler = reconciler;
    this.every = every;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    for (Kind kind : Kind.values()) {
      meters.count("millrace_queue_reconciled", 0, "kind", label(kind));
    }
    vertx.setPeriodic(every.toMillis(), _ -> pass());
    return Future.succeededFuture();
  }

  /** A pass that is under way is broken off; what it mended is mended. */
  @Override
  public Future<?> stop() {
    stopping = true;
    return Future.succeededFuture();
  }

  private void pass() {
    if (busy || stopping) {
      return;
    }
    busy = true;
    try {
      report(reconciler.pass().await());
      outage.over();
    } catch (Exception e) {
      // Redis is away, or a defect: the next pass begins anew.
      if (!stopping) {
        outage.on(e);
      }
    } finally {
      busy = false;
    }
  }

  private void report(List<Repair> repairs) {
    // What nothing can mend is told once, not at every pass.
    Set<String> told = damaged;
    damaged =
        repairs.stream()
            .filter(repair -> repair.kind() == Kind.DAMAGED)
            .map(Repair::what)
            .collect(Collectors.toSet());
    Map<Kind, List<String>> byKind =
        repairs.stream()
            .filter(repair -> repair.kind() != Kind.DAMAGED || !told.contains(repair.what()))
            .collect(
                Collectors.groupingBy(
                    Repair::kind, Collectors.mapping(Repair::what, Collectors.toList())));
    byKind.forEach((kind, what) -> {
      meters.count("millrace_queue_reconciled", what.size(), "kind", label(kind));
      LOG.atWarn()
          .addKeyValue("kind", label(kind))
          .addKeyValue("count", what.size())
          .addKeyValue("examples", what.subList(0, Math.min(EXAMPLES, what.size())))
          .log(
              kind == Kind.DAMAGED
                  ? "Tasks are damaged beyond repair"
                  : "The queue contradicted its tasks and was mended");
    });
  }

  private static String label(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
