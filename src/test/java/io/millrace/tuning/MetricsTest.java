package io.millrace.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.testing.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final Offset<Double> EXACT = within(1e-9);

  /** Gains 3, 2, 3, 0, 1, 2 at the ranks 1 to 6; three more were judged 3, 2 and 0. */
  private static final List<String> RANKING = List.of("a", "b", "c", "d", "e", "f");

  private static final Map<String, Integer> GRADES =
      Map.of("a", 3, "b", 2, "c", 3, "d", 0, "e", 1, "f", 2, "g", 3, "h", 2, "i", 0);

  @Test
  void ndcgIsWhatTheTextbookComputes() {
    // 3 + 2/log2(3) + 3/2 + 0 + 1/log2(6) + 2/log2(7) over 3 + 3/log2(3) + 3/2 + 2/log2(5) + ...
    double dcg = 3 + 1.261859507 + 1.5 + 0.386852807 + 0.712414374;
    double ideal = 3 + 1.892789261 + 1.5 + 0.861353116 + 0.773705614 + 0.712414374;

    assertThat(Metrics.ndcg(RANKING, GRADES, 6)).isCloseTo(dcg / ideal, within(1e-8));
  }

  @Test
  void theIdealIsCutAtTheSameDepth() {
    assertThat(Metrics.ndcg(List.of("a", "c"), GRADES, 2)).isCloseTo(1, EXACT);
    assertThat(Metrics.ndcg(List.of("b"), GRADES, 1)).isCloseTo(2.0 / 3, EXACT);
  }

  @Test
  void averagePrecisionCountsWhatWasNotFound() {
    // Relevant at ranks 1, 2, 3, 5 and 6, of seven in all.
    double sum = 1 + 1 + 1 + 4.0 / 5 + 5.0 / 6;

    assertThat(Metrics.averagePrecision(RANKING, GRADES)).isCloseTo(sum / 7, EXACT);
  }

  @Test
  void recallLooksNoDeeperThanAsked() {
    assertThat(Metrics.recall(RANKING, GRADES, 100)).isCloseTo(5.0 / 7, EXACT);
    assertThat(Metrics.recall(RANKING, GRADES, 4)).isCloseTo(3.0 / 7, EXACT);
  }

  @Test
  void aDocumentCountsOnceWhereItCameFirst() {
    assertThat(Metrics.recall(List.of("a", "a", "a"), Map.of("a", 1, "b", 1), 100)).isEqualTo(0.5);
    assertThat(Metrics.ndcg(List.of("a", "a", "b"), Map.of("a", 1, "b", 1), 10))
        .isCloseTo(1, EXACT);
    assertThat(Metrics.averagePrecision(List.of("a", "a", "b"), Map.of("a", 1, "b", 1)))
        .isCloseTo(1, EXACT);
  }

  @Test
  void nothingFoundAndNothingRelevantAreZero() {
    assertThat(Metrics.ndcg(List.of(), GRADES, 10)).isZero();
    assertThat(Metrics.ndcg(List.of("d"), Map.of("d", 0), 10)).isZero();
    assertThat(Metrics.averagePrecision(List.of("d"), Map.of("d", 0))).isZero();
    assertThat(Metrics.recall(List.of("d"), Map.of("d", -1), 10)).isZero();
  }

  @Test
  void aGradeBelowZeroGainsNothing() {
    assertThat(Metrics.ndcg(List.of("x", "a"), Map.of("x", -2, "a", 1), 10))
        .isCloseTo(Math.log(2) / Math.log(3), EXACT);
  }

  @Test
  void theyAgreeWithTheirDefinitionsWrittenOut() {
    Seeds.check(random -> {
      List<String> ranking =
          shuffled(IntStream.range(0, 45).mapToObj(i -> "d" + i).toList(), random)
              .subList(0, random.nextInt(40));
      Map<String, Integer> grades = new HashMap<>();
      for (int i = random.nextInt(25); i >= 0; i--) {
        grades.put("d" + random.nextInt(45), random.nextInt(5) - 1);
      }
      int depth = 1 + random.nextInt(35);

      assertThat(Metrics.ndcg(ranking, grades, depth))
          .isCloseTo(naiveNdcg(ranking, grades, depth), EXACT);
      assertThat(Metrics.averagePrecision(ranking, grades))
          .isCloseTo(naivePrecision(ranking, grades), EXACT);
      assertThat(Metrics.recall(ranking, grades, depth))
          .isCloseTo(naiveRecall(ranking, grades, depth), EXACT);
    });
  }

  private static List<String> shuffled(List<String> all, RandomGenerator random) {
    List<String> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, Random.from(random));
    return shuffled;
  }

  private static double naiveNdcg(List<String> ranking, Map<String, Integer> grades, int depth) {
    double dcg = 0;
    for (int rank = 1; rank <= Math.min(depth, ranking.size()); rank++) {
      int grade = grades.getOrDefault(ranking.get(rank - 1), 0);
      dcg += grade > 0 ? grade / (Math.log(rank + 1) / Math.log(2)) : 0;
    }
    List<Integer> best = new ArrayList<>(grades.values());
    best.sort(Collections.reverseOrder());
    double ideal = 0;
    for (int rank = 1; rank <= Math.min(depth, best.size()); rank++) {
      ideal += best.get(rank - 1) > 0 ? best.get(rank - 1) / (Math.log(rank + 1) / Math.log(2)) : 0;
    }
    return ideal == 0 ? 0 : dcg / ideal;
  }

  private static double naivePrecision(List<String> ranking, Map<String, Integer> grades) {
    Set<String> relevant = relevant(grades);
    double sum = 0;
    for (String id : relevant) {
      int rank = ranking.indexOf(id) + 1;
      if (rank > 0) {
        sum += (double) ranking.subList(0, rank).stream().filter(relevant::contains).count() / rank;
      }
    }
    return relevant.isEmpty() ? 0 : sum / relevant.size();
  }

  private static double naiveRecall(List<String> ranking, Map<String, Integer> grades, int depth) {
    Set<String> relevant = relevant(grades);
    Set<String> found = new HashSet<>(ranking.subList(0, Math.min(depth, ranking.size())));
    found.retainAll(relevant);
    return relevant.isEmpty() ? 0 : (double) found.size() / relevant.size();
  }

  private static Set<String> relevant(Map<String, Integer> grades) {
    Set<String> relevant = new HashSet<>(grades.keySet());
    relevant.removeIf(id -> grades.getOrDefault(id, 0) <= 0);
    return relevant;
  }
}
