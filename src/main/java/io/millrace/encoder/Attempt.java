package io.millrace.encoder;

import io.millrace.encoder.Request.Text;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One batch on its way through a runner. A failure is kept until the end: it is the answer then.
 */
final class Attempt {
  private final Batch batch;
  private final Runner runner;
  private @Nullable Exception failure;
  private float[][] rows = {};
  private long began;
  private long ended;

  Attempt(Batch batch, Runner runner) {
    this.batch = batch;
    this.runner = runner;
  }

  void fill() {
    try {
      runner.fill(batch);
    } catch (Exception e) {
      failure = e;
    }
  }

  /** Within a lane. */
  void run(RunMeter meter) {
    began = System.nanoTime();
    for (Text text : batch.texts()) {
      if (text.request().begin(began)) {
        meter.queued(text.request().queued(), text.request().turn());
      }
    }
    try {
      if (failure == null) {
        rows = runner.run();
      }
    } catch (Exception e) {
      failure = e;
    }
    ended = System.nanoTime();
  }

  long nanos() {
    return ended - began;
  }

  /** Hands each text its row, or all of them the failure. */
  void answer(RunMeter meter) {
    if (failure != null) {
      meter.failed("run");
      batch.texts().stream().map(Text::request).distinct().forEach(this::fail);
      return;
    }
    meter.ran(batch, Duration.ofNanos(nanos()));
    List<Text> texts = batch.texts();
    for (int row = 0; row < texts.size(); row++) {
      texts.get(row).answer(rows[row], ended);
    }
  }

  private void fail(Request request) {
    request.fail(new IllegalStateException("a run of %d texts failed".formatted(batch.rows()), failure));
  }
}
