package io.millrace.extract.format;

/** A piece of a message. */
record MailPart(Kind kind, String text) {
  /** What a piece is. */
  enum Kind {
    SUBJECT,
    HEADERS,
    PLAIN,
    HTML,
    ATTACHMENT
  }

  void write(TextBuilder into) {
    switch (kind) {
      case SUBJECT -> {
        into.startHeading(1);
        into.inline(text);
        into.endHeading();
      }
      case HEADERS, PLAIN -> {
        into.block();
        into.verbatim(text);
        into.block();
      }
      case HTML -> {
        into.block();
        String _ = HtmlText.append(text, into);
        into.block();
      }
      case ATTACHMENT -> {
        into.line();
        into.inline("Attachment: " + text);
      }
    }
  }
}
