package io.millrace.bus;

import io.millrace.problem.Problem;

/** What comes back over the bus: the answer, or why there is none. */
sealed interface Reply extends BusMessage {
  /** The answer. */
  record Answer(BusMessage value) implements Reply {}

  /** Why there is no answer. */
  record Refusal(Problem problem) implements Reply {}
}
