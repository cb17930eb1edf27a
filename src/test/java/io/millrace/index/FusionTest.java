package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.index.SearchPassages.Fusing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FusionTest {
  @Test
  void scoresAreSummedInDeviationsFromTheirMeans() {
    // BM25 (2, 4, 6): mean 4, deviation sqrt(8/3). Cosine (0.9, 0.5, 0.1): mean 0.5, sqrt(0.32/3).
    double word = 2 / Math.sqrt(8 / 3.0);
    double vector = 0.4 / Math.sqrt(0.32 / 3.0);

    double[] fused = fused(new double[] {2, 4, 6}, new double[] {0.9, 0.5, 0.1}, 0.6);

    assertThat(fused[0]).isCloseTo(0.4 * -word + 0.6 * vector, within(1e-9));
    assertThat(fused[1]).isCloseTo(0, within(1e-9));
    assertThat(fused[2]).isCloseTo(0.4 * word - 0.6 * vector, within(1e-9));
  }

  @Test
  void aSideThatTellsNothingApartSaysNothing() {
    double[] fused = fused(new double[] {3, 3}, new double[] {0.2, 0.8}, 0.6);

    assertThat(fused[0]).isCloseTo(-0.6, within(1e-9));
    assertThat(fused[1]).isCloseTo(0.6, within(1e-9));
  }

  @Test
  void aPassageWithoutAVectorCountsAsTheWorst() {
    double[] scores = standardized(0.9, Double.NaN, 0.1);

    assertThat(scores[1]).isEqualTo(scores[2]);
    assertThat(standardized(Double.NaN, Double.NaN)).containsOnly(0);
    assertThat(standardized()).isEmpty();
  }

  @Test
  void howManyMoreAreLookedAtChangesNoScore() {
    List<Candidate> few = candidates(new double[] {2, 4, 6}, new double[] {0.9, 0.5, 0.1}, 3);
    List<Candidate> many =
        candidates(new double[] {2, 4, 6, 1, 1}, new double[] {0.9, 0.5, 0.1, 0.05, 0.02}, 3);

    Fusion.fuse(few, 0.6, Fusing.SCORES);
    Fusion.fuse(many, 0.6, Fusing.SCORES);

    for (int i = 0; i < few.size(); i++) {
      assertThat(many.get(i).fused).isCloseTo(few.get(i).fused, within(1e-12));
    }
  }

  @Test
  void ranksAreFusedByTheirReciprocals() {
    List<Candidate> all = candidates(new double[] {9, 0, 3}, new double[] {0.1, 0.9, 0.5}, 3);

    Fusion.fuse(all, 0.6, Fusing.RANKS);

    assertThat(all.get(0).fused).isCloseTo(0.4 / 61 + 0.6 / 63, within(1e-12));
    assertThat(all.get(1).fused).isCloseTo(0.6 / 61, within(1e-12));
    assertThat(all.get(2).fused).isCloseTo(0.4 / 62 + 0.6 / 62, within(1e-12));
  }

  @Test
  void questionsTheModelCannotReadLeanOnWords() {
    assertThat(Fusion.vectorWeight(0)).isEqualTo(0.6);
    assertThat(Fusion.vectorWeight(1)).isCloseTo(0.1, within(1e-12));
    assertThat(Fusion.vectorWeight(0.5)).isCloseTo(0.35, within(1e-12));
  }

  static double[] fused(double[] words, double[] vectors, double vectorWeight) {
    List<Candidate> all = candidates(words, vectors, words.length);
    Fusion.fuse(all, vectorWeight, Fusing.SCORES);
    return all.stream().mapToDouble(candidate -> candidate.fused).toArray();
  }

  private static double[] standardized(double... scores) {
    return Fusion.standardized(
        candidates(new double[scores.length], scores, scores.length),
        candidate -> candidate.cosine);
  }

  private static List<Candidate> candidates(double[] words, double[] vectors, int leading) {
    var all = new ArrayList<Candidate>();
    for (int i = 0; i < words.length; i++) {
      var candidate = new Candidate(i);
      candidate.leading = i < leading;
      candidate.bm25 = words[i];
      candidate.cosine = vectors[i];
      all.add(candidate);
    }
    return all;
  }
}
