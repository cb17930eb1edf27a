package io.millrace.source;

import io.millrace.access.Scope;
import io.millrace.schedule.Schedule;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One source as it stands at one moment.
 *
 * @param owner tenant, project and user that what it brings belongs to
 * @param schedule when it is synced by itself
 * @param running the task that syncs it, or did until it was stopped
 * @param last how its latest sync went
 */
public record Source(
    String id,
    Scope owner,
    Plan plan,
    Optional<Schedule> schedule,
    Optional<String> running,
    Optional<Sync> last,
    Instant createdAt,
    Instant updatedAt) {

  /**
   * What people say of a source.
   *
   * @param name unique within a project
   * @param include globs of what is brought; all when there are none
   * @param exclude globs of what is left out all the same
   * @param tags what the documents it brings are tagged with
   */
  public record Plan(
      String name,
      String collection,
      Place place,
      List<String> include,
      List<String> exclude,
      List<String> tags,
      OnGone onGone) {
    /** Copies the lists. */
    public Plan {
      include = List.copyOf(include);
      exclude = List.copyOf(exclude);
      tags = List.copyOf(tags);
    }
  }

  /** What becomes of a document whose file is no longer at the source. */
  public enum OnGone {
    /** It stays as it is. */
    KEEP,
    /** It stays, and search does not find it. */
    DISABLE,
    /** It goes too. */
    DELETE;

    /** The name used in bodies and rows: lower case. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The choice with this {@link #label()}. */
    public static Optional<OnGone> ofLabel(String label) {
      return Arrays.stream(values()).filter(choice -> choice.label().equals(label)).findFirst();
    }
  }

  /**
   * A sync that came to its end, or broke off.
   *
   * @param error why it broke off; empty when it did not
   */
  public record Sync(
      String task,
      Instant startedAt,
      Optional<Instant> endedAt,
      Counts counts,
      Optional<String> error) {}

  /**
   * What a sync found.
   *
   * @param failed what could not be read, or not be brought in
   */
  public record Counts(long created, long changed, long unchanged, long gone, long failed) {
    /** Nothing. */
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0);
  }
}
