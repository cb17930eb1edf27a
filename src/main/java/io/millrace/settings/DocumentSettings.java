package io.millrace.settings;

/**
 * Documents that people bring.
 *
 * @param textBytesMax largest file from which text is taken
 * @param sample whether the manual is ingested as a sample collection at the first start
 */
public record DocumentSettings(DataSize textBytesMax, boolean sample) {
  static DocumentSettings read(Section section) {
    return new DocumentSettings(
        section.size("textBytesMax", DataSize.megabytes(32), DataSize.gigabytes(1)),
        section.flag("sample", true));
  }
}
