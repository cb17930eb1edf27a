package io.millrace.index;

import io.millrace.access.Scope;
import io.millrace.bus.Address;
import io.millrace.bus.BusMessage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Asks for ids of tasks, live and archived, whose input, output or error holds the words, newest
 * first.
 *
 * @param before only ids that sort older than this one; empty for the first page
 */
public record SearchTasks(
    Scope asker,
    String query,
    Optional<String> status,
    Optional<String> handler,
    Optional<Instant> from,
    Optional<Instant> to,
    Optional<String> before,
    int limit)
    implements BusMessage {
  /** Where it is answered, by processes with the role {@code index}. */
  public static final Address<SearchTasks, TaskIds> ADDRESS =
      new Address<>("millrace.index.search-tasks", SearchTasks.class, TaskIds.class);

  /** The answer: ids, newest first. */
  public record TaskIds(List<String> ids) implements BusMessage {
    /** Copies the list. */
    public TaskIds {
      ids = List.copyOf(ids);
    }
  }
}
