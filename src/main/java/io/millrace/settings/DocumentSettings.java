package io.millrace.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * Documents that people or sources bring.
 *
 * @param sample whether the manual is ingested as a sample collection at the first start
 * @param roots directories of this machine that sources may read; none when empty
 * @param fileBytesMax largest file that a source brings
 * @param extract limits on taking text out of files
 */
public record DocumentSettings(
    boolean sample, List<Path> roots, DataSize fileBytesMax, ExtractSettings extract) {
  private static final DataSize FILE_BYTES_MAX = DataSize.gigabytes(2);

  /** Copies the list. */
  public DocumentSettings {
    roots = List.copyOf(roots);
  }

  /** Without directories. */
  public DocumentSettings(boolean sample, ExtractSettings extract) {
    this(sample, List.of(), FILE_BYTES_MAX, extract);
  }

  static DocumentSettings read(Section section) {
    return new DocumentSettings(
        section.flag("sample", true),
        section.texts("roots", List.of()).stream().map(root -> root(section, root)).toList(),
        section.size("fileBytesMax", FILE_BYTES_MAX, DataSize.gigabytes(1_024)),
        section.section("extract", ExtractSettings::read));
  }

  private static Path root(Section section, String text) {
    try {
      Path root = Path.of(text).normalize();
      if (root.isAbsolute() && root.getNameCount() > 0) {
        return root;
      }
    } catch (InvalidPathException _) {
      // Falls through to the refusal, which says what is allowed.
    }
    throw section.refused("roots", text, "absolute paths of directories, but not the whole disk");
  }
}
