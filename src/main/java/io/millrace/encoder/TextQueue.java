package io.millrace.encoder;

import io.millrace.encoder.Request.Text;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Texts that wait for a run. The next run is that of the oldest text; what waits within a window
 * behind it and is about as long joins, as the policy says. Used by one thread at a time.
 */
final class TextQueue {
  private final BatchPolicy policy;
  private final Deque<Text> interactive = new ArrayDeque<>();
  private final Deque<Text> bulk = new ArrayDeque<>();

  TextQueue(BatchPolicy policy) {
    this.policy = policy;
  }

  /** Lets {@code texts} of one request wait behind those that came before. */
  void add(Request request, List<Text> texts) {
    line(request.turn()).addAll(texts);
  }

  private Deque<Text> line(Turn turn) {
    return switch (turn) {
      case INTERACTIVE -> interactive;
      case BULK -> bulk;
    };
  }

  /** Whether nothing waits. */
  boolean isEmpty() {
    return interactive.isEmpty() && bulk.isEmpty();
  }

  /** Whether a text of this turn waits. */
  boolean has(Turn turn) {
    return !line(turn).isEmpty();
  }

  /** Takes out the next run of this turn, or null when none of its texts waits. */
  @Nullable Batch poll(Turn turn) {
    Deque<Text> line = line(turn);
    return line.isEmpty() ? null : cut(line);
  }

  private Batch cut(Deque<Text> line) {
    Text oldest = line.remove();
    if (line.isEmpty() || !policy.joins(oldest.count())) {
      return Batch.of(List.of(oldest));
    }
    List<Text> window = new ArrayList<>(Math.min(policy.window(), line.size()));
    while (window.size() < policy.window() && !line.isEmpty()) {
      window.add(line.remove());
    }
    Set<Text> chosen = alike(oldest, window);
    for (Text text : window.reversed()) {
      if (!chosen.contains(text)) {
        line.addFirst(text);
      }
    }
    return Batch.of(List.copyOf(chosen));
  }

  /** The oldest text and those that fit best, older ones first among equals. */
  private Set<Text> alike(Text oldest, List<Text> window) {
    List<Text> byLikeness = new ArrayList<>(window);
    byLikeness.sort(Comparator.comparingInt(text -> Math.abs(text.count() - oldest.count())));
    Set<Text> chosen = new LinkedHashSet<>();
    chosen.add(oldest);
    int tokens = oldest.count();
    int longest = oldest.count();
    for (Text text : byLikeness) {
      int longer = Math.max(longest, text.count());
      if (policy.joins(text.count())
          && policy.fits(chosen.size() + 1, tokens + text.count(), longer)) {
        chosen.add(text);
        tokens += text.count();
        longest = longer;
      }
    }
    return chosen;
  }

  /** Takes out what {@code request} still has here. */
  void remove(Request request) {
    boolean _ = line(request.turn()).removeIf(text -> text.request().equals(request));
  }

  /** Takes out everything, and answers whose it was. */
  Set<Request> drain() {
    Set<Request> requests = new HashSet<>();
    interactive.forEach(text -> requests.add(text.request()));
    bulk.forEach(text -> requests.add(text.request()));
    interactive.clear();
    bulk.clear();
    return requests;
  }
}
