package io.millrace.source;

import io.millrace.access.Scope;
import io.millrace.source.Source.Counts;
import io.millrace.source.Source.Plan;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The sources of documents. A future fails with {@code NotFound} where there is no such source or
 * it is not the asker's, and with {@code Conflict} where its name is taken.
 */
public interface Sources {
  /** The most sources of one tenant. */
  int SOURCES_MAX = 500;

  /** All of the asker's project, by name. */
  Future<List<Source>> list(Scope asker);

  /** Keeps a new one; {@code times} says when it is synced by itself, if at all. */
  Future<Source> create(Scope owner, Plan plan, Optional<Times> times);

  /** One source. */
  Future<Source> get(Scope asker, String id);

  /** Puts {@code plan} and {@code times} in place of what they were. */
  Future<Source> update(Scope asker, String id, Plan plan, Optional<Times> times);

  /** Forgets it and its schedule; the documents it brought stay. */
  Future<Void> delete(Scope asker, String id);

  /**
   * Gives {@code task} the right to sync the source, unless another task has it and {@code lives}.
   * Answers who has it then, and whether it has seen all there is already.
   */
  Future<Claim> claim(Scope asker, String id, String task, Function<String, Future<Boolean>> lives);

  /** Writes down how the sync of {@code task} went, and gives its right up. */
  Future<Void> release(String id, String task, Counts counts, Optional<String> error);

  /** When a source is synced. */
  record Times(String cron, String timeZone) {}

  /**
   * Who syncs a source.
   *
   * @param before the task that synced it before
   */
  record Claim(Source source, String task, Optional<String> before, boolean listed) {}
}
