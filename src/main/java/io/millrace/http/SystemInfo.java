package io.millrace.http;

import io.millrace.settings.Role;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What this process tells about itself; no secrets.
 *
 * @param notices what a person should know now, asked for at each request
 */
public record SystemInfo(String version, Set<Role> roles, Supplier<Future<List<Notice>>> notices) {
  /** Copies the set. */
  public SystemInfo {
    roles = Set.copyOf(roles);
  }

  /** One thing a person should know, such as a part that is down. */
  public record Notice(String source, String message) {}
}
