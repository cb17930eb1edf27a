package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Limits;
import io.millrace.extract.Refusals;

/**
 * What a file may still cost. An e-mail and all that is attached to it have one between them: an
 * attachment is allowed what is left. Its own bytes always count; what it took beyond them counts
 * when text came of it, so that one that takes too much leaves the others theirs.
 */
final class Allowance {
  /** Attachments that are read, those of attached messages among them. */
  static final int ATTACHMENTS_MAX = 100;

  private static final int DEPTH_MAX = 5;

  private final Limits whole;
  private final Limits limits;
  private final int depth;
  private int attachments;
  private int pages;
  private long expandedBytes;

  private Allowance(Limits whole, Limits limits, int depth, int attachments) {
    this.whole = whole;
    this.limits = limits;
    this.depth = depth;
    this.attachments = attachments;
  }

  /** All of it, for a file. */
  static Allowance of(Limits limits) {
    return new Allowance(limits, limits, 0, ATTACHMENTS_MAX);
  }

  /** For the next attachment, of which {@code characters} may come. */
  Allowance next(int characters) {
    Limits left =
        new Limits(
            limits.fileBytesMax(),
            Math.max(0, characters),
            Math.max(0, limits.pagesMax() - pages),
            expandedBytesLeft());
    return new Allowance(whole, left, depth + 1, attachments);
  }

  /** Counts what the text of an attachment took. */
  void take(Allowance used, Extraction read) {
    pages += used.pages + read.pages().size();
    expandedBytes += used.expandedBytes;
  }

  /** Attachments within an attachment count whatever comes of it, as each takes time. */
  void takeAttachments(Allowance used) {
    attachments = used.attachments;
  }

  /** Whether one attachment more is read; then it counts. */
  boolean takeAttachment() {
    if (attachments == 0) {
      return false;
    }
    attachments--;
    return true;
  }

  /** Refuses a message that is too far within others. */
  void requireDepth() {
    if (depth > DEPTH_MAX) {
      throw Refusals.nestedTooDeeply(DEPTH_MAX);
    }
  }

  /** Counts what is unpacked, and ends it at the limit. */
  void expand(long bytes) {
    expandedBytes += bytes;
    if (expandedBytes > limits.expandedBytesMax()) {
      throw Refusals.expandsTooMuch(limits.expandedBytesMax());
    }
  }

  long expandedBytesLeft() {
    return Math.max(0, limits.expandedBytesMax() - expandedBytes);
  }

  /** What is left of the file's limits; of a file that is attached to nothing, all. */
  Limits limits() {
    return limits;
  }

  /** The limits of the file that everything else is attached to. */
  Limits whole() {
    return whole;
  }
}
