package io.millrace.http;

import io.millrace.access.Scope;
import io.millrace.handler.HandlerRegistry;
import io.millrace.handler.HandlerView;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.settings.Durations;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.TaskRequest;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Turns checked bodies into task requests; the input must be as the handler's schema wants it. */
final class Submissions {
  /** The largest input, in bytes of UTF-8. */
  static final int INPUT_BYTES_MAX = 64 << 10;

  private static final Duration DELAY_MAX = Duration.ofDays(3650);
  private static final int CHECKS_MAX = 256;

  private final HandlerRegistry handlers;

  /** By schema text; confined to the event loop. */
  private final Map<String, SchemaCheck> checks =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SchemaCheck> eldest) {
          return size() > CHECKS_MAX;
        }
      };

  Submissions(HandlerRegistry handlers) {
    this.handlers = handlers;
  }

  /**
   * The request that {@code body} asks for.
   *
   * @param at a JSON pointer to {@code body} within the whole body
   * @param usual the priority when the body names none
   */
  Future<TaskRequest> read(
      Call call, JsonObject body, String at, Priority usual, Optional<String> idempotencyKey) {
    Payload input = input(body, at);
    var request =
        new TaskRequest(
            owner(call.asker(), body),
            body.getString("handler"),
            input,
            Optional.ofNullable(body.getString("priority"))
                .flatMap(Priority::ofLabel)
                .orElse(usual),
            body.getInteger("cost", 1),
            start(body, at),
            idempotencyKey);
    return call.here(handlers.find(request.handler()))
        .map(handler -> checked(request, handler, body, at));
  }

  private TaskRequest checked(
      TaskRequest request, Optional<HandlerView> handler, JsonObject body, String at) {
    if (handler.isEmpty()) {
      throw invalid(at + "/handler", "No live worker runs a handler of that name.");
    }
    JsonObject input = body.getJsonObject("input", new JsonObject());
    checks
        .computeIfAbsent(
            handler.get().inputSchema(), schema -> new SchemaCheck(new JsonObject(schema)))
        .fault(input)
        .ifPresent(fault -> {
          throw invalid(at + "/input" + fault.pointer(), fault.detail());
        });
    return request;
  }

  private static Scope owner(Scope asker, JsonObject body) {
    String project = body.getString("project");
    return project == null ? asker : new Scope(asker.tenant(), project, asker.user());
  }

  private static Payload input(JsonObject body, String at) {
    var input = new Payload(body.getJsonObject("input", new JsonObject()).encode());
    if (input.bytes() > INPUT_BYTES_MAX) {
      throw new ProblemException(
          new Problem.TooLarge(
              at + "/input may have at most " + INPUT_BYTES_MAX + " bytes; upload what is larger.",
              INPUT_BYTES_MAX));
    }
    return input;
  }

  private static TaskRequest.Start start(JsonObject body, String at) {
    String runAt = body.getString("runAt");
    String delay = body.getString("delay");
    if (runAt != null && delay != null) {
      throw invalid(at + "/delay", "A task takes runAt or delay, not both.");
    }
    if (runAt != null) {
      try {
        return new TaskRequest.Start.At(moment(runAt));
      } catch (DateTimeException _) {
        throw invalid(at + "/runAt", "There is no such moment.");
      }
    }
    if (delay == null) {
      return new TaskRequest.Start.Now();
    }
    Duration time = Durations.parse(delay);
    if (time.compareTo(DELAY_MAX) > 0) {
      throw invalid(at + "/delay", "The delay may be " + DELAY_MAX.toHours() + "h.");
    }
    return time.isZero() ? new TaskRequest.Start.Now() : new TaskRequest.Start.After(time);
  }

  /** Reads RFC 3339, or throws {@link DateTimeException}. */
  static java.time.Instant moment(String text) {
    return OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant();
  }

  private static ProblemException invalid(String pointer, String detail) {
    return new ProblemException(new Problem.Invalid(pointer, detail));
  }
}
