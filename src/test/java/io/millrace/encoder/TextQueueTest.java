package io.millrace.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.encoder.Request.Text;
import io.millrace.model.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextQueueTest {
  private static final BatchPolicy SMALL = new BatchPolicy(1, false, 100, 4, 30, 0.25, 8);

  private final TextQueue queue = new TextQueue(SMALL);

  @Test
  void aRunIsThatOfTheOldestTextAndOfThoseAboutAsLong() {
    add(Turn.BULK, 10, 25, 9, 10, 28);

    assertThat(lengthsOfAll()).containsExactly(List.of(10, 10, 9), List.of(25, 28));
  }

  @Test
  void aLongTextRunsAlone() {
    add(Turn.BULK, 31, 31, 30, 30);

    assertThat(lengthsOfAll()).containsExactly(List.of(31), List.of(31), List.of(30, 30));
  }

  @Test
  void noRunHasMoreTokensOrTextsThanMayBe() {
    add(Turn.BULK, 30, 30, 30, 30, 2, 2, 2, 2, 2);

    assertThat(lengthsOfAll())
        .containsExactly(List.of(30, 30, 30), List.of(30), List.of(2, 2, 2, 2), List.of(2));
  }

  @Test
  void whatLiesBeyondTheWindowDoesNotJoin() {
    add(Turn.BULK, 5, 20, 20, 20, 20, 20, 20, 20, 20, 5);

    assertThat(queue.poll(Turn.BULK)).extracting(TextQueueTest::lengths).isEqualTo(List.of(5));
  }

  @Test
  void everyTextRunsAloneWhereItsAnswerMustNotDependOnOthers() {
    TextQueue alone = new TextQueue(SMALL.alone());
    alone.add(request(Turn.BULK), texts(request(Turn.BULK), 5, 5));

    assertThat(alone.poll(Turn.BULK)).extracting(Batch::rows).isEqualTo(1);
  }

  @Test
  void textsOfAnotherTurnDoNotShareARun() {
    add(Turn.BULK, 10, 10);
    add(Turn.INTERACTIVE, 11, 11);

    assertThat(queue.poll(Turn.INTERACTIVE))
        .extracting(TextQueueTest::lengths)
        .isEqualTo(List.of(11, 11));
    assertThat(queue.has(Turn.INTERACTIVE)).isFalse();
    assertThat(queue.poll(Turn.INTERACTIVE)).isNull();
    assertThat(lengthsOfAll()).containsExactly(List.of(10, 10));
  }

  @Test
  void whatIsRemovedNeverRuns() {
    Request gone = request(Turn.BULK);
    queue.add(gone, texts(gone, 10, 11));
    add(Turn.BULK, 12);

    queue.remove(gone);

    assertThat(lengthsOfAll()).containsExactly(List.of(12));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void nothingIsLostAndEveryRunBeginsWithTheOldest(long seed) {
    Random random = new Random(seed);
    List<Text> waiting = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Request request = request(Turn.BULK);
      List<Text> texts = texts(request, random.nextInt(1, 60));
      queue.add(request, texts);
      waiting.addAll(texts);
    }

    for (Batch batch = queue.poll(Turn.BULK); batch != null; batch = queue.poll(Turn.BULK)) {
      assertThat(batch.texts()).doesNotHaveDuplicates().first().isEqualTo(waiting.getFirst());
      assertThat(waiting).containsAll(batch.texts());
      assertThat(batch.rows() == 1 || SMALL.fits(batch.rows(), batch.tokens(), batch.longest()))
          .isTrue();
      waiting.removeAll(batch.texts());
    }

    assertThat(waiting).isEmpty();
  }

  private void add(Turn turn, int... lengths) {
    Request request = request(turn);
    queue.add(request, texts(request, lengths));
  }

  private static Request request(Turn turn) {
    return new Request(turn, 100, 0);
  }

  private static List<Text> texts(Request request, int... lengths) {
    return Arrays.stream(lengths)
        .mapToObj(length -> request.text(0, Tokens.ofOne(new long[length])))
        .toList();
  }

  private List<List<Integer>> lengthsOfAll() {
    List<List<Integer>> all = new ArrayList<>();
    for (Batch batch = queue.poll(Turn.BULK); batch != null; batch = queue.poll(Turn.BULK)) {
      all.add(lengths(batch));
    }
    return all;
  }

  private static List<Integer> lengths(Batch batch) {
    return batch.texts().stream().map(Text::count).toList();
  }
}
