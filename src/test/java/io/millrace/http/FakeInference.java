package io.millrace.http;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.millrace.bus.Address;
import io.millrace.bus.Bus;
import io.millrace.bus.BusMessage;
import io.millrace.inference.Cancel;
import io.millrace.inference.Classify;
import io.millrace.inference.CountTokens;
import io.millrace.inference.Embed;
import io.millrace.inference.Generate;
import io.millrace.inference.ListModels;
import io.millrace.inference.ModelQuestion;
import io.millrace.inference.ModelState;
import io.millrace.inference.MoveModel;
import io.millrace.inference.Rerank;
import io.millrace.inference.Timing;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A process with the role {@code worker} as the bus sees it. The vector of a text is {@code
 * [length, 0.5, -0.25, 1e-9]}, its score one over its length.
 */
final class FakeInference {
  static final String MODEL = "house-model";
  static final Timing TIMING = new Timing(1500, 250, 4000);

  final List<Embed> embeds = new CopyOnWriteArrayList<>();
  final List<String> cancelled = new CopyOnWriteArrayList<>();
  volatile Function<Embed, Future<Embed.Vectors>> embedding = FakeInference::vectors;
  private volatile ModelState.Status status = ModelState.Status.UNLOADED;

  /** Answers on {@code bus}. */
  FakeInference(Bus bus) {
    Future.all(
            bus.serve(
                new Address<>(ModelQuestion.address(MODEL), BusMessage.class, BusMessage.class),
                question -> answer((ModelQuestion<?>) question)),
            bus.serve(Cancel.ADDRESS, this::cancel),
            bus.serveEach(ListModels.ADDRESS, question -> listed()),
            bus.serveEach(MoveModel.ADDRESS, this::move))
        .timeout(20, SECONDS)
        .await();
  }

  private Future<BusMessage> answer(ModelQuestion<?> question) {
    return switch (question) {
      case Embed embed -> {
        embeds.add(embed);
        yield embedding.apply(embed).map(BusMessage.class::cast);
      }
      case Rerank rerank -> scores(rerank).map(BusMessage.class::cast);
      case Classify _, CountTokens _, Generate _ ->
          throw new IllegalStateException("nobody asks this");
    };
  }

  static Future<Embed.Vectors> vectors(Embed question) {
    List<float[]> rows =
        question.texts().stream()
            .map(text -> new float[] {text.length(), 0.5f, -0.25f, 1e-9f})
            .toList();
    return Future.succeededFuture(new Embed.Vectors("house-1", rows, rows.size() * 3, TIMING));
  }

  private static Future<Rerank.Scores> scores(Rerank question) {
    List<Double> scores =
        question.documents().stream().map(document -> 1.0 / document.length()).toList();
    return Future.succeededFuture(new Rerank.Scores("house-1", scores, scores.size() * 5, TIMING));
  }

  private Future<Cancel> cancel(Cancel question) {
    cancelled.add(question.id());
    return Future.succeededFuture(question);
  }

  private Future<ListModels.Listed> move(MoveModel question) {
    if (question.model().equals(MODEL)) {
      status =
          switch (question.to()) {
            case IN -> ModelState.Status.READY;
            case OUT -> ModelState.Status.UNLOADED;
          };
    }
    return listed();
  }

  private Future<ListModels.Listed> listed() {
    return Future.succeededFuture(
        new ListModels.Listed(
            "worker-1",
            List.of(
                new ModelState(
                    MODEL,
                    "house-1",
                    "embed",
                    "directory",
                    status,
                    "cpu",
                    123_456,
                    78,
                    Optional.of(Instant.parse("2026-11-21T10:00:00Z")),
                    3,
                    "")),
            Set.of()));
  }
}
