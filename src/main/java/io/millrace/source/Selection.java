package io.millrace.source;

import java.util.List;

/** Which keys of a source are wanted: those that are included, or all, but for the excluded. */
final class Selection {
  private final List<Glob> include;
  private final List<Glob> exclude;

  Selection(Source.Plan plan) {
    this.include = plan.include().stream().map(Glob::new).toList();
    this.exclude = plan.exclude().stream().map(Glob::new).toList();
  }

  boolean wants(String key) {
    boolean included = include.isEmpty() || include.stream().anyMatch(glob -> glob.matches(key));
    return included && exclude.stream().noneMatch(glob -> glob.matches(key));
  }
}
