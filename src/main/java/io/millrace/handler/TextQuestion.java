package io.millrace.handler;

import io.millrace.bus.BusMessage;
import io.millrace.handler.TaskHandler.Context;
import io.millrace.inference.ModelClient;
import io.millrace.inference.ModelQuestion;
import io.millrace.problem.ProblemException;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** What a task asks a model about its texts. */
public final class TextQuestion {
  private static final int TEXTS_MAX = 256;

  private TextQuestion() {}

  /** Those of the member {@code name}, which must hold some, none of them empty. */
  public static List<String> texts(Input input, String name) {
    List<String> texts = input.texts(name);
    if (texts.isEmpty() || texts.size() > TEXTS_MAX) {
      throw input.refused(name, "must hold 1 to %d texts".formatted(TEXTS_MAX));
    }
    int blank = texts.indexOf("");
    if (blank >= 0) {
      throw input.refused(name + "/" + blank, "must not be empty");
    }
    return texts;
  }

  /**
   * Asks {@code question}, which is given an id, and takes it back when the task is to stop.
   *
   * @param result makes the task's result of the answer
   */
  public static <A extends BusMessage> Outcome ask(
      ModelClient models,
      Context context,
      Function<String, ModelQuestion<A>> question,
      Duration patience,
      Function<A, Payload> result) {
    if (context.stopping()) {
      return new Outcome.Cancelled();
    }
    String id = UUID.randomUUID().toString();
    Future<A> asked = models.ask(question.apply(id), patience);
    context.onStop(() -> models.cancel(id));
    try {
      return new Outcome.Succeeded(result.apply(asked.await()));
    } catch (ProblemException e) {
      if (context.stopping()) {
        return new Outcome.Cancelled();
      }
      throw e;
    }
  }
}
