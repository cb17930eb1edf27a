package io.millrace.dispatch;

import io.millrace.queue.TaskQueue.Ending;
import java.time.Duration;

/** Hears how runs ended, for logs and metrics. Called on any thread; must not block. */
interface RunLog {
  /** A task was claimed and its run begins. */
  void started(Run run);

  /** A run gave its first piece of output, {@code after} its handler was called. */
  void firstOutput(Run run, Duration after);

  /** A run ended, and the queue took note of it. */
  void ended(Run run, Ending ending, Duration took);

  /** A run ended, but another worker holds the task. */
  void lost(Run run);

  /** A handler did not stop when it was told to. */
  void gaveUp(Run run);
}
