package io.millrace.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.tuning.Comparison.Change;
import io.millrace.tuning.TestRun.Answer;
import io.millrace.tuning.TestRun.Judged;
import io.millrace.tuning.TestRun.Question;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  /** A query whose expected documents were found at {@code ranks}. */
  private static Question found(String text, Integer... ranks) {
    List<Judged> expected =
        IntStream.range(0, ranks.length)
            .mapToObj(i -> new Judged("manual", "d" + i + ".md", 1))
            .toList();
    var answer = new Answer(Arrays.asList(ranks), List.of(), List.of(), Optional.empty());
    return new Question(0, text, expected, Optional.of(answer));
  }

  @Test
  void figuresOfARankingAreThoseOfItsRanks() {
    Figures figures = found("q", 2, 0).figures();

    double second = Math.log(2) / Math.log(3);
    assertThat(figures.ndcg10()).isCloseTo(second / (1 + second), within(1e-9));
    assertThat(figures.map()).isCloseTo(0.25, within(1e-9));
    assertThat(figures.recall100()).isEqualTo(0.5);
    assertThat(figures.mrr10()).isEqualTo(0.5);
    assertThat(figures.success10()).isEqualTo(1);
  }

  @Test
  void whatIsFoundBehindTheTenthCountsForRecallAlone() {
    Figures figures = found("q", 11).figures();

    assertThat(figures.ndcg10()).isZero();
    assertThat(figures.mrr10()).isZero();
    assertThat(figures.success10()).isZero();
    assertThat(figures.recall100()).isEqualTo(1);
    assertThat(figures.map()).isCloseTo(1 / 11.0, within(1e-9));
  }

  @Test
  void eachQueryIsBetterWorseOrTheSameAndThoseThatMovedMostComeFirst() {
    List<Question> before =
        List.of(found("same", 3), found("a little better", 2), found("lost", 1), found("deep", 40));
    List<Question> after =
        List.of(found("same", 3), found("a little better", 1), found("lost", 0), found("deep", 20));

    Comparison comparison = Comparison.of(before, after);

    assertThat(comparison.pairs())
        .extracting(pair -> pair.after().text())
        .containsExactly("lost", "a little better", "deep", "same");
    assertThat(comparison.pairs())
        .extracting(Comparison.Pair::change)
        .containsExactly(Change.WORSE, Change.BETTER, Change.BETTER, Change.SAME);
    assertThat(comparison.count(Change.BETTER)).isEqualTo(2);
    assertThat(comparison.unpaired()).isZero();
  }

  @Test
  void queriesThatExpectOtherDocumentsThanBeforeAreNotCompared() {
    List<Question> before = List.of(found("q", 1), found("judged anew", 1), found("gone", 1));
    List<Question> after = List.of(found("q", 2), found("judged anew", 1, 2), found("new", 1));

    Comparison comparison = Comparison.of(before, after);

    assertThat(comparison.pairs()).hasSize(1);
    assertThat(comparison.unpaired()).isEqualTo(4);
    assertThat(comparison.before().ndcg10()).isEqualTo(1);
    assertThat(comparison.after().mrr10()).isEqualTo(0.5);
  }

  @Test
  void equalRunsSayNothingOfChance() {
    List<Question> run = List.of(found("a", 1), found("b", 0));

    assertThat(Comparison.of(run, run).chance()).isEmpty();
  }

  @Test
  void fewDifferencesAreHeldAgainstAllSigns() {
    // Of the 8 signs of three equal differences, two sums are as far from 0 as the one observed.
    assertThat(Randomization.chance(new double[] {0.1, 0.1, 0.1})).isEqualTo(0.25);
    assertThat(Randomization.chance(new double[] {0.1, -0.1})).isEqualTo(1);
  }

  @Test
  void manyDifferencesAreSampledAndAgreeWithTheNormalDistribution() {
    double[] oneWay = DoubleStream.generate(() -> 0.1).limit(200).toArray();
    assertThat(Randomization.chance(oneWay)).isLessThan(0.001);

    // 114 of 200 one way are 1.98 deviations: about 5 % by chance.
    double[] some = IntStream.range(0, 200).mapToDouble(i -> i < 114 ? 0.1 : -0.1).toArray();
    assertThat(Randomization.chance(some)).isBetween(0.03, 0.08);
  }
}
