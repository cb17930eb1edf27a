package io.millrace.loop;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A verticle that does one thing again and again. To be deployed on a virtual thread; its stop
 * waits for the turn that is under way.
 */
public abstract class LoopVerticle extends AbstractVerticle {
  private final Promise<Void> stopRequest = Promise.promise();
  private final Promise<Void> loopEnd = Promise.promise();
  private boolean started;

  /**
   * One turn; may block. It handles its failures itself, checked ones included: an await throws
   * them undeclared.
   *
   * @return how long to pause before the next turn; nothing or less for not at all
   */
  protected abstract Duration turn();

  /** The last thing, after the last turn; may block. */
  protected void end() {}

  /** Whether there is to be no further turn. */
  protected final boolean stopping() {
    return stopRequest.future().isComplete();
  }

  @Override
  public void start() {
    started = true;
    context.runOnContext(_ -> loop());
  }

  @Override
  public void stop(Promise<Void> stopped) {
    boolean _ = stopRequest.tryComplete();
    if (!started) {
      stopped.complete();
      return;
    }
    Future<Void> _ = loopEnd.future().onComplete(stopped);
  }

  private void loop() {
    try {
      while (!stopping()) {
        Duration pause = turn();
        if (pause.isPositive()) {
          pause(pause);
        }
      }
      end();
    } finally {
      loopEnd.complete();
    }
  }

  private void pause(Duration duration) {
    Timer timer = vertx.timer(Math.max(1, duration.toMillis()), TimeUnit.MILLISECONDS);
    Void _ = Future.any(timer, stopRequest.future()).<Void>mapEmpty().await();
    boolean _ = timer.cancel();
  }
}
