package io.millrace.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.artifact.ArtifactStore.Artifact;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryArtifactStoreTest {
  private static final String HELLO_SHA_256 =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private DirectoryArtifactStore store;

  @BeforeEach
  void open() throws IOException {
    store = DirectoryArtifactStore.open(vertx, directory);
  }

  @AfterEach
  void close() {
    store.close();
    done(vertx.close());
  }

  @Test
  void bytesAreKeptUnderTheirHash() throws Exception {
    Path upload = upload("hello");

    Artifact artifact = await(store.put(upload));

    assertThat(artifact).isEqualTo(new Artifact(HELLO_SHA_256, 5));
    assertThat(await(store.get(HELLO_SHA_256))).hasContent("hello");
    assertThat(upload).doesNotExist();
  }

  @Test
  void theSameBytesTwiceAreOneArtifact() throws Exception {
    var puts = new ArrayList<Future<Artifact>>();
    for (int i = 0; i < 20; i++) {
      puts.add(store.put(upload("hello")));
    }

    done(Future.all(puts));

    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.filter(f -> f.endsWith(HELLO_SHA_256))).hasSize(1);
    }
    assertThat(store.incoming()).isEmptyDirectory();
  }

  @Test
  void aHalfWrittenFileOfThatNameIsReplaced() throws Exception {
    Path place = directory.resolve("2c").resolve("f2").resolve(HELLO_SHA_256);
    Files.createDirectories(place.getParent());
    Files.writeString(place, "hel");

    done(store.put(upload("hello")));

    assertThat(await(store.get(HELLO_SHA_256))).hasContent("hello");
  }

  @Test
  void whatIsNotThereIsNotFound() {
    for (String id : List.of(HELLO_SHA_256, "", "../../etc/passwd", "2CF2")) {
      assertThatThrownBy(() -> await(store.get(id)))
          .hasRootCauseInstanceOf(ProblemException.class)
          .hasMessageContaining("not-found");
    }
  }

  @Test
  void deletingTwiceIsFine() throws Exception {
    Artifact artifact = await(store.put(upload("hello")));

    done(store.delete(artifact.id()));
    done(store.delete(artifact.id()));

    assertThatThrownBy(() -> await(store.get(artifact.id())))
        .hasRootCauseInstanceOf(ProblemException.class);
  }

  @Test
  void uploadsOfADeadProcessAreRemovedAtTheStart() throws Exception {
    Path dead = Files.createDirectories(directory.resolve("incoming/dead"));
    Files.writeString(directory.resolve("incoming/dead.lock"), "");
    Files.writeString(dead.resolve("half-an-upload"), "x");

    store.close();
    store = DirectoryArtifactStore.open(vertx, directory);

    assertThat(dead).doesNotExist();
    assertThat(directory.resolve("incoming/dead.lock")).doesNotExist();
  }

  @Test
  void uploadsOfALivingStoreAreLeftAlone() throws Exception {
    Path upload = upload("in progress");

    DirectoryArtifactStore second = DirectoryArtifactStore.open(vertx, directory);

    assertThat(upload).hasContent("in progress");
    assertThat(second.incoming()).isNotEqualTo(store.incoming());
    second.close();
    second.close();
    assertThat(upload).hasContent("in progress");
  }

  private Path upload(String text) throws IOException {
    return Files.write(Files.createTempFile(store.incoming(), "upload", ""), text.getBytes(UTF_8));
  }

  private static void done(Future<?> future) {
    assertThat(future.toCompletionStage().toCompletableFuture())
        .succeedsWithin(Duration.ofSeconds(10));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
