package io.millrace.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.problem.ProblemException;
import io.millrace.settings.Settings;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A file of each kind, and all that a child says of it. */
final class SampleFilesTest {
  private static final ExtractorPool POOL =
      new ExtractorPool(Settings.read(new JsonObject(), Map.of()).documents().extract());

  @TempDir private Path directory;

  @AfterAll
  static void end() {
    POOL.close();
  }

  static Stream<Samples.Sample> readable() {
    return Samples.readable().stream();
  }

  static Stream<Samples.Refused> unreadable() {
    return Samples.unreadable().stream();
  }

  @ParameterizedTest
  @MethodSource("readable")
  void aFileGivesItsText(Samples.Sample sample) throws IOException {
    Path file = Files.write(directory.resolve("in"), sample.bytes().get());

    Extraction read = POOL.extract(file, sample.name(), "");

    assertThat(Samples.marked(read)).isEqualTo(sample.text());
    assertThat(read.mediaType()).endsWith(sample.mediaType());
    assertThat(read.title()).isEqualTo(sample.title());
    assertThat(read.notice()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("unreadable")
  void aFileWithoutTextSaysWhy(Samples.Refused sample) throws IOException {
    Path file = Files.write(directory.resolve("in"), sample.bytes().get());

    assertThatThrownBy(() -> POOL.extract(file, sample.name(), ""))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().type()).isEqualTo(sample.outcome()));
  }

  @Test
  void aPartlyScannedFileGivesItsTextAndSaysWhatIsMissing() throws IOException {
    byte[] bytes = new Pdfs().page(new Pdfs.Line(10, 0, "Words.")).scan().bytes();
    Path file = Files.write(directory.resolve("in"), bytes);

    Extraction read = POOL.extract(file, "half.pdf", "");

    assertThat(read.text()).isEqualTo("Words.");
    assertThat(read.notice()).isEqualTo("1 of 2 pages are pictures without text.");
  }
}
