package io.millrace.observe;

import io.millrace.problem.ProblemException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;

/**
 * Work that is tried again and again: says once that it cannot be done for now, and once that it
 * goes on. A defect comes with its stack trace, an expected problem in one line. Safe for many
 * threads.
 */
public final class Outage {
  private final Logger log;
  private final String work;
  private final AtomicBoolean lasting = new AtomicBoolean();

  /**
   * An outage that has not begun.
   *
   * @param work what is done when there is none, such as {@code Claiming tasks}
   */
  public Outage(Logger log, String work) {
    this.log = log;
    this.work = work;
  }

  /** It failed. */
  public void on(Throwable cause) {
    if (lasting.getAndSet(true)) {
      log.debug("{} fails still", work, cause);
    } else if (cause instanceof ProblemException expected) {
      log.atWarn()
          .addKeyValue("errorType", expected.problem().type())
          .log("{} stands still and is tried again: {}", work, expected.problem().detail());
    } else {
      log.error("{} failed and is tried again", work, cause);
    }
  }

  /** It was done. */
  public void over() {
    if (lasting.getAndSet(false)) {
      log.info("{} goes on", work);
    }
  }
}
