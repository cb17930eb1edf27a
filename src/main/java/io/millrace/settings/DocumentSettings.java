package io.millrace.settings;

/**
 * Documents that people bring.
 *
 * @param sample whether the manual is ingested as a sample collection at the first start
 * @param extract limits on taking text out of files
 */
public record DocumentSettings(boolean sample, ExtractSettings extract) {
  static DocumentSettings read(Section section) {
    return new DocumentSettings(
        section.flag("sample", true), section.section("extract", ExtractSettings::read));
  }
}
