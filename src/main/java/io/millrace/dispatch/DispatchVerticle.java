package io.millrace.dispatch;

import io.millrace.handler.WorkerHandlers;
import io.millrace.observe.Meters;
import io.millrace.queue.RateLimits;
import io.millrace.queue.TaskQueue;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.Random;

/**
 * Makes a process a worker: announces its handlers, claims and runs their tasks. Starting fails
 * when its handlers may not be announced; stopping drains.
 *
 * <p>To be deployed on an event loop, where it keeps leases and deadlines: no handler runs there,
 * so none can starve them. The claiming is a child on a virtual thread, and a child is stopped
 * before its parent: leases are kept while the last runs drain.
 */
public final class DispatchVerticle extends VerticleBase {
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final String worker;
  private final TaskQueue queue;
  private final RateLimits limits;
  private final WorkerHandlers handlers;
  private final DispatchSettings settings;
  private final Meters meters;

  /**
   * Runs {@code handlers}' tasks out of {@code queue}, as often as {@code limits} let them start.
   *
   * @param worker the unique name of this process among all workers, past ones included
   */
  public DispatchVerticle(
      String worker,
      TaskQueue queue,
      RateLimits limits,
      WorkerHandlers handlers,
      DispatchSettings settings,
      Meters meters) {
    this.worker = worker;
    this.queue = queue;
    this.limits = limits;
    this.handlers = handlers;
    this.settings = settings;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    var dispatcher =
        new Dispatcher(
            vertx,
            queue,
            limits,
            worker,
            settings,
            new Endings(new Random()),
            System::nanoTime,
            new RunReport(meters));
    var keeper =
        new LeaseKeeper(
            queue,
            dispatcher.runs(),
            settings.stopDeadline(),
            System::nanoTime,
            dispatcher::giveUp);
    vertx.setPeriodic(
        LOOK_EVERY.toMillis(),
        _ -> {
          var _ = keeper.tick();
        });
    vertx.setPeriodic(settings.emit().toMillis(), _ -> dispatcher.emitter().tick());
    return vertx.deployVerticle(
        new ClaimVerticle(worker, queue, handlers, dispatcher, settings, meters),
        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD));
  }
}
