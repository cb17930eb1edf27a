package io.millrace.document;

import io.millrace.document.Documents.Document;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The place of a document in the list, newest first; it holds when the document is gone. */
record DocumentCursor(Instant createdAt, String id) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,17})\\.([0-9a-f]{32})");

  static DocumentCursor of(Document document) {
    return new DocumentCursor(document.createdAt(), document.id());
  }

  static boolean isCursor(String text) {
    return FORM.matcher(text).matches();
  }

  static DocumentCursor parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new ProblemException(
          new Problem.Invalid("/cursor", "This is no cursor of the list of documents."));
    }
    Instant createdAt = Instant.EPOCH.plus(Long.parseLong(matcher.group(1)), ChronoUnit.MICROS);
    return new DocumentCursor(createdAt, matcher.group(2));
  }

  String text() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, createdAt) + "." + id;
  }
}
