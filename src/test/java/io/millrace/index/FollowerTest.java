package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.access.Scope;
import io.millrace.index.IndexStatus.Phase;
import io.millrace.index.SearchPassages.Filters;
import io.millrace.index.SearchPassages.Hit;
import io.millrace.index.SearchPassages.Mode;
import io.millrace.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowerTest {
  private static final Duration COMMIT_EVERY = Duration.ofSeconds(1);

  @TempDir private Path directory;
  private final MemoryChangeLog log = new MemoryChangeLog();
  private final Library library = new Library(log);
  private final AtomicBoolean diskFull = new AtomicBoolean();
  private Instant now = Instant.EPOCH;
  private Follower follower = follower();
  private Pause last = Pause.NONE;

  @AfterEach
  void close() {
    follower.close();
  }

  @Test
  void aChangeIsFoundAfterOneStepAndADeletionNoLonger() throws IOException {
    settle();
    library.put("a", "water");
    settle();
    assertThat(find("water")).containsExactly("a");

    library.remove("a");
    settle();

    assertThat(find("water")).isEmpty();
    assertThat(follower.status().behind()).isZero();
  }

  @Test
  void everythingIsFoundAgainAfterTheDirectoryWasDeleted() throws IOException {
    for (int i = 0; i < 120; i++) {
      library.put("d" + i, "water");
    }
    settle();
    follower.close();
    deleteFiles();
    log.trim();

    follower = follower();
    settle();

    assertThat(follower.status().phase()).isEqualTo(Phase.FOLLOWING);
    assertThat(follower.status().documents()).isEqualTo(120);
  }

  @Test
  void aRestartResumesAtTheLastCommitAndReadsNoMoreThanItMust() throws IOException {
    library.put("a", "water");
    settle();
    follower.close();
    library.put("b", "water");
    library.reads.set(0);

    follower = follower();
    settle();

    assertThat(find("water")).containsExactlyInAnyOrder("a", "b");
    assertThat(library.reads.get()).isEqualTo(1);
  }

  @Test
  void anIndexOfManySegmentsIsMergedIntoOneAfterAQuietTime() throws IOException {
    settle();
    for (String id : List.of("a", "b", "c")) {
      List<String> _ = find("water"); // so that each is a segment at once
      library.put(manyPassages(id));
      settle();
    }
    assertThat(segments()).isEqualTo(3);

    now = now.plus(Follower.QUIET);
    settle();
    Await.until(
        "one segment",
        () -> {
          now = now.plus(Follower.QUIET);
          settle();
          return committedSegments() == 1;
        });

    assertThat(segments()).isEqualTo(1);
    assertThat(reopenedDocuments()).isEqualTo(6_000);
  }

  private static Library.Draft manyPassages(String id) {
    Library.Draft document = Library.document(id);
    for (int i = 0; i < 2_000; i++) {
      Library.Draft _ = document.passage("water " + i, 1, i);
    }
    return document;
  }

  private int segments() throws IOException {
    return follower.store().orElseThrow().search(index -> index.getIndexReader().leaves().size());
  }

  private int committedSegments() {
    try (var files = PassageShape.shape().opener().open(directory);
        var reader = org.apache.lucene.index.DirectoryReader.open(files)) {
      return reader.leaves().size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void changesThatWereNotCommittedAreAppliedAgainAfterACrash() throws IOException {
    settle();
    library.put("a", "water");
    settle();
    follower.store().orElseThrow().close(); // what a kill leaves: no last commit

    follower = follower();
    settle();

    assertThat(find("water")).containsExactly("a");
    assertThat(follower.status().documents()).isEqualTo(1);
  }

  @Test
  void anotherDatabaseMeansARebuildAndNothingOfTheOldIsShown() throws IOException {
    library.put("a", "water");
    settle();
    library.forget("a");
    library.put("b", "water");
    log.anotherDatabase();

    settle();

    assertThat(find("water")).containsExactly("b");
  }

  @Test
  void aTrimmedLogMeansARebuildAndTheOldIsShownMeanwhile() throws IOException {
    library.put("a", "water");
    settle();
    follower.close();
    library.forget("a");
    library.put("b", "water");
    library.put("c", "stone");
    log.trim();
    follower = follower();

    step();

    assertThat(last).isEqualTo(Pause.NONE);
    assertThat(follower.status().phase()).isEqualTo(Phase.REBUILDING);
    assertThat(find("water")).containsExactly("a");
    settle();
    assertThat(find("water")).containsExactly("b");
  }

  @Test
  void duringARebuildTheOldIsShownAlsoToTheFirstWhoSearches() throws IOException {
    library.put("a", "water");
    settle();
    library.forget("a");
    library.put("b", "stone");
    library.put("c", "stone");
    log.trim();

    step();

    assertThat(follower.status().phase()).isEqualTo(Phase.REBUILDING);
    assertThat(find("water")).containsExactly("a");
    settle();
    assertThat(find("water")).isEmpty();
  }

  @Test
  void aFlippedByteIsNoticedAndTheIndexBuiltAnew() throws IOException {
    library.put("a", "water");
    settle();
    follower.close();
    Path file = biggestFile();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 0x10;
    Files.write(file, bytes);

    follower = follower();
    settle();

    assertThat(find("water")).containsExactly("a");
  }

  @Test
  void aLostSegmentsFileIsNoticedAndTheIndexBuiltAnew() throws IOException {
    library.put("a", "water");
    settle();
    follower.close();
    Files.write(file("segments_"), new byte[] {1, 2, 3});

    follower = follower();
    settle();

    assertThat(find("water")).containsExactly("a");
  }

  @Test
  void aFullDiskStopsTheWritingButNoSearchAndWorkResumesWhenThereIsRoom() throws IOException {
    library.put("a", "water");
    now = now.plus(COMMIT_EVERY);
    settle();
    diskFull.set(true);
    library.put("b", "water");

    settle();

    assertThat(last.wakeable()).isFalse();
    assertThat(follower.status().phase()).isEqualTo(Phase.BACKING_OFF);
    assertThat(follower.status().ready()).isFalse();
    assertThat(find("water")).containsExactly("a");
    diskFull.set(false);
    settle();
    assertThat(find("water")).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void whileTheDatabaseIsAwayWhatIsIndexedIsStillFound() throws IOException {
    library.put("a", "water");
    settle();
    log.down(true);

    Pause pause = follower.step();
    Pause next = follower.step();

    assertThat(find("water")).containsExactly("a");
    assertThat(next.millis()).isGreaterThan(pause.millis());
    log.down(false);
    library.put("b", "water");
    settle();
    assertThat(find("water")).hasSize(2);
  }

  @Test
  void aRebuildThatIsInterruptedGoesOnWhereItWas() throws IOException {
    for (int i = 0; i < 70; i++) {
      library.put("d" + i, "water");
    }
    step();
    step();
    library.down(true);
    step();
    assertThat(follower.status().phase()).isEqualTo(Phase.BACKING_OFF);
    library.down(false);

    settle();

    assertThat(follower.status().documents()).isEqualTo(70);
    assertThat(library.reads.get()).isLessThan(80);
  }

  @Test
  void commitsHappenByTheClockAndNotByTheDocument() throws IOException {
    settle();
    library.put("a", "water");
    settle();
    assertThat(reopenedDocuments()).isZero();

    now = now.plus(COMMIT_EVERY);
    settle();

    assertThat(reopenedDocuments()).isEqualTo(1);
  }

  @Test
  void aDocumentIsAlwaysSeenWholeInOneOfItsVersions() throws Exception {
    library.put("a", "water v1", "water v1", "water v1");
    settle();
    var done = new AtomicBoolean();
    var begun = new CountDownLatch(1);
    try (var reader = Executors.newSingleThreadExecutor()) {
      Future<Boolean> whole =
          reader.submit(() -> {
            boolean allWhole = true;
            while (!done.get()) {
              List<Hit> hits = search("water");
              long versions = hits.stream().map(Hit::text).distinct().count();
              allWhole &= versions == 1 && hits.size() == 3;
              begun.countDown();
            }
            return allWhole;
          });

      try {
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        for (int version = 2; version < 60; version++) {
          String text = "water v" + version;
          library.put("a", text, text, text);
          step();
        }
      } finally {
        done.set(true);
      }

      assertThat(whole.get()).isTrue();
    }
  }

  @Test
  void closingTwiceOrBeforeTheFirstStepIsFine() {
    follower.close();
    follower.close();

    assertThat(follower.status().ready()).isFalse();
  }

  private Follower follower() {
    return new Follower(
        "passages",
        () -> IndexStore.open(PassageShape.shape().on(this::mayBeFull), directory),
        log,
        new PassageContent(library),
        COMMIT_EVERY,
        () -> now);
  }

  /** Steps until there is nothing more to do, or it fails. */
  private void settle() {
    step();
    while (last.equals(Pause.NONE)) {
      step();
    }
  }

  private void step() {
    last = follower.step();
  }

  private List<String> find(String word) throws IOException {
    return search(word).stream().map(Hit::documentId).distinct().toList();
  }

  private List<Hit> search(String word) throws IOException {
    var asked = new SearchPassages(Scope.DEFAULT, word, List.of(), Mode.KEYWORD, 50, Filters.NONE);
    return follower
        .store()
        .orElseThrow()
        .search(index ->
            new PassageSearcher(Library.SEARCH).search(index, asked, Optional.empty()).hits());
  }

  private long reopenedDocuments() throws IOException {
    try (var files = PassageShape.shape().opener().open(directory);
        var reader = org.apache.lucene.index.DirectoryReader.open(files)) {
      return reader.numDocs();
    }
  }

  private Directory mayBeFull(Path path) throws IOException {
    return new FilterDirectory(IndexShape.FILES.open(path)) {
      @Override
      public IndexOutput createOutput(String name, IOContext context) throws IOException {
        if (diskFull.get()) {
          throw new IOException("No space left on device");
        }
        return super.createOutput(name, context);
      }
    };
  }

  private Path biggestFile() throws IOException {
    try (var files = Files.list(directory)) {
      return files.max(java.util.Comparator.comparingLong(f -> f.toFile().length())).orElseThrow();
    }
  }

  private Path file(String prefix) throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .filter(f -> f.getFileName().toString().startsWith(prefix))
          .findFirst()
          .orElseThrow();
    }
  }

  private void deleteFiles() throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }
}
