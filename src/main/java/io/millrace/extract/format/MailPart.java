package io.millrace.extract.format;

/** A piece of what a message says. */
record MailPart(Kind kind, String text) {
  /** What a piece is. */
  enum Kind {
    SUBJECT,
    HEADERS,
    PLAIN,
    HTML
  }

  void write(TextBuilder into) {
    switch (kind) {
      case SUBJECT -> {
        into.below(0);
        into.startHeading(1);
        into.inline(text);
        into.endHeading();
        into.below(1);
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
    }
  }
}
