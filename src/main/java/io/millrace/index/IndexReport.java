package io.millrace.index;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a check of one index found, for an operator to read.
 *
 * @param name {@code passages} or {@code tasks}
 * @param good whether nothing is wrong with it
 * @param lines what was found, a sentence each
 */
public record IndexReport(String name, Path path, boolean good, List<String> lines) {
  private static final int SHOWN_MAX = 10;

  /** Copies the list. */
  public IndexReport {
    lines = List.copyOf(lines);
  }

  /** The same with one more line, and no better than {@code stillGood}. */
  IndexReport and(boolean stillGood, String line) {
    var more = new ArrayList<>(lines);
    more.add(line);
    return new IndexReport(name, path, good && stillGood, more);
  }

  /** The same with the names of what is wrong, when something is. */
  IndexReport and(String what, Collection<String> wrong) {
    if (wrong.isEmpty()) {
      return this;
    }
    String some = wrong.stream().limit(SHOWN_MAX).collect(Collectors.joining(", "));
    String more = wrong.size() > SHOWN_MAX ? ", ..." : "";
    return and(false, "%s: %,d: %s%s".formatted(what, wrong.size(), some, more));
  }
}
