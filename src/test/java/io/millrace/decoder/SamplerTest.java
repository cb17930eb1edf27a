package io.millrace.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.testing.Seeds;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
  /** Shares .5, .25, .15, .1 of tokens 2, 0, 3, 1. */
  private static final double[] SHARES = {.25, .1, .5, .15};

  private static final int DRAWS = 40_000;

  /** Five standard deviations of a share of one half. */
  private static final double CHANCE = 5 * Math.sqrt(.25 / DRAWS);

  private final Candidates candidates = new Candidates(SHARES.length);

  @Test
  void withoutCutsEveryTokenIsDrawnAsOftenAsTheModelSays() {
    double[] drawn = drawnShares(Sampling.drawing(1));

    for (int token = 0; token < SHARES.length; token++) {
      assertThat(drawn[token]).isCloseTo(SHARES[token], within(CHANCE));
    }
  }

  @Test
  void theTemperatureSharpensTheShares() {
    double[] drawn = drawnShares(new Sampling(.5, 0, 1, 0, 1, 0, 0, 2));

    double squares = Arrays.stream(SHARES).map(share -> share * share).sum();
    for (int token = 0; token < SHARES.length; token++) {
      assertThat(drawn[token]).isCloseTo(SHARES[token] * SHARES[token] / squares, within(CHANCE));
    }
  }

  @Test
  void topKLeavesTheLikeliestInProportion() {
    double[] drawn = drawnShares(new Sampling(1, 2, 1, 0, 1, 0, 0, 3));

    assertThat(drawn[2]).isCloseTo(2 / 3., within(CHANCE));
    assertThat(drawn[0]).isCloseTo(1 / 3., within(CHANCE));
    assertThat(drawn[1] + drawn[3]).isZero();
  }

  @Test
  void topPLeavesTheFewestThatReachTheShare() {
    assertThat(kept(new Sampling(1, 0, .5, 0, 1, 0, 0, 4))).containsExactly(2);
    assertThat(kept(new Sampling(1, 0, .6, 0, 1, 0, 0, 4))).containsExactly(0, 2);
    assertThat(kept(new Sampling(1, 0, .85, 0, 1, 0, 0, 4))).containsExactly(0, 2, 3);
  }

  @Test
  void topPCountsOnlyWhatTopKHasLeft() {
    // of .5 and .25, the first is two thirds
    assertThat(kept(new Sampling(1, 2, .66, 0, 1, 0, 0, 5))).containsExactly(2);
    assertThat(kept(new Sampling(1, 2, .67, 0, 1, 0, 0, 5))).containsExactly(0, 2);
  }

  @Test
  void minPLeavesWhatIsNotFarBehindTheLikeliest() {
    assertThat(kept(new Sampling(1, 0, 1, .4, 1, 0, 0, 6))).containsExactly(0, 2);
    assertThat(kept(new Sampling(1, 0, 1, .25, 1, 0, 0, 6))).containsExactly(0, 2, 3);
  }

  @Test
  void theCutsKeepWhatSortingWouldKeep() {
    Seeds.check(random -> {
      int size = 1 + random.nextInt(300);
      float[] logits = new float[size];
      IntStream.range(0, size).forEach(i -> logits[i] = random.nextInt(20) / 4f);
      int topK = 1 + random.nextInt(size);
      var sampling = new Sampling(1, topK, 1, 0, 1, 0, 0, 0);
      Set<Integer> best =
          new TreeSet<>(
              IntStream.range(0, size)
                  .boxed()
                  .sorted(
                      Comparator.<Integer>comparingDouble(i -> -logits[i]).thenComparingInt(i -> i))
                  .limit(topK)
                  .toList());

      Set<Integer> drawn = new TreeSet<>();
      Candidates scratch = new Candidates(size);
      for (int i = 0; i < 50; i++) {
        drawn.add(scratch.draw(logits, sampling, random.nextDouble()));
      }

      assertThat(best).containsAll(drawn);
    });
  }

  @Test
  void theSameSeedDrawsTheSameAndAnotherDoesNot() {
    assertThat(draws(Sampling.drawing(7))).isEqualTo(draws(Sampling.drawing(7)));
    assertThat(draws(Sampling.drawing(7))).isNotEqualTo(draws(Sampling.drawing(8)));
  }

  @Test
  void temperatureZeroTakesTheLikeliestAndTheLowestOfEquals() {
    Sampler sampler = new Sampler(Sampling.GREEDY, 4, new int[0]);

    assertThat(sampler.next(new float[] {1, 3, 3, 2}, candidates)).isEqualTo(1);
  }

  @Test
  void theRepetitionPenaltyWeakensWhatThePromptHolds() {
    var sampling = new Sampling(0, 0, 1, 0, 2, 0, 0, 0);

    assertThat(next(sampling, new int[] {1}, 1, 3, 2, 0)).isEqualTo(2); // 3 / 2 is less than 2
    assertThat(next(sampling, new int[] {1}, -5, -1, -1.5f, -5)).isEqualTo(2); // -1 * 2
    assertThat(next(sampling, new int[0], 1, 3, 2, 0)).isEqualTo(1);
  }

  @Test
  void presenceCountsOnceAndFrequencyEachTimeAndNeitherThePrompt() {
    float[] logits = {0, 3, 2, 1};
    Sampler presence = new Sampler(new Sampling(0, 0, 1, 0, 1, 1.5, 0, 0), 4, new int[] {1, 1});
    Sampler frequency = new Sampler(new Sampling(0, 0, 1, 0, 1, 0, .6, 0), 4, new int[] {1, 1});

    assertThat(answer(presence, logits)).containsExactly(1, 2, 1, 1, 1);
    assertThat(answer(frequency, logits)).containsExactly(1, 1, 2, 1, 2);
  }

  @Test
  void aModelThatSaysNoNumbersIsADefect() {
    Sampler sampler = new Sampler(Sampling.GREEDY, 4, new int[0]);

    assertThatThrownBy(() -> sampler.next(new float[] {Float.NaN, 1, 2, 3}, candidates))
        .isInstanceOf(IllegalStateException.class);
  }

  private int[] answer(Sampler sampler, float[] logits) {
    return IntStream.range(0, 5).map(_ -> sampler.next(logits.clone(), candidates)).toArray();
  }

  private int next(Sampling sampling, int[] prompt, float... logits) {
    return new Sampler(sampling, 4, prompt).next(logits, candidates);
  }

  private static float[] logits() {
    float[] logits = new float[SHARES.length];
    IntStream.range(0, logits.length).forEach(i -> logits[i] = (float) Math.log(SHARES[i]));
    return logits;
  }

  private int[] draws(Sampling sampling) {
    Sampler sampler = new Sampler(sampling, SHARES.length, new int[0]);
    return IntStream.range(0, DRAWS).map(_ -> sampler.next(logits(), candidates)).toArray();
  }

  private double[] drawnShares(Sampling sampling) {
    double[] shares = new double[SHARES.length];
    for (int token : draws(sampling)) {
      shares[token] += 1.0 / DRAWS;
    }
    return shares;
  }

  private Set<Integer> kept(Sampling sampling) {
    return new TreeSet<>(Arrays.stream(draws(sampling)).boxed().toList());
  }
}
