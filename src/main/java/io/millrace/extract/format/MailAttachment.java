package io.millrace.extract.format;

import java.nio.file.Path;

/**
 * What is attached to a message.
 *
 * @param name without a path; empty when it says none
 * @param type what the message says it is, in lower case
 */
record MailAttachment(String name, String type, Content content) {
  private static final int NAME_CHARACTERS_MAX = 150;

  /** What is known of it before it is read. */
  sealed interface Content {
    /** Its bytes lie in a file. */
    record Kept(Path file) implements Content {}

    /** It is not read, for a reason that people are told. */
    record Refused(String why) implements Content {}

    /** A picture, a sound or a film, of which nobody expects text. */
    record Medium() implements Content {}

    /** Enough others were read before it. */
    record TooMany() implements Content {}
  }

  /** The last part of a name that may be a path, such as one of another system. */
  static String baseName(String path) {
    String last = path.substring(1 + Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));
    String flat = last.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    if (flat.codePointCount(0, flat.length()) <= NAME_CHARACTERS_MAX) {
      return flat;
    }
    return flat.substring(0, flat.offsetByCodePoints(0, NAME_CHARACTERS_MAX)) + "…";
  }

  static boolean saysMessage(String type) {
    return type.equals(MediaTypes.MAIL) || type.equals("message/global");
  }

  static boolean saysMedium(String type) {
    return type.matches("(image|audio|video)/.*");
  }

  /** For people; never empty. */
  String shownName() {
    if (!name.isEmpty()) {
      return name;
    }
    return saysMessage(type) ? "Attached message" : "Attachment without a name";
  }
}
