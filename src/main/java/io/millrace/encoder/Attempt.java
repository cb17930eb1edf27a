package io.millrace.encoder;

import io.millrace.encoder.Request.Text;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One batch on its way through a runner. A failure is kept until the end: it is the answer then.
 */
final class Attempt {
  private final Batch batch;
  private final Runner runner;
  private final Set<Request> requests;
  private @Nullable Exception failure;
  private float[][] rows = {};
  private long nanos;

  Attempt(Batch batch, Runner runner) {
    this.batch = batch;
    this.runner = runner;
    this.requests = batch.texts().stream().map(Text::request).collect(Collectors.toSet());
  }

  void fill() {
    try {
      runner.fill(batch);
    } catch (Exception e) {
      failure = e;
    }
  }

  /** Within a lane. */
  void run() {
    long began = System.nanoTime();
    requests.forEach(request -> request.begins(began));
    try {
      if (failure == null) {
        rows = runner.run();
      }
    } catch (Exception e) {
      failure = e;
    }
    nanos = System.nanoTime() - began;
  }

  int tokens() {
    return batch.tokens();
  }

  long nanos() {
    return nanos;
  }

  /** Hands each text its row, or each request the failure. */
  void answer(RunMeter meter) {
    if (failure != null) {
      meter.failed("run");
      requests.forEach(request -> request.fail(failure));
      return;
    }
    meter.ran(batch, Duration.ofNanos(nanos));
    requests.forEach(request -> request.ran(nanos));
    List<Text> texts = batch.texts();
    for (int row = 0; row < texts.size(); row++) {
      texts.get(row).answer(rows[row]);
    }
  }
}
