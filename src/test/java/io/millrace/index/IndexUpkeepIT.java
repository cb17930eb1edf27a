package io.millrace.index;

import static io.millrace.document.Library.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.archive.PostgresArchive;
import io.millrace.changelog.ChangeLog.Position;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.document.Documents.Document;
import io.millrace.document.Library;
import io.millrace.testing.Await;
import io.millrace.testing.LocalPostgres;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Check, snapshot and rebuild on the index of a real database. */
final class IndexUpkeepIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private Library library;
  private Replica replica;
  private Document heron;

  @BeforeEach
  void open() throws Exception {
    library = new Library(vertx, POSTGRES.database(vertx), directory.resolve("artifacts"));
    replica = new Replica(vertx, library, directory.resolve("index"));
    heron = library.bringIn("heron.txt", "The heron waits.");
    assertThat(library.bringIn("weir.txt", "The weir holds.").searchable()).isOne();
    replica.start();
    replica.awaitCaughtUp();
  }

  @AfterEach
  void close() throws Exception {
    replica.stop(true);
    done(vertx.close());
  }

  @Test
  void aCheckFindsWhatIsMissingWhatIsTooMuchAndWhatDiffers() throws Exception {
    replica.stop(false);
    assertThat(replica.check()).matches(IndexReport::good);
    Document other = library.bringIn("other.txt", "Other words.");
    assertThat(replica.check()).as("a later change is no damage").matches(IndexReport::good);
    replica.start();
    replica.awaitCaughtUp();
    replica.stop(false);

    try (IndexStore store = store()) {
      Position at = store.position().orElseThrow();
      store.replace(PassageShape.key(heron.id()), List.of());
      store.replace(PassageShape.key("ghost"), List.of(entryOf("ghost")));
      store.replace(PassageShape.key(other.id()), List.of(entryOf(other.id())));
      store.commit(at);
    }

    IndexReport report = replica.check();
    assertThat(report.good()).isFalse();
    assertThat(report.lines())
        .contains(
            "missing in the index: 1: " + heron.id(),
            "not in the database: 1: ghost",
            "different: 1: " + other.id());
  }

  @Test
  void aRebuildThatWasAskedForMendsWhatTheCheckFound() throws Exception {
    replica.stop(false);
    try (IndexStore store = store()) {
      store.replace(PassageShape.key(heron.id()), List.of());
      store.commit(store.position().orElseThrow());
    }
    assertThat(replica.check()).matches(report -> !report.good());

    new IndexUpkeep(index()).askForRebuild();
    replica.start();
    Path asked = index().resolve(name()).resolve(IndexStore.REBUILD);
    Await.until("the rebuild", () -> !Files.exists(asked));
    replica.stop(false);

    assertThat(replica.check()).matches(IndexReport::good);
  }

  @Test
  void aSnapshotOfALiveIndexIsWholeAndGoesOnWhereItWasTaken() throws Exception {
    for (int i = 0; i < 10; i++) {
      Document _ = library.bringIn("more-" + i + ".txt", "More words " + i);
      IndexReport taken =
          new IndexUpkeep(index()).snapshot(directory.resolve("copy-" + i)).getFirst();
      assertThat(taken).matches(IndexReport::good);
      assertThat(taken.lines().getLast()).startsWith("position: change ");
    }
    replica.stop(true);

    var restored = new Replica(vertx, library, directory.resolve("copy-9"));
    restored.start();
    restored.awaitCaughtUp();
    restored.stop(false);

    assertThat(restored.rebuilds()).isZero();
    assertThat(restored.check()).matches(IndexReport::good);
    assertThat(new IndexUpkeep(index()).snapshot(directory.resolve("copy-9")).getFirst())
        .as("an index is never written over")
        .matches(report -> !report.good());
  }

  @Test
  void aFlippedByteIsFoundAndTheDamagedFilesAreSetAside() throws Exception {
    replica.stop(false);
    Path biggest;
    try (var files = Files.list(index().resolve(name()))) {
      biggest = files.max(Comparator.comparingLong(file -> file.toFile().length())).orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(biggest);
    bytes[bytes.length / 2] ^= 0x10;
    Files.write(biggest, bytes);

    assertThat(replica.check().lines()).anyMatch(line -> line.startsWith("files: damaged"));
    replica.start();
    replica.awaitCaughtUp();
    replica.stop(false);

    assertThat(replica.check()).matches(IndexReport::good);
    assertThat(index().resolve(name() + ".damaged").resolve(biggest.getFileName())).exists();
  }

  @Test
  void withoutAnIndexThereIsNothingToComplainAbout() throws IOException {
    var truth =
        new IndexUpkeep.Truth(
            new PostgresChangeLog(library.database),
            library.documents,
            library.generations,
            new PostgresArchive(library.database));

    List<IndexReport> reports = new IndexUpkeep(directory.resolve("none")).check(truth);

    assertThat(reports).hasSize(2).allMatch(IndexReport::good);
  }

  private static org.apache.lucene.document.Document entryOf(String id) {
    var entry = new org.apache.lucene.document.Document();
    entry.add(new StringField(PassageShape.DOCUMENT, id, Field.Store.YES));
    entry.add(new SortedDocValuesField(PassageShape.DOCUMENT, new BytesRef(id)));
    return entry;
  }

  private String name() {
    return IndexDirectories.name(library.live.id());
  }

  private Path index() {
    return directory.resolve("index");
  }

  private IndexStore store() throws IOException {
    return IndexStore.open(PassageShape.shape(), index().resolve(name()));
  }
}
