package io.millrace.inference;

import io.millrace.bus.Bus;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Asks for texts over the bus and hears them grow; one per process, safe for many threads. */
public final class Generations {
  private final ModelClient models;
  private final String listener = "millrace.inference.deltas." + UUID.randomUUID();
  private final Map<String, Hearing> hearings = new ConcurrentHashMap<>();
  private final Future<Void> listening;

  /** What has been heard of one answer. */
  private static final class Hearing {
    private final Consumer<String> asker;
    private int length;

    Hearing(Consumer<String> asker) {
      this.asker = asker;
    }

    /** What does not continue the text is left to the answer, which holds all of it. */
    synchronized void hear(int at, String text) {
      if (at == length) {
        length += text.length();
        asker.accept(text);
      }
    }

    synchronized void rest(String whole) {
      if (whole.length() > length) {
        hear(length, whole.substring(length));
      }
    }
  }

  /** Listens on the caller's context. */
  public Generations(Bus bus) {
    models = new ModelClient(bus);
    listening = bus.serve(Generate.deltas(listener), this::heard);
  }

  private Future<Generate.Delta> heard(Generate.Delta delta) {
    Hearing hearing = hearings.get(delta.id());
    if (hearing != null) {
      hearing.hear(delta.at(), delta.text());
    }
    return Future.succeededFuture(delta);
  }

  /**
   * The answer; {@code asker} is told its text part by part, all of it before the answer comes, on
   * any thread.
   */
  public Future<Generate.Answer> ask(Generate question, Consumer<String> asker, Duration patience) {
    Hearing hearing = new Hearing(asker);
    hearings.put(question.id(), hearing);
    return listening
        .compose(_ -> models.ask(question.heardBy(listener), patience))
        .onSuccess(answer -> hearing.rest(answer.text()))
        .onFailure(_ -> cancel(question.id()))
        .eventually(() -> {
          var _ = hearings.remove(question.id());
          return Future.succeededFuture();
        });
  }

  /** Nobody wants the rest of the answer to the question {@code id}. */
  public void cancel(String id) {
    models.cancel(id);
  }
}
