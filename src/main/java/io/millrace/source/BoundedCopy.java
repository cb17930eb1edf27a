package io.millrace.source;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes what is read to a file, up to a number of bytes. */
final class BoundedCopy {
  private static final int BUFFER_BYTES = 1 << 16;

  private BoundedCopy() {}

  /** Reads {@code in} to its end. */
  static void copy(InputStream in, Path to, long bytesMax) throws IOException {
    long bytes = 0;
    try (OutputStream out =
        Files.newOutputStream(
            to,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        bytes += read;
        if (bytes > bytesMax) {
          throw tooLarge(bytesMax);
        }
        out.write(buffer, 0, read);
      }
    }
  }

  static ProblemException tooLarge(long bytesMax) {
    return new ProblemException(
        new Problem.TooLarge("A file may have " + bytesMax + " bytes.", bytesMax));
  }
}
