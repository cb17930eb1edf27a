package io.millrace.bus;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Typed questions over the event bus. A failure of the answering side reaches the asker at once, as
 * a {@link ProblemException}. In a cluster the answer may come from another process.
 */
public final class Bus {
  private static final Logger LOGGER = LoggerFactory.getLogger(Bus.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  /** Between an address and the process that answers there for itself. */
  private static final String NODE = "@";

  private static final String ALONE = "here";

  /** What Vert.x says at once of a question whose answerer went away before it took it. */
  private static final String DISCARDED = "Discarded the request";

  /** Within this time all processes know that one of them no longer answers at an address. */
  private static final Duration UNLISTED_WITHIN = Duration.ofMillis(500);

  private final Vertx vertx;
  private final Duration patience;

  /** Asks over {@code vertx} and gives up on an answer after {@code patience}. */
  public Bus(Vertx vertx, Duration patience) {
    this.vertx = vertx;
    this.patience = patience;
    BusCodec.install(vertx.eventBus());
  }

  /** The answer to {@code question}, or a {@link ProblemException}. */
  public <Q extends BusMessage, R extends BusMessage> Future<R> ask(Address<Q, R> to, Q question) {
    return ask(to, question, patience);
  }

  /** The answer to {@code question}, waiting no longer than {@code patience}. */
  public <Q extends BusMessage, R extends BusMessage> Future<R> ask(
      Address<Q, R> to, Q question, Duration patience) {
    var options =
        new DeliveryOptions()
            .setLocalOnly(!vertx.isClustered())
            .setSendTimeout(patience.toMillis());
    return vertx
        .eventBus()
        .<BusMessage>request(to.name(), question, options)
        .recover(failure -> Future.failedFuture(unanswered(to, failure, patience)))
        .compose(reply -> answerOf(to, reply.body()));
  }

  /**
   * The answers of all processes that answer {@code to} with {@link #serveEach}. One that fails is
   * left out while others answer; when none is there at all, that is {@code Unavailable}.
   */
  public <Q extends BusMessage, R extends BusMessage> Future<List<R>> askEach(
      Address<Q, R> to, Q question, Duration patience) {
    List<Future<R>> asked =
        nodes().stream().map(node -> ask(onNode(to, node), question, patience)).toList();
    return Future.join(asked)
        .transform(_ -> {
          List<R> answers = asked.stream().filter(Future::succeeded).map(Future::result).toList();
          return answers.isEmpty()
              ? Future.failedFuture(why(to, asked))
              : Future.succeededFuture(answers);
        });
  }

  /** The failure that tells most: a refusal rather than that a process does not answer these. */
  private static Throwable why(Address<?, ?> to, List<? extends Future<?>> failed) {
    return failed.stream()
        .map(Future::cause)
        .filter(cause -> !isAbsence(cause, to))
        .findFirst()
        .orElseGet(() -> new ProblemException(absent(to)));
  }

  private static boolean isAbsence(Throwable failure, Address<?, ?> of) {
    return isUnavailable(failure, away -> away.startsWith(of.name() + NODE));
  }

  /** Whether a question to {@code to} failed because nobody was there to take it. */
  public static boolean nobodyAnswered(Address<?, ?> to, Throwable failure) {
    return isUnavailable(failure, to.name()::equals);
  }

  private static boolean isUnavailable(Throwable failure, Predicate<String> dependency) {
    return failure instanceof ProblemException expected
        && expected.problem() instanceof Problem.Unavailable away
        && dependency.test(away.dependency());
  }

  /** Tells {@code message} to all processes that serve {@code to}; nobody waits for an answer. */
  public <Q extends BusMessage> void tell(Address<Q, ?> to, Q message) {
    vertx
        .eventBus()
        .publish(to.name(), message, new DeliveryOptions().setLocalOnly(!vertx.isClustered()));
  }

  private static <Q extends BusMessage, R extends BusMessage> Address<Q, R> onNode(
      Address<Q, R> address, String node) {
    return new Address<>(address.name() + NODE + node, address.question(), address.answer());
  }

  private List<String> nodes() {
    return vertx.isClustered()
        ? ((VertxInternal) vertx).clusterManager().getNodes()
        : List.of(ALONE);
  }

  private String node() {
    return vertx.isClustered() ? ((VertxInternal) vertx).clusterManager().getNodeId() : ALONE;
  }

  private static <R extends BusMessage> Future<R> answerOf(Address<?, R> to, BusMessage reply) {
    return switch (reply) {
      case Reply.Answer(BusMessage value) -> Future.succeededFuture(to.answer().cast(value));
      case Reply.Refusal(Problem problem) -> Future.failedFuture(new ProblemException(problem));
      default -> Future.succeededFuture(to.answer().cast(reply));
    };
  }

  /**
   * Answers every question at {@code at} on the caller's context; on a virtual thread each question
   * runs on its own, so an answerer may {@code await()}. Completes once the bus routes here.
   */
  public <Q extends BusMessage, R extends BusMessage> Future<Void> serve(
      Address<Q, R> at, Function<Q, Future<R>> answerer) {
    return open(at, answerer).completion();
  }

  /**
   * Answers as {@link #serve} does, until what it gives back is closed; at one such place of an
   * address in a process at a time.
   */
  public <Q extends BusMessage, R extends BusMessage> Future<Serving> serveUntilClosed(
      Address<Q, R> at, Function<Q, Future<R>> answerer) {
    MessageConsumer<Q> consumer = open(at, answerer);
    return consumer.completion().map(_ -> () -> close(at, consumer));
  }

  /**
   * A message that reaches a process without a consumer is lost without a word, and other processes
   * hear late that one went. So it goes off their lists first, and stops to listen a moment later.
   */
  private Future<Void> close(Address<?, ?> at, MessageConsumer<?> consumer) {
    return vertx.isClustered()
        ? withdrawn(at)
            .compose(_ -> vertx.timer(UNLISTED_WITHIN.toMillis()))
            .eventually(consumer::unregister)
            .mapEmpty()
        : consumer.unregister();
  }

  private Future<Void> withdrawn(Address<?, ?> at) {
    ClusterManager cluster = ((VertxInternal) vertx).clusterManager();
    Promise<List<RegistrationInfo>> listed = Promise.promise();
    cluster.getRegistrations(at.name(), listed);
    return listed
        .future()
        .compose(all ->
            Future.join(
                all.stream()
                    .filter(one -> one.nodeId().equals(cluster.getNodeId()))
                    .map(one -> {
                      Promise<Void> removed = Promise.promise();
                      cluster.removeRegistration(at.name(), one, removed);
                      return removed.future();
                    })
                    .toList()))
        .mapEmpty();
  }

  private <Q extends BusMessage, R extends BusMessage> MessageConsumer<Q> open(
      Address<Q, R> at, Function<Q, Future<R>> answerer) {
    Context context = vertx.getOrCreateContext();
    boolean virtual = context.threadingModel() == ThreadingModel.VIRTUAL_THREAD;
    MessageConsumer<Q> consumer =
        vertx.isClustered()
            ? vertx.eventBus().consumer(at.name())
            : vertx.eventBus().localConsumer(at.name());
    consumer.handler(message -> {
      if (virtual) {
        context.runOnContext(later -> reply(message, at, answerer));
      } else {
        reply(message, at, answerer);
      }
    });
    return consumer;
  }

  /** Answers as {@link #serve} does, but for this process alone: {@link #askEach} asks it. */
  public <Q extends BusMessage, R extends BusMessage> Future<Void> serveEach(
      Address<Q, R> at, Function<Q, Future<R>> answerer) {
    return serve(onNode(at, node()), answerer);
  }

  private static <Q extends BusMessage, R extends BusMessage> void reply(
      Message<Q> message, Address<Q, R> at, Function<Q, Future<R>> answerer) {
    Future<R> answer;
    try {
      answer = answerer.apply(at.question().cast(message.body()));
    } catch (RuntimeException e) {
      answer = Future.failedFuture(e);
    }
    answer.onComplete(
        value -> message.reply(new Reply.Answer(value)),
        failure -> message.reply(new Reply.Refusal(problemOf(at, failure))));
  }

  private static ProblemException unanswered(
      Address<?, ?> to, Throwable failure, Duration patience) {
    if (!(failure instanceof ReplyException reply)) {
      return new ProblemException(problemOf(to, failure));
    }
    if (String.valueOf(reply.getMessage()).startsWith(DISCARDED)) {
      return new ProblemException(absent(to));
    }
    return new ProblemException(
        switch (reply.failureType()) {
          case TIMEOUT ->
              new Problem.TimedOut("No answer from " + to.name() + " in time.", patience);
          case NO_HANDLERS -> absent(to);
          case RECIPIENT_FAILURE, ERROR -> problemOf(to, failure);
        });
  }

  private static Problem absent(Address<?, ?> to) {
    return new Problem.Unavailable(
        to.name(), "No running process answers " + to.name() + ".", RETRY_AFTER);
  }

  private static Problem problemOf(Address<?, ?> at, Throwable failure) {
    if (failure instanceof ProblemException expected) {
      return expected.problem();
    }
    String incident = UUID.randomUUID().toString();
    LOGGER
        .atError()
        .setCause(failure)
        .addKeyValue("incident", incident)
        .addKeyValue("address", at.name())
        .log("answering failed");
    return new Problem.Internal("Millrace failed to answer.", incident);
  }
}
