package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Wire;
import io.millrace.extract.Wire.Answer.SoFar;
import io.millrace.extract.Wire.Skipped;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells the parent, who keeps it. */
final class WiredJournal implements Journal {
  /** So that sending a long text again and again does not take longer than reading it. */
  private static final int AGAIN_CHARACTERS_MAX = 1_000_000;

  private final List<Skipped> skipped;
  private final OutputStream answers;
  private boolean told;

  WiredJournal(List<Skipped> skipped, OutputStream answers) {
    this.skipped = List.copyOf(skipped);
    this.answers = answers;
  }

  @Override
  public Optional<String> skipped(int attachment) {
    return skipped.stream()
        .filter(each -> each.attachment() == attachment)
        .map(Skipped::why)
        .findFirst();
  }

  @Override
  public void reading(int attachment, int after, Supplier<Extraction> soFar) {
    Optional<Extraction> extraction =
        Optional.of(soFar.get())
            .filter(read -> !told || read.text().length() <= AGAIN_CHARACTERS_MAX);
    told = true;
    try {
      Wire.write(answers, new SoFar(extraction, attachment, after));
    } catch (IOException parentGone) {
      throw new UncheckedIOException(parentGone);
    }
  }
}
