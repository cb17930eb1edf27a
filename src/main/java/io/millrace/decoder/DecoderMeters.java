package io.millrace.decoder;

import io.millrace.decoder.Ending.FinishReason;
import io.millrace.observe.Meters;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** What one decoder counts, under the name of its model. */
final class DecoderMeters {
  private final Meters meters;
  private final String model;

  DecoderMeters(Meters meters, String model) {
    this.meters = meters;
    this.model = model;
  }

  void slots(int slots, Supplier<Number> busy, Supplier<Number> waiting) {
    meters.gauge("millrace_decoder_slots", () -> slots, "model", model);
    meters.gauge("millrace_decoder_slots_busy", busy, "model", model);
    meters.gauge("millrace_decoder_requests_waiting", waiting, "model", model);
  }

  void firstToken(Duration sinceAsked) {
    meters.record("millrace_decoder_first_token", sinceAsked, "model", model);
  }

  void nextToken(Duration sinceLast) {
    meters.record("millrace_decoder_next_token", sinceLast, "model", model);
  }

  void step(int sequences) {
    meters.count("millrace_decoder_steps", "model", model);
    meters.count("millrace_decoder_step_sequences", sequences, "model", model);
  }

  void ended(FinishReason reason, int promptTokens, int completionTokens) {
    String name = reason.name().toLowerCase(Locale.ROOT);
    meters.count("millrace_decoder_answers", "model", model, "ended", name);
    meters.count("millrace_decoder_tokens", promptTokens, "model", model, "kind", "prompt");
    meters.count("millrace_decoder_tokens", completionTokens, "model", model, "kind", "completion");
  }

  void failed() {
    meters.count("millrace_decoder_answers", "model", model, "ended", "failed");
  }

  void refused() {
    meters.count("millrace_decoder_answers", "model", model, "ended", "refused");
  }
}
