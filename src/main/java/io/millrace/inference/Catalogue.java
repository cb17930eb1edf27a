package io.millrace.inference;

import io.millrace.bus.BusMessage;
import io.millrace.decoder.ChatFormat;
import io.millrace.encoder.Encoder;
import io.millrace.model.Engine;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The models of this process by name; checks each question before a model sees it. */
final class Catalogue {
  private final DeclaredModels models;
  private final InferenceLimits limits;
  private final Askers askers = new Askers();

  Catalogue(DeclaredModels models, InferenceLimits limits) {
    this.models = models;
    this.limits = limits;
  }

  /**
   * The answer to {@code question}.
   *
   * @param deltas tells the listener of that name more of an answer's text
   */
  Future<BusMessage> answer(ModelQuestion<?> question, BiConsumer<String, Generate.Delta> deltas) {
    return switch (question) {
      case Embed embed -> embed(embed).map(BusMessage.class::cast);
      case Rerank rerank -> rerank(rerank).map(BusMessage.class::cast);
      case Classify classify -> classify(classify).map(BusMessage.class::cast);
      case CountTokens count -> count(count).map(BusMessage.class::cast);
      case Generate generate ->
          generate(generate, delta -> deltas.accept(generate.listener(), delta))
              .map(BusMessage.class::cast);
    };
  }

  private Future<Embed.Vectors> embed(Embed question) {
    return ask(
        question.model(),
        question.id(),
        wrong("/texts", question.texts()),
        Encoder.class,
        (encoder, gone) -> Encoding.embed(encoder, question, gone));
  }

  private Future<Rerank.Scores> rerank(Rerank question) {
    Problem wrong = wrong("/query", question.query());
    return ask(
        question.model(),
        question.id(),
        wrong == null ? wrong("/documents", question.documents()) : wrong,
        Encoder.class,
        (encoder, gone) -> Encoding.rerank(encoder, question, gone));
  }

  private Future<Classify.Labelled> classify(Classify question) {
    return ask(
        question.model(),
        question.id(),
        wrong("/texts", question.texts()),
        Encoder.class,
        (encoder, gone) -> Encoding.classify(encoder, question, gone));
  }

  private Future<CountTokens.Counts> count(CountTokens question) {
    return ask(
        question.model(),
        "",
        wrong("/texts", question.texts()),
        Encoder.class,
        (encoder, gone) -> Encoding.count(encoder, question));
  }

  private Future<Generate.Answer> generate(Generate question, Consumer<Generate.Delta> deltas) {
    return ask(
        question.model(),
        question.id(),
        wrong(question),
        GenerateEngine.class,
        (engine, gone) -> engine.generate(question, gone, deltas));
  }

  /** Asks a model that must exist, unless the question is wrong. */
  private <E extends Engine, R> Future<R> ask(
      String name,
      String id,
      @Nullable Problem wrong,
      Class<E> kind,
      BiFunction<E, Future<Void>, Future<R>> work) {
    Model model = models.named(name).orElse(null);
    if (model == null) {
      // It was declared when the question was sent here.
      return Future.failedFuture(ModelClient.away(name));
    }
    if (wrong != null) {
      return refuse(wrong);
    }
    return askers.ask(id, gone -> model.use(kind, engine -> work.apply(engine, gone)));
  }

  /** Takes a question back, whoever has it. */
  void cancel(Cancel cancel) {
    askers.leave(cancel.id());
  }

  /** Brings a model into memory or out of it, when there is one of that name. */
  Future<Void> move(MoveModel question) {
    Model model = models.named(question.model()).orElse(null);
    if (model == null) {
      return Future.succeededFuture();
    }
    return switch (question.to()) {
      case IN -> model.load();
      case OUT -> model.unload();
    };
  }

  private static <R> Future<R> refuse(Problem problem) {
    return Future.failedFuture(new ProblemException(problem));
  }

  private @Nullable Problem wrong(String pointer, List<String> texts) {
    if (texts.isEmpty()) {
      return new Problem.Invalid(pointer, "At least one text is needed.");
    }
    if (texts.size() > limits.textsMax()) {
      return new Problem.Invalid(
          pointer, "At most %d texts fit in one question.".formatted(limits.textsMax()));
    }
    for (int i = 0; i < texts.size(); i++) {
      Problem wrong = wrong(pointer + "/" + i, texts.get(i));
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  private @Nullable Problem wrong(Generate question) {
    int characters = question.prompt().length();
    for (ChatFormat.Turn turn : question.messages()) {
      characters += turn.content().length();
    }
    return characters > limits.charactersMax()
        ? new Problem.Invalid(
            question.messages().isEmpty() ? "/prompt" : "/messages",
            "There may be at most %d characters.".formatted(limits.charactersMax()))
        : null;
  }

  private @Nullable Problem wrong(String pointer, String text) {
    if (text.isBlank()) {
      return new Problem.Invalid(pointer, "A text must not be blank.");
    }
    if (text.length() > limits.charactersMax()) {
      return new Problem.Invalid(
          pointer, "A text may have at most %d characters.".formatted(limits.charactersMax()));
    }
    return null;
  }
}
