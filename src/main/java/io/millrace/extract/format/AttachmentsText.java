package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Refusals;
import io.millrace.extract.Wire.Answer;
import io.millrace.extract.format.MailAttachment.Content;
import io.millrace.problem.Problem.Unreadable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes what is attached to a message below its words, read like files that were brought in by
 * themselves. None of it can take the words away: what is not read has a sentence in its place.
 */
final class AttachmentsText {
  private static final int NAMES_MAX = 1_000;

  /** Room for a heading and the sentences below it. */
  private static final int RESERVED_CHARACTERS = 2_000;

  private final Formats formats;
  private final Allowance allowance;
  private final Journal journal;
  private final TextBuilder text;
  private final String title;
  private final String notice;
  private final List<MailAttachment> readable = new ArrayList<>();
  private final List<MailAttachment> media = new ArrayList<>();
  private final List<MailAttachment> tooMany = new ArrayList<>();
  private int unread;
  private int partly;

  /** What it works with. */
  record Reading(Formats formats, Allowance allowance, Journal journal) {}

  /**
   * Below the words in {@code text}.
   *
   * @param title the message's own
   * @param notice what is missing of its words
   */
  AttachmentsText(Reading reading, TextBuilder text, String title, String notice) {
    this.formats = reading.formats();
    this.allowance = reading.allowance();
    this.journal = reading.journal();
    this.text = text;
    // What is attached gives the message no title.
    this.title = title.isEmpty() ? text.build(MediaTypes.MAIL, "").title() : title;
    this.notice = notice;
  }

  /** Answers the whole message. */
  Extraction write(List<MailAttachment> attachments) {
    for (MailAttachment each : attachments) {
      switch (each.content()) {
        case Content.Kept _, Content.Refused _ -> readable.add(each);
        case Content.Medium _ -> media.add(each);
        case Content.TooMany _ -> tooMany.add(each);
      }
    }
    names(media);
    for (int i = 0; i < readable.size(); i++) {
      if (text.room() < RESERVED_CHARACTERS) {
        unread += readable.size() - i;
        break;
      }
      write(i);
    }
    writeTooMany();
    return soFar();
  }

  private Extraction soFar() {
    Extraction read = text.build(MediaTypes.MAIL, title, noticeSoFar());
    return new Extraction(
        read.mediaType(),
        title.isEmpty() ? "" : read.title(),
        read.text(),
        read.headings(),
        read.pages(),
        read.notice());
  }

  private String noticeSoFar() {
    int total = readable.size() + tooMany.size();
    var missing = new ArrayList<String>();
    if (!notice.isEmpty()) {
      missing.add(notice);
    }
    if (unread > 0) {
      missing.add(unread + " of " + total + " attachments could not be read.");
    }
    if (partly > 0) {
      missing.add(partly + " of " + total + " attachments could be read in part only.");
    }
    return String.join(" ", missing);
  }

  private void write(int place) {
    MailAttachment attachment = readable.get(place);
    heading(attachment.shownName());
    Optional<String> skipped = journal.skipped(place);
    if (skipped.isPresent()) {
      refused(Refusals.attachment(skipped.get()));
      return;
    }
    switch (attachment.content()) {
      case Content.Kept(Path file) -> {
        journal.reading(place, readable.size() + tooMany.size() - place - 1, this::soFar);
        read(file, attachment);
      }
      case Content.Refused(String why) -> refused(why);
      case Content.Medium _, Content.TooMany _ -> {}
    }
  }

  private void read(Path file, MailAttachment attachment) {
    Allowance next = allowance.next(text.room() - RESERVED_CHARACTERS);
    switch (formats.answer(file, attachment.name(), attachment.type(), next)) {
      case Answer.Text(Extraction read) -> {
        allowance.take(next, read);
        text.below(2);
        text.append(read);
        text.below(1);
        if (!read.notice().isEmpty()) {
          paragraph(read.notice());
          partly++;
        }
      }
      case Answer.Refused(Unreadable problem) ->
          refused(Refusals.attachment(problem, allowance.whole()));
      case Answer.SoFar _ -> throw new IllegalStateException("a reader gave half an answer");
    }
    allowance.takeAttachments(next);
  }

  private void refused(String why) {
    paragraph(why);
    unread++;
  }

  private void writeTooMany() {
    unread += tooMany.size();
    if (tooMany.isEmpty() || text.room() < RESERVED_CHARACTERS) {
      return;
    }
    heading("More attachments");
    paragraph(
        "These were not read, as text is taken from up to "
            + Allowance.ATTACHMENTS_MAX
            + " attachments of an e-mail.");
    names(tooMany);
  }

  private void heading(String name) {
    text.startHeading(1);
    text.inline(name);
    text.endHeading();
  }

  private void paragraph(String sentence) {
    text.block();
    text.inline(sentence);
    text.block();
  }

  /** As many as there is room for. */
  private void names(List<MailAttachment> attachments) {
    int shown = 0;
    for (MailAttachment each : attachments) {
      if (shown == NAMES_MAX || text.room() < RESERVED_CHARACTERS) {
        break;
      }
      text.line();
      text.inline("Attachment: " + each.shownName());
      shown++;
    }
    if (shown > 0 && shown < attachments.size()) {
      text.line();
      text.inline("and " + (attachments.size() - shown) + " more");
    }
  }
}
