package io.millrace.settings;

import java.time.Duration;

/**
 * Limits on taking text out of files, which child processes do.
 *
 * @param processes files read at the same time, each by a process of its own
 * @param time the longest one file may take
 * @param memory the heap of one process
 * @param fileBytesMax the largest file that is read
 * @param charactersMax the most text that one file may give
 * @param pagesMax the most pages, slides or sheets
 * @param expandedBytesMax what the parts of a packed file may have when they are unpacked
 */
public record ExtractSettings(
    int processes,
    Duration time,
    DataSize memory,
    DataSize fileBytesMax,
    int charactersMax,
    int pagesMax,
    DataSize expandedBytesMax) {
  private static final DataSize MEMORY_MIN = DataSize.megabytes(64);

  static ExtractSettings read(Section section) {
    DataSize memory = section.size("memory", DataSize.megabytes(256), DataSize.gigabytes(64));
    if (memory.bytes() < MEMORY_MIN.bytes()) {
      throw SettingsException.refused(
          "documents.extract.memory", "is " + memory, "at least " + MEMORY_MIN);
    }
    return new ExtractSettings(
        section.number("processes", 2, 1, 256),
        section.duration("time", Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofHours(1)),
        memory,
        section.size("fileBytesMax", DataSize.megabytes(256), DataSize.gigabytes(2)),
        section.number("charactersMax", 10_000_000, 1, 200_000_000),
        section.number("pagesMax", 5_000, 1, 1_000_000),
        section.size("expandedBytesMax", DataSize.megabytes(512), DataSize.gigabytes(64)));
  }
}
