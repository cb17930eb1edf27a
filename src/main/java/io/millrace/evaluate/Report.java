package io.millrace.evaluate;

import java.util.List;
import java.util.Locale;

/**
 * What an evaluation found.
 *
 * @param loadSeconds how long the corpus took to be searchable
 * @param refused entries that could not be brought in, such as empty ones
 */
public record Report(
    JudgedCollection collection,
    String model,
    int passages,
    int refused,
    double loadSeconds,
    List<Row> rows) {
  /** Copies the list. */
  public Report {
    rows = List.copyOf(rows);
  }

  /**
   * One way to search, over all queries.
   *
   * @param ndcg mean nDCG of the first 10
   * @param map mean average precision over the first 100
   * @param recall mean share of the relevant documents among the first 100
   */
  public record Row(String search, double ndcg, double map, double recall, double seconds) {}

  /** As Markdown. */
  public String markdown() {
    var text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "**%s**: %,d documents (%d not searchable), %,d passages, %,d queries judged by %s;"
                + " model %s; loaded in %.0f s.%n%n",
            collection.name(),
            collection.corpus().size(),
            refused,
            passages,
            collection.queries().size(),
            collection.judgedBy(),
            model,
            loadSeconds));
    text.append("| search | nDCG@10 | MAP | recall@100 | seconds |\n");
    text.append("|---|---|---|---|---|\n");
    for (Row row : rows) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %.4f | %.4f | %.4f | %.1f |%n",
              row.search(),
              row.ndcg(),
              row.map(),
              row.recall(),
              row.seconds()));
    }
    return text.toString();
  }
}
