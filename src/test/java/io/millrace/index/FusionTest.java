package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FusionTest {
  @Test
  void scoresAreSummedInDeviationsFromTheirMeans() {
    // BM25 (2, 4, 6): mean 4, deviation sqrt(8/3). Cosine (0.9, 0.5, 0.1): mean 0.5, sqrt(0.32/3).
    double word = 2 / Math.sqrt(8 / 3.0);
    double vector = 0.4 / Math.sqrt(0.32 / 3.0);

    double[] fused = Fusion.fuse(new double[] {2, 4, 6}, new double[] {0.9, 0.5, 0.1}, 0.6);

    assertThat(fused[0]).isCloseTo(0.4 * -word + 0.6 * vector, within(1e-9));
    assertThat(fused[1]).isCloseTo(0, within(1e-9));
    assertThat(fused[2]).isCloseTo(0.4 * word - 0.6 * vector, within(1e-9));
  }

  @Test
  void aSideThatTellsNothingApartSaysNothing() {
    double[] fused = Fusion.fuse(new double[] {3, 3}, new double[] {0.2, 0.8}, 0.6);

    assertThat(fused[0]).isCloseTo(-0.6, within(1e-9));
    assertThat(fused[1]).isCloseTo(0.6, within(1e-9));
  }

  @Test
  void aPassageWithoutAVectorCountsAsTheWorst() {
    double[] scores = Fusion.standardized(new double[] {0.9, Double.NaN, 0.1});

    assertThat(scores[1]).isEqualTo(scores[2]);
    assertThat(Fusion.standardized(new double[] {Double.NaN, Double.NaN})).containsOnly(0);
    assertThat(Fusion.standardized(new double[0])).isEmpty();
  }

  @Test
  void cyrillicQuestionsLeanOnWords() {
    assertThat(Fusion.vectorWeight(0)).isEqualTo(0.6);
    assertThat(Fusion.vectorWeight(1)).isCloseTo(0.1, within(1e-12));
    assertThat(Fusion.vectorWeight(0.5)).isCloseTo(0.35, within(1e-12));
  }
}
