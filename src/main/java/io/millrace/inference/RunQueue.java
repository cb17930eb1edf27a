package io.millrace.inference;

import io.millrace.model.TextKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts that wait for a lane, first come first served within each kind. Queries go first, as
 * somebody waits for them, so a query waits for at most one run of a bulk of passages; after {@link
 * #QUERIES_IN_A_ROW_MAX} of them a passage gets its turn. Used by one thread.
 */
final class RunQueue {
  /** Queries that may overtake one waiting passage. */
  static final int QUERIES_IN_A_ROW_MAX = 16;

  private final Deque<Run> queries = new ArrayDeque<>();
  private final Deque<Run> passages = new ArrayDeque<>();
  private int queriesInARow;

  /** One text of a question. */
  record Run(Question question, int row) {
    /** {@code long[token]}. */
    long[] ids() {
      return question.ids(row);
    }
  }

  /** Lets every text of {@code question} wait. */
  void add(TextKind kind, Question question) {
    Deque<Run> line =
        switch (kind) {
          case QUERY -> queries;
          case PASSAGE -> passages;
        };
    for (int row = 0; row < question.texts(); row++) {
      line.add(new Run(question, row));
    }
  }

  /** The next text to run, or null when none waits. Texts of failed questions are left out. */
  @Nullable Run poll() {
    while (true) {
      boolean passage =
          queries.isEmpty() || (queriesInARow >= QUERIES_IN_A_ROW_MAX && !passages.isEmpty());
      Run next = passage ? passages.poll() : queries.poll();
      if (next == null) {
        return null;
      }
      if (!next.question.ended()) {
        queriesInARow = passage ? 0 : queriesInARow + 1;
        return next;
      }
    }
  }

  /** Everything that waits, which then no longer does. */
  List<Run> drain() {
    List<Run> all = new ArrayList<>(queries);
    all.addAll(passages);
    queries.clear();
    passages.clear();
    return all;
  }
}
