package io.millrace.inference;

import io.millrace.bus.Address;
import io.millrace.bus.Bus;
import io.millrace.bus.BusMessage;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks models over the bus, whichever process declares them; safe for many threads. A name that no
 * process declares is not found. Where one is just coming or going, the question may be repeated.
 */
public final class ModelClient {
  private static final Duration LOOK_WITHIN = Duration.ofSeconds(2);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  /** How long after its last answer a model that is gone is expected back. */
  private static final Duration RESTART = Duration.ofMinutes(1);

  private final Bus bus;
  private final InstantSource clock;
  private final Map<String, Instant> answered = new ConcurrentHashMap<>();

  /** Asks over {@code bus}. */
  public ModelClient(Bus bus) {
    this(bus, InstantSource.system());
  }

  ModelClient(Bus bus, InstantSource clock) {
    this.bus = bus;
    this.clock = clock;
  }

  /**
   * The answer to {@code question}, or a {@link ProblemException}. When none came within {@code
   * patience} the question is taken back, so that no model reads for somebody who is gone.
   */
  public <R extends BusMessage> Future<R> ask(ModelQuestion<R> question, Duration patience) {
    Address<BusMessage, R> to =
        new Address<>(
            ModelQuestion.address(question.model()), BusMessage.class, question.answerType());
    return bus.ask(to, question, patience)
        .onSuccess(_ -> answered.put(question.model(), clock.instant()))
        .recover(failure ->
            Bus.nobodyAnswered(to, failure)
                ? known(question.model()).compose(_ -> again(to, question, patience))
                : Future.failedFuture(failure))
        .onFailure(failure -> {
          if (!question.id().isEmpty()
              && failure instanceof ProblemException e
              && e.problem() instanceof Problem.TimedOut) {
            cancel(question.id());
          }
        });
  }

  /** Whoever asked the question {@code id} wants no answer any more. */
  public void cancel(String id) {
    bus.tell(Cancel.ADDRESS, new Cancel(id));
  }

  /** A process may have gone while another declares the same model, or have come meanwhile. */
  private <R extends BusMessage> Future<R> again(
      Address<BusMessage, R> to, ModelQuestion<R> question, Duration patience) {
    return bus.ask(to, question, patience)
        .recover(failure ->
            Future.failedFuture(
                Bus.nobodyAnswered(to, failure) ? away(question.model()) : failure));
  }

  /** Fails unless a process declares {@code model}. */
  private Future<Void> known(String model) {
    return bus.askEach(ListModels.ADDRESS, new ListModels(), LOOK_WITHIN)
        .compose(processes -> {
          var names = new TreeSet<String>();
          processes.forEach(process -> process.models().forEach(state -> names.add(state.name())));
          if (names.contains(model)) {
            return Future.succeededFuture();
          }
          boolean removed = processes.stream().anyMatch(one -> one.removed().contains(model));
          return Future.failedFuture(
              answeredLately(model) && !removed
                  ? away(model)
                  : new ProblemException(
                      new Problem.NotFound(
                          "There is no model %s; there are %s.".formatted(model, names))));
        });
  }

  private boolean answeredLately(String model) {
    Instant last = answered.get(model);
    return last != null && clock.instant().isBefore(last.plus(RESTART));
  }

  static ProblemException away(String model) {
    String detail = "No process answers for model %s at the moment.".formatted(model);
    return new ProblemException(new Problem.Unavailable("model " + model, detail, RETRY_AFTER));
  }
}
