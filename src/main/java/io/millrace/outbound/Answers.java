package io.millrace.outbound;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an answer, or the lack of one, means for the one who asked. */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
  private static final Duration RETRY_AFTER_USUAL = Duration.ofSeconds(1);
  private static final Duration RETRY_AFTER_MAX = Duration.ofHours(1);

  private Answers() {}

  /** Where a redirect leads; empty for other answers. */
  static Optional<String> redirection(HttpClientResponse response) {
    return switch (response.statusCode()) {
      case 301, 302, 303, 307, 308 -> Optional.ofNullable(response.getHeader(HttpHeaders.LOCATION));
      default -> Optional.empty();
    };
  }

  /** Why an answer is not what was asked for; empty when it is. */
  static Optional<Problem> refusal(
      HttpClientResponse response, long bytesMax, InstantSource clock) {
    int status = response.statusCode();
    if (status == 200) {
      return bodyRefusal(response, bytesMax);
    }
    Duration after = retryAfter(response, clock);
    return Optional.of(
        switch (status) {
          case 404, 410 ->
              new Problem.NotFound("There is no such page: its host answered " + status + ".");
          case 401, 403, 407, 451 ->
              invalid("The page is not public: its host answered " + status + ".");
          case 429 ->
              new Problem.TooMany("The page's host asks for patience: it answered 429.", after);
          case 408, 425 -> unavailable(status, after);
          default ->
              status >= 500
                  ? unavailable(status, after)
                  : invalid("There is no page: its host answered " + status + ".");
        });
  }

  private static Optional<Problem> bodyRefusal(HttpClientResponse response, long bytesMax) {
    String encoding = response.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.isBlank() && !encoding.equalsIgnoreCase("identity")) {
      return Optional.of(
          invalid(
              "The page's host compresses it, although it was asked not to; upload it instead."));
    }
    OptionalLong length = number(response.getHeader(HttpHeaders.CONTENT_LENGTH));
    return length.isPresent() && length.getAsLong() > bytesMax
        ? Optional.of(tooLarge(bytesMax).problem())
        : Optional.empty();
  }

  static ProblemException tooLarge(long bytesMax) {
    return new ProblemException(
        new Problem.TooLarge("A page may have " + bytesMax + " bytes.", bytesMax));
  }

  /** What a failed write or open means; the cause is the operator's to see. */
  static <T> Future<T> noRoom(Throwable failure) {
    LOG.warn("What was fetched cannot be stored", failure);
    return Future.failedFuture(
        new ProblemException(
            new Problem.Unavailable(
                "artifacts", "The page cannot be stored now.", Duration.ofSeconds(10))));
  }

  /** What it means that no answer came; tells nothing of the inner network. */
  static Problem unreachable(String host, Throwable failure) {
    if (failure instanceof ProblemException expected) {
      return expected.problem();
    }
    if (Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .anyMatch(GeneralSecurityException.class::isInstance)) {
      return invalid(
          "The certificate that was shown is not one of " + host + ", or not a trusted one.");
    }
    LOG.debug("{} could not be fetched from", host, failure);
    return new Problem.Unavailable(
        "web",
        failure instanceof UnknownHostException
            ? "There is no host named " + host + "."
            : host + " does not answer, or broke its answer off.",
        RETRY_AFTER_USUAL);
  }

  private static Problem invalid(String detail) {
    return new Problem.Invalid("/url", detail);
  }

  private static Problem unavailable(int status, Duration after) {
    return new Problem.Unavailable(
        "web", "The page's host cannot answer now: it answered " + status + ".", after);
  }

  /** {@code Retry-After} in seconds or as a date, within reason. */
  private static Duration retryAfter(HttpClientResponse response, InstantSource clock) {
    String text = response.getHeader(HttpHeaders.RETRY_AFTER);
    if (text == null) {
      return RETRY_AFTER_USUAL;
    }
    OptionalLong seconds = number(text);
    Duration asked =
        seconds.isPresent() ? Duration.ofSeconds(seconds.getAsLong()) : until(text, clock);
    return asked.compareTo(RETRY_AFTER_MAX) > 0 ? RETRY_AFTER_MAX : asked;
  }

  private static Duration until(String date, InstantSource clock) {
    try {
      Instant then = DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.strip(), Instant::from);
      Duration wait = Duration.between(clock.instant(), then);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException _) {
      return RETRY_AFTER_USUAL;
    }
  }

  private static OptionalLong number(@Nullable String text) {
    return text != null && text.strip().matches("\\d{1,15}")
        ? OptionalLong.of(Long.parseLong(text.strip()))
        : OptionalLong.empty();
  }
}
