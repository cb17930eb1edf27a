package io.millrace.http;

import io.millrace.inference.Timing;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the operations that ask models have in common. */
final class ModelAnswers {
  private static final int CHARACTERS_MAX = 200_000;

  private ModelAnswers() {}

  /**
   * {@code body}, from which what is null is taken: that is the same as not there, and some clients
   * send it.
   */
  static JsonObject given(JsonObject body) {
    body.getMap().values().removeIf(Objects::isNull);
    return body;
  }

  /** The text at {@code pointer} of a body, or why a model cannot read it. */
  static String text(String pointer, @Nullable Object value) {
    if (!(value instanceof String text)) {
      throw new ProblemException(new Problem.Invalid(pointer, "The value must be of type string."));
    }
    if (text.isBlank()) {
      throw new ProblemException(new Problem.Invalid(pointer, "A text must not be blank."));
    }
    if (text.length() > CHARACTERS_MAX) {
      throw new ProblemException(
          new Problem.Invalid(
              pointer, "The text may have at most " + CHARACTERS_MAX + " characters."));
    }
    return text;
  }

  /** Where the time went: as the standard has it, and as text-embeddings-inference says it. */
  static Map<String, String> headers(Timing timing) {
    return Map.of(
        "Server-Timing",
        "queue;dur=%s, tokenize;dur=%s, inference;dur=%s"
            .formatted(
                millis(timing.queueMicros()),
                millis(timing.tokenizeMicros()),
                millis(timing.inferenceMicros())),
        "X-Queue-Time",
        wholeMillis(timing.queueMicros()),
        "X-Tokenization-Time",
        wholeMillis(timing.tokenizeMicros()),
        "X-Inference-Time",
        wholeMillis(timing.inferenceMicros()));
  }

  private static String millis(long micros) {
    return String.format(Locale.ROOT, "%.3f", micros / 1000.0);
  }

  private static String wholeMillis(long micros) {
    return Long.toString(Math.round(micros / 1000.0));
  }
}
