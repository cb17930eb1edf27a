package io.millrace.extract;

import java.util.List;

/**
 * What one file may cost; handed to a child on its command line.
 *
 * @param fileBytesMax the largest file that is read
 * @param charactersMax the most text that one file may give
 * @param pagesMax the most pages, slides or sheets
 * @param expandedBytesMax what the parts of a packed file may have when they are unpacked
 */
public record Limits(long fileBytesMax, int charactersMax, int pagesMax, long expandedBytesMax) {
  /** As words of a command line. */
  List<String> toArguments() {
    return List.of(
        Long.toString(fileBytesMax),
        Integer.toString(charactersMax),
        Integer.toString(pagesMax),
        Long.toString(expandedBytesMax));
  }

  /** From words of a command line. */
  public static Limits ofArguments(String... arguments) {
    return new Limits(
        Long.parseLong(arguments[0]),
        Integer.parseInt(arguments[1]),
        Integer.parseInt(arguments[2]),
        Long.parseLong(arguments[3]));
  }
}
