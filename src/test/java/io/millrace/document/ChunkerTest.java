package io.millrace.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.document.Chunker.Chunk;
import io.millrace.extract.Extraction;
import io.millrace.extract.Extraction.Heading;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ChunkerTest {
  @Test
  void aShortTextIsOnePassage() {
    assertThat(Chunker.chunks(plain("One. Two."))).containsExactly(new Chunk(0, 9, ""));
  }

  @Test
  void passagesEndWithSentences() {
    String text = "The wheel of the mill turns with the water of the river. ".repeat(60).strip();

    List<Chunk> chunks = Chunker.chunks(plain(text));

    assertThat(chunks).hasSizeBetween(3, 5);
    assertThat(chunks)
        .allSatisfy(chunk -> {
          assertThat(chunk.end() - chunk.start()).isLessThanOrEqualTo(1_000);
          assertThat(text.substring(chunk.start(), chunk.end())).startsWith("The").endsWith(".");
        });
  }

  @Test
  void abbreviationsEndNoSentence() {
    String text =
        "Это было в 1905 г. В Москве. Dr. Smith came, e.g. Monday. И т.д. Конец. Мы, т. е. Анна и"
            + " я, были там. The U.S. Army came.";

    assertThat(
            Sentences.of(text, 0, text.length()).stream()
                .map(s -> text.substring(s.start(), s.end())))
        .containsExactly(
            "Это было в 1905 г. В Москве.",
            "Dr. Smith came, e.g. Monday.",
            "И т.д. Конец.",
            "Мы, т. е. Анна и я, были там.",
            "The U.S. Army came.");
  }

  @Test
  void headingsAreCarriedAlong() {
    String filler = "Words about this very matter stand here. ".repeat(40);
    Extraction extraction =
        sections(
            "# Mill\n\n" + filler + "\n\n## Wheel\n\n" + filler + "\n\n## Stones\n\n" + filler);

    List<Chunk> chunks = Chunker.chunks(extraction);

    assertThat(chunks.stream().map(Chunk::heading).distinct())
        .containsExactly("Mill", "Mill › Wheel", "Mill › Stones");
    assertThat(chunks)
        .filteredOn(chunk -> chunk.heading().endsWith("Wheel"))
        .first()
        .satisfies(chunk ->
            assertThat(extraction.text().substring(chunk.start(), chunk.end()))
                .startsWith("Wheel\n\nWords"));
  }

  @Test
  void aPassageThatBeginsWithSeveralHeadingsBelongsToTheInnermost() {
    Extraction extraction = sections("# A\n\n## B\n\n### C\n\nBody.\n");

    assertThat(Chunker.chunks(extraction)).containsExactly(new Chunk(0, 14, "A › B › C"));
  }

  @Test
  void anEndlessWordIsCutBetweenCharacters() {
    String text = "𝒳".repeat(2_001);

    List<Chunk> chunks = Chunker.chunks(plain(text));

    assertThat(chunks)
        .allSatisfy(chunk -> {
          assertThat(chunk.end() - chunk.start()).isLessThanOrEqualTo(1_000);
          assertThat(Character.isLowSurrogate(text.charAt(chunk.start()))).isFalse();
        });
    assertThat(chunks.getLast().end()).isEqualTo(text.length());
  }

  @Test
  void passagesHoldTheWholeTextInOrderWithoutOverlap() {
    long seed = 7;
    var random = new Random(seed);
    String[] pieces = {
      "# Head\n\n",
      "## Второй\n\n",
      "A sentence. ",
      "Ещё одно предложение! ",
      "\n\n",
      "word ",
      "x".repeat(700),
      "т.е. ",
      "long ".repeat(150),
      "- item\n",
      "\n    code line\n",
      "😀 "
    };
    for (int round = 0; round < 300; round++) {
      var source = new StringBuilder();
      for (int i = random.nextInt(60); i >= 0; i--) {
        source.append(pieces[random.nextInt(pieces.length)]);
      }
      Extraction extraction = sections(source.toString());

      assertWhole(extraction, "seed " + seed + ", round " + round);
    }
  }

  private static void assertWhole(Extraction extraction, String what) {
    String text = extraction.text();
    int at = 0;
    for (Chunk chunk : Chunker.chunks(extraction)) {
      assertThat(chunk.start()).as(what).isGreaterThanOrEqualTo(at);
      assertThat(text.substring(at, chunk.start())).as(what).isBlank();
      String passage = text.substring(chunk.start(), chunk.end());
      assertThat(passage).as(what).isNotBlank().isEqualTo(passage.strip());
      assertThat(passage.length()).as(what).isLessThanOrEqualTo(1_000);
      at = chunk.end();
    }
    assertThat(text.substring(at)).as(what).isBlank();
  }

  private static Extraction plain(String text) {
    return Extraction.plain("text/plain", text);
  }

  /** Lines that begin with {@code #} become headings without it, as readers of formats do it. */
  private static Extraction sections(String source) {
    var text = new StringBuilder();
    var headings = new ArrayList<Heading>();
    for (String paragraph : source.strip().split("\\n\\n+", -1)) {
      String words = paragraph.replaceFirst("^#+ ", "").strip();
      if (words.isEmpty()) {
        continue;
      }
      text.append(text.isEmpty() ? "" : "\n\n");
      int level = paragraph.indexOf(' ');
      if (paragraph.startsWith("#") && level > 0) {
        headings.add(new Heading(level, text.length(), text.length() + words.length()));
      }
      text.append(words);
    }
    return new Extraction("text/markdown", "", text.toString(), headings, List.of(), "");
  }
}
