package io.millrace.http;

import io.millrace.settings.Role;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What this process tells about itself; no secrets.
 *
 * @param notices what a person should know now, asked for at each request; must not block
 */
public record SystemInfo(String version, Set<Role> roles, Supplier<List<Notice>> notices) {
  /** Copies the set. */
  public SystemInfo {
    roles = Set.copyOf(roles);
  }

  /** One thing a person should know, such as a model that fell back to the CPU. */
  public record Notice(String source, String message) {}
}
