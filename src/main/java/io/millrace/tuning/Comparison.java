package io.millrace.tuning;

import io.millrace.tuning.TestRun.Question;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Two runs held against each other, query by query: those that have the same words and expect the
 * same documents in both.
 *
 * @param pairs where the figures moved most first
 * @param before means over the pairs
 * @param after means over the pairs
 * @param unpaired how many queries only one of the runs has
 * @param chance how likely so large a difference of the means of nDCG@10 is by chance alone; empty
 *     when no query differs
 */
public record Comparison(
    List<Pair> pairs, Figures before, Figures after, int unpaired, Optional<Double> chance) {
  private static final double SAME = 1e-9;

  /** One query in both runs. */
  public record Pair(Question before, Question after) {
    /** How much better it is after than before, by nDCG@10 and then by average precision. */
    public double gain() {
      double gain = after.figures().ndcg10() - before.figures().ndcg10();
      return Math.abs(gain) > SAME ? gain : after.figures().map() - before.figures().map();
    }

    /** Whether it is better, worse or the same. */
    public Change change() {
      double gain = gain();
      return Math.abs(gain) <= SAME ? Change.SAME : gain > 0 ? Change.BETTER : Change.WORSE;
    }
  }

  /** What became of a query. */
  public enum Change {
    /** What is expected is found earlier. */
    BETTER,
    /** It is found later, or not any more. */
    WORSE,
    /** The figures are the same. */
    SAME
  }

  /** Compares the queries of two runs. */
  public static Comparison of(List<Question> before, List<Question> after) {
    Map<List<Object>, Question> known = new HashMap<>();
    before.forEach(question -> known.put(key(question), question));
    List<Pair> pairs =
        after.stream()
            .flatMap(question ->
                Stream.ofNullable(known.get(key(question))).map(one -> new Pair(one, question)))
            .sorted(Comparator.comparingDouble(pair -> -Math.abs(pair.gain())))
            .toList();
    double[] differences =
        pairs.stream()
            .mapToDouble(pair -> pair.after().figures().ndcg10() - pair.before().figures().ndcg10())
            .filter(difference -> Math.abs(difference) > SAME)
            .toArray();
    return new Comparison(
        pairs,
        mean(pairs.stream().map(Pair::before)),
        mean(pairs.stream().map(Pair::after)),
        before.size() + after.size() - 2 * pairs.size(),
        differences.length == 0
            ? Optional.empty()
            : Optional.of(Randomization.chance(differences)));
  }

  /** How many of the pairs became {@code change}. */
  public long count(Change change) {
    return pairs.stream().filter(pair -> pair.change() == change).count();
  }

  private static List<Object> key(Question question) {
    return List.of(question.text(), question.expected());
  }

  private static Figures mean(Stream<Question> questions) {
    return Figures.mean(questions.map(Question::figures).toList());
  }
}
