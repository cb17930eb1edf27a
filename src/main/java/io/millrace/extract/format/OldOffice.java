package io.millrace.extract.format;

import io.millrace.extract.Refusals;
import io.millrace.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files in the container of old office programs, which newer ones use for encrypted documents. */
final class OldOffice {
  private static final int DIRECTORY_BYTES_MAX = 1 << 24;

  private OldOffice() {}

  /** Says what it is by the names of its streams, which are UTF-16. */
  static ProblemException refusal(Path file) throws IOException {
    String names;
    try (InputStream in = Files.newInputStream(file)) {
      names = new String(in.readNBytes(DIRECTORY_BYTES_MAX), StandardCharsets.ISO_8859_1);
    }
    if (names.contains(wide("EncryptedPackage"))) {
      return Refusals.encrypted();
    }
    if (names.contains(wide("WordDocument"))) {
      return Refusals.unsupported("this is a document of an old Word; save it as DOCX or PDF.");
    }
    if (names.contains(wide("Workbook")) || names.contains(wide("Book"))) {
      return Refusals.unsupported("this is a sheet of an old Excel; save it as XLSX or CSV.");
    }
    if (names.contains(wide("PowerPoint Document"))) {
      return Refusals.unsupported(
          "these are slides of an old PowerPoint; save them as PPTX or PDF.");
    }
    if (names.contains(wide("__properties_version1.0"))) {
      return Refusals.unsupported("this is a message of Outlook; save it as EML.");
    }
    return Refusals.unsupported("this is an old office document.");
  }

  private static String wide(String name) {
    return new String(name.getBytes(StandardCharsets.UTF_16LE), StandardCharsets.ISO_8859_1);
  }
}
