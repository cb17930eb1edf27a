package io.millrace.encoder;

import io.millrace.observe.Meters;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what one model's runs cost, for operators. */
final class RunMeter {
  private static final double[] ROWS = {1, 2, 4, 8, 16, 32, 64, 128, 256};
  private static final double[] TOKENS = {16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384};

  private final Meters meters;
  private final String model;
  private final AtomicLong queuedTokens = new AtomicLong();

  RunMeter(Meters meters, String model) {
    this.meters = meters;
    this.model = model;
    meters.gauge("millrace_encoder_queued_tokens", queuedTokens::get, "model", model);
  }

  void queuedTokens(long tokens) {
    queuedTokens.set(tokens);
  }

  /** Where the time of one request went. */
  void answered(Encoded.Timings timings, Turn turn) {
    String name =
        switch (turn) {
          case INTERACTIVE -> "interactive";
          case BULK -> "bulk";
        };
    meters.record("millrace_encoder_tokenize", timings.tokenize(), "model", model);
    meters.record("millrace_encoder_queue", timings.queue(), "model", model, "turn", name);
  }

  void ran(Batch batch, Duration took) {
    meters.record("millrace_encoder_run", took, "model", model);
    meters.observe("millrace_encoder_batch_rows", batch.rows(), ROWS, "model", model);
    meters.observe("millrace_encoder_batch_tokens", batch.padded(), TOKENS, "model", model);
    meters.count("millrace_encoder_texts", batch.rows(), "model", model);
    meters.count("millrace_encoder_tokens", batch.tokens(), "model", model);
    meters.count(
        "millrace_encoder_padding_tokens", batch.padded() - batch.tokens(), "model", model);
  }

  void failed(String reason) {
    meters.count("millrace_encoder_failures", "model", model, "reason", reason);
  }
}
