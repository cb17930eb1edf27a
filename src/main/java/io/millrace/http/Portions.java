package io.millrace.http;

import io.millrace.bus.BusMessage;
import io.millrace.inference.ModelClient;
import io.millrace.inference.ModelQuestion;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Asks models about many texts, a portion at a time, so that a long request neither fills the queue
 * nor travels as one message. What is on its way is taken back when the client leaves, when a
 * portion fails, and when the time is over.
 */
final class Portions {
  /** Texts of one portion; enough for the largest batch a model runs. */
  static final int TEXTS_MAX = 64;

  private static final int CHARACTERS_MAX = 64 << 10;

  /** Portions on their way at a time: while one runs, others are tokenised or sent. */
  private static final int AT_ONCE = 4;

  private final Vertx vertx;
  private final ModelClient models;
  private final Duration patience;

  /** Waits no longer than {@code patience} for all portions of a request together. */
  Portions(Vertx vertx, ModelClient models, Duration patience) {
    this.vertx = vertx;
    this.models = models;
    this.patience = patience;
  }

  /**
   * One portion.
   *
   * @param start where its first text stands in the request
   * @param id what takes it back
   */
  record Portion(int start, List<String> texts, String id) {}

  /** What became of a portion. */
  @FunctionalInterface
  interface Reading<R, T> {
    /** Reads an answer as soon as it is there, on the call's event loop. */
    T read(Portion portion, R answer);
  }

  /** Everything that was read, in the order of the texts. */
  <R extends BusMessage, T> Future<List<T>> ask(
      Call call,
      List<String> texts,
      Function<Portion, ModelQuestion<R>> question,
      Reading<R, T> reading) {
    var request = new Request<>(call, cut(texts), question, reading);
    request.fill();
    long timer = vertx.setTimer(patience.toMillis(), late -> request.end(late()));
    call.routing().response().closeHandler(gone -> request.end(left()));
    return request.all.future().onComplete(over -> vertx.cancelTimer(timer));
  }

  private static List<Portion> cut(List<String> texts) {
    String id = UUID.randomUUID().toString();
    List<Portion> portions = new ArrayList<>();
    int start = 0;
    int characters = 0;
    for (int i = 0; i < texts.size(); i++) {
      int length = texts.get(i).length();
      if (i > start && (i - start == TEXTS_MAX || characters + length > CHARACTERS_MAX)) {
        portions.add(new Portion(start, texts.subList(start, i), id + "/" + start));
        start = i;
        characters = 0;
      }
      characters += length;
    }
    portions.add(new Portion(start, texts.subList(start, texts.size()), id + "/" + start));
    return portions;
  }

  private Problem late() {
    return new Problem.TimedOut("The model did not answer in time.", patience);
  }

  private static Problem left() {
    return new Problem.Conflict("The client left.");
  }

  /** All portions of one request; confined to the call's event loop. */
  private final class Request<R extends BusMessage, T> {
    private final Call call;
    private final List<Portion> portions;
    private final Function<Portion, ModelQuestion<R>> question;
    private final Reading<R, T> reading;
    private final Promise<List<T>> all = Promise.promise();
    private final Set<String> onTheWay = new HashSet<>();
    private final T[] read;
    private int next;
    private int missing;

    @SuppressWarnings("unchecked")
    Request(
        Call call,
        List<Portion> portions,
        Function<Portion, ModelQuestion<R>> question,
        Reading<R, T> reading) {
      this.call = call;
      this.portions = portions;
      this.question = question;
      this.reading = reading;
      this.read = (T[]) new Object[portions.size()];
      this.missing = portions.size();
    }

    void fill() {
      while (next < portions.size() && onTheWay.size() < AT_ONCE) {
        int which = next++;
        onTheWay.add(portions.get(which).id());
        ask(which);
      }
    }

    private void ask(int which) {
      Portion portion = portions.get(which);
      call.here(models.ask(question.apply(portion), patience))
          .onComplete(answer -> answered(which, answer), failure -> failed(which, failure));
    }

    private void answered(int which, R answer) {
      if (all.future().isComplete()) {
        return;
      }
      Portion portion = portions.get(which);
      onTheWay.remove(portion.id());
      read[which] = reading.read(portion, answer);
      missing--;
      if (missing == 0) {
        all.complete(Arrays.asList(read));
      } else {
        fill();
      }
    }

    /**
     * A request is refused with its first portion. Later ones wait for their turn instead: what was
     * computed already would be lost, and computed again when the client comes back.
     */
    private void failed(int which, Throwable failure) {
      if (all.future().isComplete()) {
        return;
      }
      if (which > 0
          && failure instanceof ProblemException expected
          && expected.problem() instanceof Problem.TooMany busy) {
        vertx.setTimer(Math.max(1, busy.retryAfter().toMillis()), again -> askAgain(which));
      } else {
        end(failure);
      }
    }

    private void askAgain(int which) {
      if (!all.future().isComplete()) {
        ask(which);
      }
    }

    void end(Problem problem) {
      end(new ProblemException(problem));
    }

    private void end(Throwable failure) {
      if (all.tryFail(failure)) {
        onTheWay.forEach(models::cancel);
      }
    }
  }
}
