package io.millrace.dispatch;

import io.millrace.handler.ActiveHandler;
import io.millrace.handler.WorkerHandlers;
import io.millrace.observe.Meters;
import io.millrace.queue.TaskQueue;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The claiming side of a worker, on a virtual thread: declarations in, claim loop, drain. */
final class ClaimVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimVerticle.class);

  private final String worker;
  private final TaskQueue queue;
  private final WorkerHandlers handlers;
  private final Dispatcher dispatcher;
  private final DispatchSettings settings;
  private final Meters meters;
  private TaskQueue.@Nullable Wake work;
  private TaskQueue.@Nullable Wake cancels;

  ClaimVerticle(
      String worker,
      TaskQueue queue,
      WorkerHandlers handlers,
      Dispatcher dispatcher,
      DispatchSettings settings,
      Meters meters) {
    this.worker = worker;
    this.queue = queue;
    this.handlers = handlers;
    this.dispatcher = dispatcher;
    this.settings = settings;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    List<ActiveHandler> active = handlers.open().await();
    use(active);
    cancels = queue.onCancel(dispatcher::cancel);
    vertx.setPeriodic(settings.poll().toMillis(), _ -> dispatcher.wake());
    vertx.setPeriodic(
        settings.reload().toMillis(), _ -> handlers.reload().await().ifPresent(this::use));
    context.runOnContext(_ -> dispatcher.claimLoop());
    LOG.info("worker {} offers {}", worker, active.stream().map(ActiveHandler::name).toList());
    return Future.succeededFuture();
  }

  private void use(List<ActiveHandler> active) {
    TaskQueue.Wake before = work;
    List<String> names = active.stream().map(ActiveHandler::name).toList();
    dispatcher.use(
        active.stream().collect(Collectors.toMap(ActiveHandler::name, Function.identity())),
        handlers::mayClaim);
    work = queue.onWork(names, dispatcher::wake);
    if (before != null) {
      before.close();
    }
    for (String name : names) {
      RunReport.open(meters, name);
      meters.gauge("millrace_dispatch_slots", () -> dispatcher.slots(name), "handler", name);
      meters.gauge("millrace_dispatch_slots_busy", () -> dispatcher.busy(name), "handler", name);
    }
  }

  @Override
  public Future<?> stop() {
    closeQuietly(work);
    dispatcher.stop();
    closeQuietly(cancels);
    return handlers
        .close()
        .onFailure(e -> LOG.debug("the announcement could not be taken back; it will lapse", e))
        .otherwiseEmpty();
  }

  private static void closeQuietly(TaskQueue.@Nullable Wake wake) {
    if (wake != null) {
      wake.close();
    }
  }
}
