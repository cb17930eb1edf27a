package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is told of an e-mail while its attachments are read, so that it is not lost with a child
 * that dies of one, and which of them did that before.
 */
interface Journal {
  /** For what nobody waits for but this child itself. */
  Journal NONE =
      new Journal() {
        @Override
        public Optional<String> skipped(int attachment) {
          return Optional.empty();
        }

        @Override
        public void reading(int attachment, int after, Supplier<Extraction> soFar) {}
      };

  /** Why an attachment is not to be read; its place counts from 0. */
  Optional<String> skipped(int attachment);

  /** An attachment is read next, with {@code after} more to come. */
  void reading(int attachment, int after, Supplier<Extraction> soFar);
}
