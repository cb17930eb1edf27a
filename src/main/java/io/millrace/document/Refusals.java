package io.millrace.document;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;

/** The named outcomes of a file that gives no text, in plain words. */
final class Refusals {
  private Refusals() {}

  static ProblemException unsupported(String what) {
    return refused("Unsupported: this is " + what + "; text, Markdown and HTML can be read.");
  }

  static ProblemException binary() {
    return refused("Unsupported: the file holds binary data, no text in a known encoding.");
  }

  static ProblemException empty() {
    return refused("Empty: there is no text in the file.");
  }

  static ProblemException tooSlow(long secondsMax) {
    return refused("Too slow: no text could be taken out within " + secondsMax + " seconds.");
  }

  static ProblemException tooLarge(long bytes, long bytesMax) {
    return new ProblemException(
        new Problem.TooLarge(
            "Too large: the file has "
                + bytes
                + " bytes; text is taken from files of up to "
                + bytesMax
                + ".",
            bytesMax));
  }

  private static ProblemException refused(String detail) {
    return new ProblemException(new Problem.Invalid("/artifact", detail));
  }
}
