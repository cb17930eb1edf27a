package io.millrace.extract;

import io.millrace.problem.Problem.Unreadable;
import io.millrace.problem.Problem.Unreadable.Reason;
import io.millrace.problem.ProblemException;

/** The named outcomes of a file that gives no text, in plain words. */
public final class Refusals {
  private Refusals() {}

  /** Nobody here can read this kind of file. */
  public static ProblemException unsupported(String what) {
    return refused(Reason.UNSUPPORTED, "Unsupported: " + what);
  }

  /** It wants a password. */
  public static ProblemException encrypted() {
    return refused(
        Reason.ENCRYPTED, "Encrypted: the file opens with a password only; save it without one.");
  }

  /** It is not what it says, or only a part of it. */
  public static ProblemException damaged(String how) {
    return refused(Reason.DAMAGED, "Damaged: " + how);
  }

  /** There is nothing to read. */
  public static ProblemException empty() {
    return refused(Reason.EMPTY, "Empty: there is no text in the file.");
  }

  /** Only pictures. */
  public static ProblemException scanned(int pages) {
    return refused(
        Reason.SCANNED,
        "Scanned: its "
            + (pages == 1 ? "page is a picture" : pages + " pages are pictures")
            + " without text; run it through text recognition (OCR) first.");
  }

  /** More bytes than may be read. */
  public static ProblemException tooLarge(long bytes, long bytesMax) {
    return refused(
        Reason.TOO_LARGE,
        "Too large: the file has "
            + bytes
            + " bytes; text is taken from files of up to "
            + bytesMax
            + " (documents.extract.fileBytesMax).");
  }

  /** More text than may come out. */
  public static ProblemException tooMuchText(int charactersMax) {
    return refused(
        Reason.TOO_LARGE,
        "Too large: the file holds more than "
            + charactersMax
            + " characters of text (documents.extract.charactersMax).");
  }

  /** More pages than may be read. */
  public static ProblemException tooManyPages(int pages, int pagesMax) {
    return refused(
        Reason.TOO_MANY_PAGES,
        "Too many pages: the file has "
            + pages
            + ", up to "
            + pagesMax
            + " are read (documents.extract.pagesMax).");
  }

  /** A bomb. */
  public static ProblemException expandsTooMuch(long bytesMax) {
    return refused(
        Reason.EXPANDS_TOO_MUCH,
        "Expands too much: unpacked it has more than "
            + bytesMax
            + " bytes (documents.extract.expandedBytesMax).");
  }

  /** It took longer than allowed and was ended. */
  static Unreadable tooSlow(long secondsMax) {
    return new Unreadable(
        Reason.TOO_SLOW,
        "Too slow: no text could be taken out within "
            + secondsMax
            + " seconds (documents.extract.time).");
  }

  /** The child ran out of memory. */
  static Unreadable outOfMemory(String memory) {
    return new Unreadable(
        Reason.CRASHED,
        "Crashed: reading the file took more than "
            + memory
            + " of memory (documents.extract.memory).");
  }

  /** The child ended without an answer. */
  static Unreadable crashed(String how) {
    return new Unreadable(Reason.CRASHED, "Crashed: reading the file ended " + how + ".");
  }

  /** A message within messages, too far in. */
  public static ProblemException nestedTooDeeply(int depthMax) {
    return refused(
        Reason.UNSUPPORTED,
        "Unsupported: it is a message within messages, which are read up to "
            + depthMax
            + " deep.");
  }

  /** What stands in the place of the text of an attachment that gives none. */
  public static String attachment(String why) {
    return "This attachment could not be read. " + why;
  }

  /**
   * The same for a reason that was found while reading it, of an e-mail that has {@code limits}.
   */
  public static String attachment(Unreadable problem, Limits limits) {
    return attachment(
        switch (problem.reason()) {
          case TOO_LARGE ->
              "Too large: with it the e-mail would hold more than "
                  + limits.charactersMax()
                  + " characters of text (documents.extract.charactersMax).";
          case TOO_MANY_PAGES ->
              "Too many pages: with it the attachments would have more than "
                  + limits.pagesMax()
                  + " (documents.extract.pagesMax).";
          case EXPANDS_TOO_MUCH ->
              "Expands too much: with it the attachments would have more than "
                  + limits.expandedBytesMax()
                  + " bytes when they are unpacked (documents.extract.expandedBytesMax).";
          case ENCRYPTED, DAMAGED, EMPTY, SCANNED, UNSUPPORTED, TOO_SLOW, CRASHED ->
              problem.detail();
        });
  }

  private static ProblemException refused(Reason reason, String detail) {
    return new ProblemException(new Unreadable(reason, detail));
  }
}
