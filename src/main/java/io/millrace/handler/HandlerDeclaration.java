package io.millrace.handler;

import io.millrace.queue.RateLimits.Rate;
import io.millrace.task.Payload;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One entry under {@code handlers:} in handlers.yaml.
 *
 * @param name what a task names: lower case letters, digits, {@code - _ .}
 * @param type the kind of handler that runs it
 * @param model an entry under {@code models:}, where the type needs one
 * @param description one sentence for people
 * @param version raised by whoever changes the declaration; the highest live one wins
 * @param concurrency how many of its tasks one worker runs at once
 * @param rate how often its tasks may start, all workers together
 * @param lease how long a silent worker keeps a task
 * @param timeout how long one run may take
 * @param config a JSON object, the handler's own
 */
public record HandlerDeclaration(
    String name,
    String type,
    Optional<String> model,
    String description,
    int version,
    int concurrency,
    Optional<Rate> rate,
    Duration lease,
    Duration timeout,
    RetryPolicy retry,
    Payload config) {
  /** The most tasks of one handler in one worker. */
  public static final int CONCURRENCY_MAX = 4096;

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9._-]{0,62}");

  /** Refuses what makes no sense, naming the key. */
  public HandlerDeclaration {
    Declared.check(NAME.matcher(name).matches(), "name", NAME.pattern() + ", not " + name);
    Declared.check(version >= 1, "version", "1 or more");
    Declared.check(concurrency >= 1 && concurrency <= CONCURRENCY_MAX, "concurrency", "1 to 4096");
    Declared.check(within(lease, 1, 3600), "lease", "1s to 1h");
    Declared.check(within(timeout, 1, 86_400), "timeout", "1s to 24h");
  }

  private static boolean within(Duration value, long secondsMin, long secondsMax) {
    return value.compareTo(Duration.ofSeconds(secondsMin)) >= 0
        && value.compareTo(Duration.ofSeconds(secondsMax)) <= 0;
  }

  /** The model, for a type that needs one. */
  public String requiredModel() {
    return model.orElseThrow(
        () -> new DeclarationException("model: must be given where type is " + type));
  }
}
