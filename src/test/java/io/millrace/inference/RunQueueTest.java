package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TextKind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunQueueTest {
  private final RunQueue queue = new RunQueue();

  @Test
  void servesOneKindInTheOrderItCame() {
    queue.add(TextKind.PASSAGE, question(1, 2));
    queue.add(TextKind.PASSAGE, question(3));

    assertThat(firstIdsOfAll()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aQueryOvertakesPassagesThatWait() {
    queue.add(TextKind.PASSAGE, question(1, 2));
    queue.add(TextKind.QUERY, question(10));

    assertThat(firstIdsOfAll()).containsExactly(10L, 1L, 2L);
  }

  @Test
  void aStreamOfQueriesDoesNotStarveAPassage() {
    queue.add(TextKind.PASSAGE, question(1));
    long[] queries = IntStream.range(100, 140).asLongStream().toArray();
    queue.add(TextKind.QUERY, question(queries));

    assertThat(firstIdsOfAll().indexOf(1L)).isEqualTo(RunQueue.QUERIES_IN_A_ROW_MAX);
  }

  @Test
  void leavesOutWhatBelongsToAQuestionThatFailed() {
    Question failed = question(1, 2);
    queue.add(TextKind.PASSAGE, failed);
    queue.add(TextKind.PASSAGE, question(3));

    failed.fail(new IllegalStateException("planted"));

    assertThat(firstIdsOfAll()).containsExactly(3L);
  }

  @Test
  void isEmptyAfterItWasDrained() {
    queue.add(TextKind.PASSAGE, question(1));
    queue.add(TextKind.QUERY, question(2));

    List<RunQueue.Run> drained = queue.drain();

    assertThat(drained).hasSize(2);
    assertThat(queue.poll()).isNull();
  }

  private List<Long> firstIdsOfAll() {
    List<Long> ids = new ArrayList<>();
    for (RunQueue.Run run = queue.poll(); run != null; run = queue.poll()) {
      ids.add(run.ids()[0]);
    }
    return ids;
  }

  private static Question question(long... firstIds) {
    List<long[]> texts = new ArrayList<>();
    for (long id : firstIds) {
      texts.add(new long[] {id});
    }
    Question question = new Question("test", texts.size());
    question.tokenized(texts, 0);
    return question;
  }
}
