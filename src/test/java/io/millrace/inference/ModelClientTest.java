package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.bus.Bus;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ModelClientTest {
  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx, Duration.ofSeconds(30));
  private final ModelClient client = new ModelClient(bus);
  private final Promise<Rerank.Scores> answer = Promise.promise();
  private final BlockingQueue<String> takenBack = new LinkedBlockingQueue<>();

  @BeforeEach
  void serve() {
    bus.serve(Rerank.at("model"), _ -> answer.future()).await();
    bus.serve(
            Cancel.ADDRESS,
            cancel -> {
              takenBack.add(cancel.id());
              return Future.succeededFuture(cancel);
            })
        .await();
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void aQuestionIsTakenBackWhenNoAnswerCameInTime() throws InterruptedException {
    var question = new Rerank("model", "who?", List.of("somebody"));

    Throwable failure = catchThrowable(() -> client.ask(question, Duration.ofMillis(50)).await());

    assertThat(((ProblemException) failure).problem()).isInstanceOf(Problem.TimedOut.class);
    assertThat(takenBack.poll(10, TimeUnit.SECONDS)).isEqualTo(question.id());
  }

  @Test
  void aQuestionThatFailedOtherwiseIsNotTakenBack() throws InterruptedException {
    answer.fail(new ProblemException(new Problem.NotFound("no such model")));

    Future<Rerank.Scores> asked =
        client.ask(new Rerank("model", "who?", List.of("somebody")), Duration.ofSeconds(10));

    assertThat(catchThrowable(asked::await)).isInstanceOf(ProblemException.class);
    client.cancel("the last word");
    assertThat(takenBack.poll(10, TimeUnit.SECONDS)).isEqualTo("the last word");
  }
}
