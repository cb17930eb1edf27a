package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.JarProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code millrace eval} of the real jar, on collections as strangers have them. */
final class EvalIT {
  private static final Duration WITHIN = Duration.ofMinutes(4);
  private static final Pattern ROW =
      Pattern.compile(
          "\\| ([a-z+ ]+) \\| (\\d\\.\\d{4}) \\| (\\d\\.\\d{4}) \\| (\\d\\.\\d{4}) \\| \\d+\\.\\d \\|");

  @TempDir private Path work;

  /** What one run printed and how it ended. */
  private record Run(int exit, String out, String err) {}

  /** The figures of one way to search. */
  private record Figures(double ndcg, double map, double recall) {}

  @Test
  void itPrintsWhatEachWayToSearchFinds() throws Exception {
    write(
        "corpus.jsonl",
        """
        {"_id": "mill/1 a", "title": "Water mills", "text": "A water mill turns grain into flour."}
        {"_id": 2, "text": "The cat sleeps on the warm sofa all day long."}
        {"_id": "3", "title": null, "text": "Interest rates rose as the central bank fought inflation."}
        {"_id": "4", "title": "Empty", "text": "", "metadata": {"url": "u"}}
        {"_id": "5", "title": "The same", "text": "The cat sleeps on the warm sofa all day long."}
        {"_id": "6", "title": "", "text": ""}
        """);
    write(
        "queries.jsonl",
        """
        {"_id": "q 1", "text": "grain flour mill"}
        {"_id": "2", "text": "a pet that rests on a couch"}
        {"_id": "q3", "text": "inflation", "metadata": {}}
        {"_id": "nobody judged", "text": "x"}
        """);
    write(
        "qrels/dev.tsv",
        """
        query-id\tcorpus-id\tscore
        q 1\tmill/1 a\t2
        q 1\t2\t-1
        q 1\t3\t0
        2\t2\t2
        2\t5\t1
        q3\t3\t1
        q3\tnot in the corpus\t1
        """);

    Run run = eval();

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).contains("6 documents (1 not searchable)", "3 queries judged by dev.tsv");
    assertThat(run.err()).contains("1 relevant documents are not in the corpus");
    Map<String, Figures> rows = rows(run.out());
    assertThat(rows).containsKeys("keyword", "vector", "hybrid");
    // One of the two documents of the last query cannot be found by anybody.
    double best = (2 + 1 / (1 + Math.log(2) / Math.log(3))) / 3;
    assertThat(rows.get("vector").recall()).isEqualTo(0.8333);
    assertThat(rows.get("hybrid").recall()).isEqualTo(0.8333);
    assertThat(rows.get("hybrid").ndcg()).isBetween(0.8, best + 0.0001);
    assertThat(rows.get("keyword").recall()).isBetween(0.5, 0.8333);
    assertThat(rows.values())
        .allSatisfy(row -> {
          assertThat(row.map()).isBetween(0.3, 0.8334);
          assertThat(row.ndcg()).isBetween(0.5, best + 0.0001);
        });
  }

  @Test
  void whatItCannotReadIsOneLineThatSaysWhere() throws Exception {
    assertRefused(eval(), "There is no directory " + work.resolve("beir"));

    write("qrels/test.tsv", "q\ta\t1\n");
    write(
        "corpus.jsonl",
        "{\"_id\": \"a\", \"text\": \"one\"}\r\n{\"_id\": \"b\", \"text\": two}\r\n");
    write("queries.jsonl", "{\"_id\": \"q\", \"text\": \"one\"}\r\n");
    assertRefused(eval(), work.resolve("beir/corpus.jsonl") + ":2: ");
  }

  private static void assertRefused(Run run, String why) {
    assertThat(run.exit()).isNotZero();
    assertThat(run.out()).isEmpty();
    List<String> said = run.err().lines().filter(line -> line.startsWith("millrace: ")).toList();
    assertThat(said).as(run.err()).hasSize(1);
    assertThat(said.getFirst()).contains(why);
    assertThat(run.err()).doesNotContain("\tat ");
    assertThat(run.err().strip()).endsWith(said.getFirst());
  }

  private static Map<String, Figures> rows(String table) {
    var rows = new TreeMap<String, Figures>();
    var found = ROW.matcher(table);
    while (found.find()) {
      rows.put(
          found.group(1),
          new Figures(
              Double.parseDouble(found.group(2)),
              Double.parseDouble(found.group(3)),
              Double.parseDouble(found.group(4))));
    }
    return rows;
  }

  private Run eval() throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("-jar", JarProcess.jar().toString(), "eval"));
    command.addAll(List.of(work.resolve("beir").toString()));
    command.addAll(List.of("--data", work.resolve("data").toString()));
    Path out = work.resolve("out.txt");
    Path err = work.resolve("err.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor(WITHIN.toSeconds(), TimeUnit.SECONDS))
          .as(() -> read(err))
          .isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Run(process.exitValue(), read(out), read(err));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void write(String name, String text) throws IOException {
    Path file = work.resolve("beir").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
