package io.millrace.handler.generate;

import io.millrace.decoder.ChatFormat;
import io.millrace.decoder.Sampling;
import io.millrace.handler.Input;
import io.millrace.handler.TaskHandler;
import io.millrace.inference.Generate;
import io.millrace.inference.Generations;
import io.millrace.problem.Problem;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Writes a text and tells it as output while it grows; a cancelled task frees its slot at once. */
final class GenerateHandler implements TaskHandler {
  private static final int TOKENS = 256;
  private static final int TOKENS_MAX = 32_768;
  private static final int STOPS_MAX = 8;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Set<String> ROLES = Set.of("system", "user", "assistant");

  private final Generations generations;
  private final String model;
  private final Duration patience;

  GenerateHandler(Generations generations, String model, Duration patience) {
    this.generations = generations;
    this.model = model;
    this.patience = patience;
  }

  @Override
  public Outcome run(Task task, Context context) {
    Generate question = question(task);
    if (context.stopping()) {
      return new Outcome.Cancelled();
    }
    // The parts arrive on other threads; only this one speaks for the task.
    BlockingQueue<Optional<String>> parts = new LinkedBlockingQueue<>();
    Future<Generate.Answer> asked =
        generations
            .ask(question, part -> parts.add(Optional.of(part)), patience)
            .onComplete(_ -> parts.add(Optional.empty()));
    context.onStop(() -> generations.cancel(question.id()));
    tell(parts, context);
    Generate.Answer answer = asked.await();
    if (context.stopping()) {
      return new Outcome.Cancelled();
    }
    if (answer.cutShort()) {
      return new Outcome.Failed(
          new Problem.Unavailable("inference", "The model was unloaded meanwhile.", RETRY_AFTER));
    }
    return new Outcome.Succeeded(result(answer, question.sampling().seed()));
  }

  private static void tell(BlockingQueue<Optional<String>> parts, Context context) {
    try {
      for (var part = parts.take(); part.isPresent(); part = parts.take()) {
        context.output(part.get());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the answer is awaited next, which ends by it
    }
  }

  private Generate question(Task task) {
    Input input = Input.of(task.input());
    String prompt = input.optionalText("prompt").orElse("");
    List<ChatFormat.Turn> messages =
        input.objects("messages").stream().map(GenerateHandler::turn).toList();
    if (prompt.isEmpty() == messages.isEmpty()) {
      throw input.refused("prompt", "or messages must be given, and not both");
    }
    return new Generate(
        model,
        prompt,
        messages,
        input.number("maxTokens", TOKENS, 1, TOKENS_MAX),
        sampling(input, task),
        stops(input),
        UUID.randomUUID().toString(),
        "");
  }

  private static ChatFormat.Turn turn(Input message) {
    String role = message.text("role");
    if (!ROLES.contains(role)) {
      throw message.refused("role", "must be one of system, user, assistant");
    }
    return new ChatFormat.Turn(role, message.text("content"));
  }

  /** Without a seed of its own a task draws by its id, so that another attempt says the same. */
  private static Sampling sampling(Input input, Task task) {
    return new Sampling(
        input.decimal("temperature", 1, 0, 10),
        input.number("topK", 0, 0, 1_000_000),
        input.decimal("topP", 1, 0.0001, 1),
        input.decimal("minP", 0, 0, 1),
        input.decimal("repetitionPenalty", 1, 0.1, 10),
        input.decimal("presencePenalty", 0, -10, 10),
        input.decimal("frequencyPenalty", 0, -10, 10),
        input.number(
            "seed", task.id().toString().hashCode() & Integer.MAX_VALUE, 0, Integer.MAX_VALUE));
  }

  private static List<String> stops(Input input) {
    List<String> stops = input.texts("stop");
    if (stops.size() > STOPS_MAX) {
      throw input.refused("stop", "must hold at most %d texts".formatted(STOPS_MAX));
    }
    int empty = stops.indexOf("");
    if (empty >= 0) {
      throw input.refused("stop/" + empty, "must not be empty");
    }
    return stops;
  }

  private static Payload result(Generate.Answer answer, long seed) {
    return new Payload(
        new JsonObject()
            .put("model", answer.model())
            .put("text", answer.text())
            .put("finishReason", answer.finish())
            .put(
                "usage",
                new JsonObject()
                    .put("promptTokens", answer.promptTokens())
                    .put("completionTokens", answer.completionTokens()))
            .put(
                "timing",
                new JsonObject()
                    .put("queueMs", answer.queueMillis())
                    .put("firstTokenMs", answer.firstTokenMillis())
                    .put("totalMs", answer.totalMillis()))
            .put("seed", seed)
            .encode());
  }
}
