package io.millrace.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.problem.ProblemException;
import io.millrace.settings.Settings;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every hostile file costs itself at most; the same pool reads on. */
final class HostileFilesTest {
  private static final String SECRET = "the secret of the mill";
  private static final Map<String, String> LIMITS =
      Map.of(
          "MILLRACE_DOCUMENTS_EXTRACT_TIME", "10s",
          "MILLRACE_DOCUMENTS_EXTRACT_MEMORY", "96MB",
          "MILLRACE_DOCUMENTS_EXTRACT_FILE_BYTES_MAX", "64MB",
          "MILLRACE_DOCUMENTS_EXTRACT_CHARACTERS_MAX", "2000000",
          "MILLRACE_DOCUMENTS_EXTRACT_PAGES_MAX", "1000",
          "MILLRACE_DOCUMENTS_EXTRACT_EXPANDED_BYTES_MAX", "32MB");

  @TempDir private static Path directory;
  private static final ExtractorPool POOL = pool();
  private static final ServerSocket TRAP = trap();

  @BeforeAll
  static void hide() throws IOException {
    Path _ = Files.writeString(directory.resolve("secret"), SECRET);
  }

  static Stream<Hostile.Case> cases() {
    return Hostile.all(directory.resolve("secret").toString(), TRAP.getLocalPort()).stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aHostileFileGivesTextOrANamedOutcome(Hostile.Case hostile) throws IOException {
    Path file = Files.write(directory.resolve("in"), hostile.bytes().get());

    String outcome;
    try {
      Extraction read = POOL.extract(file, hostile.name(), "");
      outcome = Hostile.TEXT;
      assertThat(read.text()).isNotBlank().doesNotContain(SECRET).doesNotContain("root:");
    } catch (ProblemException e) {
      outcome = e.problem().type();
    }

    assertThat(hostile.outcomes()).contains(outcome);
    Path after = Files.writeString(directory.resolve("after"), "words");
    assertThat(POOL.extract(after, "after.txt", "").text()).isEqualTo("words");
  }

  /** Where an attachment ends the child it is the only one that is missing, unless time is up. */
  @ParameterizedTest
  @MethodSource("cases")
  void aHostileAttachmentTakesNoOtherWordsAway(Hostile.Case hostile) throws IOException {
    byte[] mail =
        Mails.mail("Mill", "Words of the message.")
            .attach("before.txt", "text/plain", "Words before.".getBytes(StandardCharsets.UTF_8))
            .attach(hostile.name(), "application/octet-stream", hostile.bytes().get())
            .attach("after.txt", "text/plain", "Words after.".getBytes(StandardCharsets.UTF_8))
            .bytes();
    Path file = Files.write(directory.resolve("in"), mail);

    Extraction read = POOL.extract(file, "a.eml", "");

    assertThat(read.text())
        .contains("Words of the message.", "Words before.")
        .doesNotContain(SECRET)
        .doesNotContain("root:");
    if (read.notice().startsWith("Reading ended")) {
      assertThat(hostile.outcomes()).contains("too-slow");
      assertThat(read.text()).contains("Too slow:");
    } else {
      assertThat(read.text()).contains("Words after.");
    }
  }

  @AfterAll
  static void nobodyAskedAHost() throws IOException {
    POOL.close();
    TRAP.setSoTimeout(1);
    try (TRAP;
        var asked = TRAP.accept()) {
      throw new AssertionError("a file made a child ask " + asked.getLocalSocketAddress());
    } catch (java.net.SocketTimeoutException _) {
      // As it should be.
    }
  }

  private static ExtractorPool pool() {
    return new ExtractorPool(Settings.read(new JsonObject(), LIMITS).documents().extract());
  }

  private static ServerSocket trap() {
    try {
      return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
