package io.millrace.extract.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.extract.Extraction;
import io.millrace.extract.Extractor;
import io.millrace.extract.Limits;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TextFormatsTest {
  private static final String RUSSIAN =
      "Мельница стоит на реке. Вода вращает колесо, и колесо мелет зерно.";
  private static final String FRENCH = "Le moulin à eau est très ancien; où sont les élèves ?";
  private static final long BYTES_MAX = 1 << 20;

  private static final List<String> PIECES =
      List.of(
          "<div>",
          "</p>",
          "<h1>",
          "<!--",
          "-->",
          "<script>",
          "]]>",
          "&#x0;",
          "&#xD800;",
          "# ",
          "\n",
          "\n\n",
          "> ",
          "- ",
          "* ",
          "```\n",
          "[a](b",
          "![",
          "`",
          "|",
          "|-|\n",
          "---\n",
          "<pre>",
          "\u0000",
          "\ud83d",
          "текст. ",
          "Words here. ",
          "\t",
          "\u2028",
          "<td>",
          "<table>",
          "<svg>",
          "<math>",
          "\\",
          "&",
          "~~~",
          "\r",
          "é",
          "𝒳");

  @TempDir private Path directory;
  private final Extractor extractor = new Formats(new Limits(BYTES_MAX, 1 << 20, 100, 1 << 22));

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "windows-1251", "KOI8-R", "IBM866", "UTF-16LE", "UTF-16BE"})
  void russianTextIsReadInAnyUsualEncoding(String charset) throws IOException {
    byte[] mark =
        switch (charset) {
          case "UTF-16LE" -> new byte[] {(byte) 0xFF, (byte) 0xFE};
          case "UTF-16BE" -> new byte[] {(byte) 0xFE, (byte) 0xFF};
          default -> new byte[0];
        };

    Extraction extraction =
        extract("a.txt", "text/plain", join(mark, RUSSIAN.getBytes(Charset.forName(charset))));

    assertThat(extraction.text()).isEqualTo(RUSSIAN);
    assertThat(extraction.mediaType()).isEqualTo("text/plain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "windows-1252"})
  void accentsOfWesternTextSurvive(String charset) throws IOException {
    assertThat(extract("a.txt", "", FRENCH.getBytes(Charset.forName(charset))).text())
        .isEqualTo(FRENCH);
  }

  @Test
  void utf16WithoutAMarkIsRecognised() throws IOException {
    assertThat(extract("a.txt", "", "plain words".getBytes(StandardCharsets.UTF_16LE)).text())
        .isEqualTo("plain words");
  }

  @Test
  void aFewSpoiltBytesDoNotSpoilUtf8() throws IOException {
    byte[] bytes = join(RUSSIAN.getBytes(StandardCharsets.UTF_8), new byte[] {(byte) 0xC3});

    assertThat(extract("a.txt", "", bytes).text()).isEqualTo(RUSSIAN + "\ufffd");
  }

  @Test
  void aByteOrderMarkAndControlCharactersAreDropped() throws IOException {
    assertThat(
            extract(
                    "a.txt",
                    "",
                    utf8("\ufeffone\r\ntwo\u0007 " + "x".repeat(300) + "\n\n\n\nend\n"))
                .text())
        .isEqualTo("one\ntwo " + "x".repeat(300) + "\n\nend");
  }

  @Test
  void decomposedLettersAreComposed() throws IOException {
    assertThat(extract("a.txt", "", utf8("мои\u0306")).text()).isEqualTo("мой");
  }

  @Test
  void markdownGivesItsWordsAndHeadings() throws IOException {
    String source =
        """
        ---
        title: "The mill"
        ---
        # Water *mill*

        It has a [wheel](http://x.example/wheel) and `stones`.

        - first
        - second
          - nested

        ```java
        int  x = 1;
        ```

        | a | b |
        |---|---|
        | 1 | 2 |

        <p align="center">centred <b>words</b></p>
        <script>alert('no')</script>
        """;

    Extraction extraction = extract("mill.md", "", utf8(source));

    assertThat(extraction.mediaType()).isEqualTo("text/markdown");
    assertThat(extraction.title()).isEqualTo("The mill");
    assertThat(extraction.text())
        .isEqualTo(
            """
            Water mill

            It has a wheel and stones.

            - first
            - second
            - nested

            int  x = 1;

            a | b
            1 | 2

            centred words\
            """);
    assertThat(headings(extraction)).containsExactly("1 Water mill");
  }

  @Test
  void htmlGivesItsMainText() throws IOException {
    String filler = "The mill grinds the grain of the whole valley. ".repeat(6).strip();
    String source =
        "<!doctype html><html><head><title>Mill &amp; river</title><style>p{}</style></head><body>"
            + "<nav>Home About</nav><main><h1>The <i>mill</i></h1><p>"
            + filler
            + "</p><h2>Parts</h2><ul><li>wheel</li><li><p>stones</p></li></ul>"
            + "<pre>a\n  b</pre><table><tr><th>k</th><th>v</th></tr><tr><td>1</td><td>2</td></tr>"
            + "</table><script>var x;</script></main><footer>Imprint</footer></body></html>";

    Extraction extraction = extract("page", "application/octet-stream", utf8(source));

    assertThat(extraction.mediaType()).isEqualTo("text/html");
    assertThat(extraction.title()).isEqualTo("Mill & river");
    assertThat(extraction.text())
        .isEqualTo(
            "The mill\n\n" + filler + "\n\nParts\n\n- wheel\n- stones\n\na\n  b\n\nk | v\n1 | 2");
    assertThat(headings(extraction)).containsExactly("1 The mill", "2 Parts");
  }

  @Test
  void htmlSaysItsEncodingItself() throws IOException {
    String source =
        "<html><head><meta http-equiv=content-type content='text/html; charset=koi8-r'></head>"
            + "<body><p>да</p></body></html>";

    assertThat(extract("a.html", "", source.getBytes(Charset.forName("KOI8-R"))).text())
        .isEqualTo("да");
  }

  @Test
  void aLyingNameDoesNotMakeTextHtml() throws IOException {
    Extraction extraction = extract("a.html", "text/html", utf8("1 < 2 and 3 > 2"));

    assertThat(extraction.mediaType()).isEqualTo("text/plain");
    assertThat(extraction.text()).isEqualTo("1 < 2 and 3 > 2");
  }

  @ParameterizedTest
  @CsvSource({"GIF89a, a picture", "7z\u00bc\u00af, an archive"})
  void otherKindsOfFilesAreNamed(String content, String kind) {
    assertThatThrownBy(
            () -> extract("a.txt", "text/plain", content.getBytes(StandardCharsets.ISO_8859_1)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem())
                    .isInstanceOfSatisfying(
                        Problem.Unreadable.class,
                        unreadable ->
                            assertThat(unreadable.detail())
                                .startsWith("Unsupported: this is " + kind)));
  }

  @Test
  void binaryEmptyAndOversizedFilesAreNamed() {
    assertRefused(new byte[] {'a', 0, 1, 2, 'b'}, "Unsupported: it holds binary data");
    assertRefused(new byte[0], "Empty:");
    assertRefused(utf8(" \n\t \u00a0"), "Empty:");
    assertRefused(utf8("<html><body><script>x</script></body></html>"), "Empty:");
    assertRefused(new byte[(int) BYTES_MAX + 1], "Too large:");
  }

  @Test
  void hostileNestingNeitherHangsNorBreaks() throws Exception {
    for (String bomb :
        new String[] {
          "<html>" + "<div>".repeat(20_000) + "x",
          "<html><table>".repeat(2_000) + "x",
          "<html>" + "<b><i><a href=x>".repeat(2_000) + "x",
          "<html><!--" + "-".repeat(500_000),
          "<html x" + " a=b".repeat(100_000) + ">x",
          "# x\n" + ">".repeat(500_000) + " x",
          "# x\n" + "[".repeat(100_000) + "x" + "]".repeat(100_000),
          "# x\n" + "*a **a ".repeat(60_000),
          "# x\n" + "- ".repeat(100_000) + "x",
          "# x\n" + "`".repeat(3) + "a`".repeat(100_000),
          "# x\n" + "|a".repeat(100_000) + "\n" + "|-".repeat(100_000),
          "---\ntitle: " + "x".repeat(900_000),
          "&amp;<".repeat(100_000)
        }) {
      for (String name : new String[] {"a.md", "a.html", "a.txt"}) {
        String what = name + " " + bomb.substring(0, 12);
        assertThat(textWithin(name, utf8(bomb))).as(what).isNotNull();
      }
    }
  }

  @Test
  void randomMixturesGiveTextOrAProblem() throws Exception {
    long seed = 20261121;
    var random = new Random(seed);
    for (int round = 0; round < 400; round++) {
      var text = new StringBuilder(random.nextBoolean() ? "<html>" : "");
      for (int i = random.nextInt(200); i >= 0; i--) {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      byte[] bytes = utf8(text.toString());
      for (int i = random.nextInt(3); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      for (String name : new String[] {"a.md", "a.html", "a.txt"}) {
        assertTextOrProblem(name, bytes, "seed " + seed + ", round " + round);
      }
    }
  }

  private void assertTextOrProblem(String name, byte[] bytes, String what) throws IOException {
    try {
      Extraction extraction = extract(name, "", bytes);
      assertThat(extraction.text())
          .as(what)
          .doesNotContain("\0", "\r", "\n\n\n")
          .isEqualTo(extraction.text().strip());
      assertThat(
              new String(
                  extraction.text().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
          .as(what)
          .isEqualTo(extraction.text());
    } catch (ProblemException named) {
      assertThat(named.problem()).as(what).isInstanceOf(Problem.Unreadable.class);
    }
  }

  /** Its text, or none when it was refused in words. */
  private Optional<String> textWithin(String name, byte[] bytes) throws Exception {
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                return Optional.of(extract(name, "", bytes).text());
              } catch (ProblemException refused) {
                return Optional.<String>empty();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            })
        .get(60, TimeUnit.SECONDS);
  }

  private void assertRefused(byte[] bytes, String start) {
    assertThatThrownBy(() -> extract("a.txt", "text/plain", bytes))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().detail()).startsWith(start));
  }

  private Extraction extract(String name, String type, byte[] bytes) throws IOException {
    Path file = Files.createTempFile(directory, "in", "");
    return extractor.extract(Files.write(file, bytes), name, type);
  }

  private static Stream<String> headings(Extraction extraction) {
    return extraction.headings().stream()
        .map(h -> h.level() + " " + extraction.text().substring(h.start(), h.end()));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
