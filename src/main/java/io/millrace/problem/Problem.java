package io.millrace.problem;

import java.time.Duration;
import java.util.Locale;

/**
 * Everything that can go wrong and that a client may tell apart, named for the client's next step.
 */
public sealed interface Problem {
  /** One sentence about this occurrence, safe to show to its client. */
  String detail();

  /** The request itself is wrong; {@code pointer} is a JSON pointer to the offending member. */
  record Invalid(String pointer, String detail) implements Problem {}

  /** There is no such thing, or it is not this client's. */
  record NotFound(String detail) implements Problem {}

  /**
   * The request contradicts what is stored, such as a reused idempotency key or a finished task.
   */
  record Conflict(String detail) implements Problem {}

  /** The request carries more bytes than {@code bytesMax}. */
  record TooLarge(String detail, long bytesMax) implements Problem {}

  /** As much waits as may wait; the client may come back after {@code retryAfter}. */
  record TooMany(String detail, Duration retryAfter) implements Problem {}

  /** {@code dependency} does not answer; the client may come back after {@code retryAfter}. */
  record Unavailable(String dependency, String detail, Duration retryAfter) implements Problem {}

  /** Parts of the work did not succeed, so the whole did not. */
  record Incomplete(String detail) implements Problem {}

  /** The work took longer than {@code limit}. */
  record TimedOut(String detail, Duration limit) implements Problem {}

  /** A file gives no text; {@code reason} says why in a word, {@code detail} in a sentence. */
  record Unreadable(Reason reason, String detail) implements Problem {
    /** Why a file gives no text. */
    public enum Reason {
      /** It opens with a password only. */
      ENCRYPTED,
      /** It is cut off, or not what it says it is. */
      DAMAGED,
      /** There is no text in it. */
      EMPTY,
      /** Its pages are pictures. */
      SCANNED,
      /** A kind of file that is not read. */
      UNSUPPORTED,
      /** It has too many bytes or too much text. */
      TOO_LARGE,
      /** It took too long. */
      TOO_SLOW,
      /** It has too many pages. */
      TOO_MANY_PAGES,
      /** It is small, and large when it is unpacked. */
      EXPANDS_TOO_MUCH,
      /** It ended the process that read it. */
      CRASHED;

      /** As in a problem's type, such as {@code too-many-pages}. */
      public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
      }
    }
  }

  /** A defect of ours; {@code incident} finds the stack trace in the log. */
  record Internal(String detail, String incident) implements Problem {}

  /** The stable, lower-case name of this kind of problem, as in a problem's {@code type}. */
  default String type() {
    return switch (this) {
      case Invalid _ -> "invalid";
      case NotFound _ -> "not-found";
      case Conflict _ -> "conflict";
      case TooLarge _ -> "too-large";
      case TooMany _ -> "too-many";
      case Unavailable _ -> "unavailable";
      case Incomplete _ -> "incomplete";
      case TimedOut _ -> "timed-out";
      case Unreadable(Unreadable.Reason reason, String _) -> reason.word();
      case Internal _ -> "internal";
    };
  }

  /** Whether the same request may succeed later without being changed. */
  default boolean retryable() {
    return switch (this) {
      case TooMany _, Unavailable _, TimedOut _ -> true;
      case Invalid _, NotFound _, Conflict _, TooLarge _ -> false;
      case Incomplete _, Unreadable _, Internal _ -> false;
    };
  }
}
