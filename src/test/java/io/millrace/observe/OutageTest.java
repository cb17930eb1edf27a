package io.millrace.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutageTest {
  private final ProblemException away =
      new ProblemException(
          new Problem.Unavailable("redis", "Redis does not answer.", Duration.ofSeconds(1)));

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Outage outage = new Outage(log(), "Claiming tasks");

  private Logger log() {
    lines.start();
    Logger log = new LoggerContext().getLogger("test");
    log.setLevel(Level.INFO);
    log.addAppender(lines);
    return log;
  }

  @Test
  void itsBeginningAndItsEndAreToldOnceEachAndAnExpectedProblemInOneLine() {
    outage.over();
    outage.on(away);
    outage.on(away);
    outage.over();
    outage.over();

    assertThat(lines.list)
        .extracting(line -> line.getLevel() + " " + line.getFormattedMessage())
        .containsExactly(
            "WARN Claiming tasks stands still and is tried again: Redis does not answer.",
            "INFO Claiming tasks goes on");
    assertThat(lines.list.getFirst().getThrowableProxy()).isNull();
  }

  @Test
  void aDefectComesWithItsStackTrace() {
    outage.on(new IllegalStateException("a defect"));

    assertThat(lines.list.getFirst().getLevel()).isEqualTo(Level.ERROR);
    assertThat(lines.list.getFirst().getThrowableProxy().getMessage()).isEqualTo("a defect");
  }
}
