package io.millrace.task;

import io.millrace.problem.Problem;
import java.time.Duration;
import java.util.List;

/** How a handler ended its run; throwing instead is a defect. */
public sealed interface Outcome {
  /** It did what was asked; {@code result} is one JSON value. */
  record Succeeded(Payload result) implements Outcome {}

  /** It could not; whether it is tried again depends on {@link Problem#retryable()}. */
  record Failed(Problem problem) implements Outcome {}

  /** It could not yet; it wants to be tried again no sooner than {@code delay} from now. */
  record RetryAfter(Duration delay, Problem problem) implements Outcome {}

  /**
   * It goes on when {@code children} have ended: it is then run again, and finds them counted in
   * {@link Task#children()}. Meanwhile it takes no slot.
   *
   * @param children at least one and at most {@link #CHILDREN_MAX}; a child may have none itself
   */
  record Wait(List<ChildRequest> children) implements Outcome {
    /** The most children that one run may submit. */
    public static final int CHILDREN_MAX = 1_000;

    /** Refuses none and too many. */
    public Wait {
      children = List.copyOf(children);
      if (children.isEmpty() || children.size() > CHILDREN_MAX) {
        throw new IllegalArgumentException(children.size() + " children");
      }
    }
  }

  /** It saw the cancel signal and stopped. */
  record Cancelled() implements Outcome {}
}
