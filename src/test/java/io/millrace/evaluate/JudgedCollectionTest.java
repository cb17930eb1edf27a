package io.millrace.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.document.Documents;
import io.millrace.evaluate.JudgedCollection.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgedCollectionTest {
  @TempDir private Path directory;

  @BeforeEach
  void aCollection() throws IOException {
    write(
        "corpus.jsonl",
        """
        {"_id": "a/b c", "title": "One", "text": "first"}
        {"_id": 2, "text": "the same"}

        {"_id": "three", "title": null, "text": "the same", "metadata": {"url": "u"}}
        {"_id": "empty", "title": "", "text": ""}
        """);
    write(
        "queries.jsonl",
        """
        {"_id": "q1", "text": "first?"}
        {"_id": "2", "text": " The  same "}
        {"_id": "nobody judged", "text": "x"}
        {"_id": "nothing is relevant", "text": "x"}
        """);
    write(
        "qrels/test.tsv",
        """
        query-id\tcorpus-id\tscore
        q1\ta/b c\t2
        q1\tthree\t0
        2\tthree\t1.0
        nothing is relevant\tthree\t0
        unknown\tthree\t1
        """);
  }

  @Test
  void entriesKeepIdsAndAbsentTitlesAreEmpty() {
    JudgedCollection read = JudgedCollection.read(directory, Optional.empty());

    assertThat(read.corpus().values())
        .containsExactly(
            new Entry("a/b c", "One", "first"),
            new Entry("2", "", "the same"),
            new Entry("three", "", "the same"),
            new Entry("empty", "", ""));
  }

  @Test
  void onlyQueriesWithSomethingToFindAreAsked() {
    JudgedCollection read = JudgedCollection.read(directory, Optional.empty());

    assertThat(read.queries()).containsOnlyKeys("q1", "2");
    assertThat(read.judgements())
        .isEqualTo(Map.of("q1", Map.of("a/b c", 2, "three", 0), "2", Map.of("three", 1)));
  }

  @Test
  void theJudgementsAreChosenByName() throws IOException {
    write("qrels/dev.tsv", "2\tthree\t3\n");
    write("qrels/trec.txt", "2 0 three 4\n");

    assertThat(judged("dev")).isEqualTo(Map.of("2", Map.of("three", 3)));
    assertThat(judged("trec.txt")).isEqualTo(Map.of("2", Map.of("three", 4)));
    assertThat(judged(directory.resolve("qrels/dev.tsv").toString()))
        .isEqualTo(Map.of("2", Map.of("three", 3)));
    assertThatThrownBy(() -> judged("train"))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("train")
        .hasMessageContaining("dev.tsv");
  }

  @Test
  void theOnlyJudgementsAreTakenWhateverTheyAreCalled() throws IOException {
    Files.move(directory.resolve("qrels/test.tsv"), directory.resolve("qrels/mteb.tsv"));

    assertThat(JudgedCollection.read(directory, Optional.empty()).judgedBy()).isEqualTo("mteb.tsv");
  }

  @Test
  void whatCannotBeReadIsNamedWithItsLine() throws IOException {
    write("queries.jsonl", "{\"_id\": \"q1\", \"text\": \"first?\"}\n\n{broken\n");
    assertThatThrownBy(() -> JudgedCollection.read(directory, Optional.empty()))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("queries.jsonl:3");

    write("queries.jsonl", "{\"text\": \"no id\"}\n");
    assertThatThrownBy(() -> JudgedCollection.read(directory, Optional.empty()))
        .hasMessageContaining("queries.jsonl:1")
        .hasMessageContaining("_id");

    write("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\ta\tmuch\n");
    assertThatThrownBy(() -> JudgedCollection.read(directory, Optional.empty()))
        .hasMessageContaining("test.tsv:2");

    assertThatThrownBy(() -> JudgedCollection.read(directory.resolve("gone"), Optional.empty()))
        .hasMessageContaining("gone");
  }

  @Test
  void whatIsWrongIsOneLine() throws IOException {
    write("corpus.jsonl", "{\"_id\": \"a\"}\n{\"_id\": }\n");
    assertThatThrownBy(() -> JudgedCollection.read(directory, Optional.empty()))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("corpus.jsonl:2: ")
        .message()
        .hasLineCount(1);

    write("corpus.jsonl", "[1, 2]\n");
    assertThatThrownBy(() -> JudgedCollection.read(directory, Optional.empty()))
        .hasMessageContaining("corpus.jsonl:1: ")
        .message()
        .hasLineCount(1);

    Files.delete(directory.resolve("corpus.jsonl"));
    assertThatThrownBy(() -> JudgedCollection.read(directory, Optional.empty()))
        .hasMessage("There is no file %s.", directory.resolve("corpus.jsonl"));
  }

  @Test
  void filesMayBePackedAndWrittenOnWindows() throws IOException {
    JudgedCollection plain = JudgedCollection.read(directory, Optional.empty());
    for (String name : List.of("corpus.jsonl", "queries.jsonl", "qrels/test.tsv")) {
      String text = Files.readString(directory.resolve(name));
      Files.delete(directory.resolve(name));
      try (var packed =
          new GZIPOutputStream(Files.newOutputStream(directory.resolve(name + ".gz")))) {
        packed.write(("\ufeff" + text.replace("\n", "\r\n")).getBytes(StandardCharsets.UTF_8));
      }
    }

    JudgedCollection packed = JudgedCollection.read(directory, Optional.empty());

    assertThat(packed.corpus()).isEqualTo(plain.corpus());
    assertThat(packed.queries()).isEqualTo(plain.queries());
    assertThat(packed.judgements()).isEqualTo(plain.judgements());
    assertThat(JudgedCollection.read(directory, Optional.of("test")).judgements())
        .isEqualTo(plain.judgements());
  }

  @Test
  void judgedDocumentsThatAreNotThereAreCountedAndAreNotAll() throws IOException {
    write("qrels/test.tsv", "q1\ta/b c\t1\nq1\tgone\t2\n2\tgone\t1\n2\tnot relevant\t0\n");
    assertThat(JudgedCollection.read(directory, Optional.empty()).missing()).isEqualTo(1);

    write("qrels/test.tsv", "q1\tdoc-7\t1\n2\tdoc-8\t1\n");
    assertThatThrownBy(() -> JudgedCollection.read(directory, Optional.empty()))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("No document that test.tsv judges is in")
        .hasMessageContaining("doc-")
        .hasMessageContaining("a/b c");

    write("corpus.jsonl", "\n");
    assertThatThrownBy(() -> JudgedCollection.read(directory, Optional.empty()))
        .hasMessageContaining("corpus.jsonl holds nothing");
  }

  @Test
  void anotherCorpusHasAnotherName() throws IOException {
    String before = JudgedCollection.read(directory, Optional.empty()).fingerprint();
    String again = JudgedCollection.read(directory, Optional.empty()).fingerprint();
    write("corpus.jsonl", "{\"_id\": \"a/b c\", \"title\": \"One\", \"text\": \"changed\"}\n");

    assertThat(again).isEqualTo(before).matches(Documents.COLLECTION_NAME);
    assertThat(JudgedCollection.read(directory, Optional.empty()).fingerprint())
        .isNotEqualTo(before);
  }

  @Test
  void aQueryThatIsAnEntryDoesNotAnswerItself() {
    JudgedCollection read = JudgedCollection.read(directory, Optional.empty());

    assertThat(read.isItself("2", "2")).isTrue();
    assertThat(read.isItself("2", "three")).isFalse();
    assertThat(read.isItself("q1", "q1")).isFalse();
  }

  @Test
  void entriesWithTheSameTextAreDifferentPages() {
    String one = CorpusLoader.page(new Entry("1", "", "the <same> & more\n\nend"));

    assertThat(one).isNotEqualTo(CorpusLoader.page(new Entry("2", "", "the <same> & more\n\nend")));
    assertThat(one)
        .contains("<p>the &lt;same&gt; &amp; more</p>")
        .contains("<p>end</p>")
        .doesNotContain("<h1>");
  }

  @Test
  void anyIdSurvivesItsWayThroughTheSource() {
    for (String id : new String[] {"a/b c", "+%2F", "ä\u0000€", "\"quoted\"", ""}) {
      assertThat(CorpusLoader.entry(CorpusLoader.source(id))).isEqualTo(id);
    }
  }

  private Map<String, Map<String, Integer>> judged(String qrels) {
    return JudgedCollection.read(directory, Optional.of(qrels)).judgements();
  }

  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
