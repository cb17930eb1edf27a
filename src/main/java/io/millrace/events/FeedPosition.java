package io.millrace.events;

import io.millrace.task.TaskEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A reader's place in the feed: the last id it has of each shard, empty where it begins now. Its
 * written form is these ids with commas between; with one shard, simply the id.
 */
record FeedPosition(List<String> ids) {
  private static final String NOW = "";

  FeedPosition {
    ids = List.copyOf(ids);
  }

  /** A place that was written before; one that is not of {@code shards} ids begins now. */
  static FeedPosition read(Optional<String> text, int shards) {
    List<String> ids = text.map(t -> List.of(t.split(",", -1))).orElse(List.of());
    boolean valid = ids.size() == shards && ids.stream().allMatch(TaskEvent::isEventId);
    return new FeedPosition(valid ? ids : Collections.nCopies(shards, NOW));
  }

  String of(int shard) {
    return ids.get(shard);
  }

  FeedPosition with(int shard, String id) {
    var moved = new ArrayList<>(ids);
    moved.set(shard, id);
    return new FeedPosition(moved);
  }

  /** Whether the entry {@code id} of {@code shard} comes after this place. */
  boolean isBefore(int shard, String id) {
    return of(shard).isEmpty() || TaskEvent.compareIds(of(shard), id) < 0;
  }

  @Override
  public String toString() {
    return String.join(",", ids);
  }
}
