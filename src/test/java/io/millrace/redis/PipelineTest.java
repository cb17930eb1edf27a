package io.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.VertxException;
import io.vertx.redis.client.impl.types.ErrorType;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PipelineTest {
  @Test
  void aConnectionThatBreaksInAnyWayIsRedisBeingAwaySoThatTheCallIsRepeated() {
    List<Throwable> broken =
        List.of(
            new IOException("Broken pipe"),
            new IOException("Connection reset"),
            new ClosedChannelException(),
            new VertxException("Connection was closed"),
            ErrorType.create("CONNECTION_CLOSED"),
            ErrorType.create("MISCONF Errors writing to the AOF file: No space left on device"),
            ErrorType.create("LOADING Redis is loading the dataset in memory"));

    assertThat(broken)
        .extracting(cause -> Pipeline.translated("script finish", cause))
        .allSatisfy(failure ->
            assertThat(failure)
                .isInstanceOfSatisfying(
                    ProblemException.class,
                    expected ->
                        assertThat(expected.problem()).isInstanceOf(Problem.Unavailable.class)));
  }

  @Test
  void whatRedisItselfRefusesIsADefect() {
    Throwable failure = Pipeline.translated("script finish", ErrorType.create("ERR no such thing"));

    assertThat(failure)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Redis refused script finish: ERR no such thing");
  }
}
