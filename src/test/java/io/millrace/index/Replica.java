package io.millrace.index;

import io.millrace.archive.PostgresArchive;
import io.millrace.changelog.ChangeLog;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.document.Documents.Indexable;
import io.millrace.document.Library;
import io.millrace.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An index of passages that follows a real database as {@link IndexVerticle} lets it, in a
 * directory of its own, through stops and kills; it remembers what it was told of the change log.
 */
final class Replica {
  private static final Duration STOP_WITHIN = Duration.ofSeconds(20);

  private final Vertx vertx;
  private final Library library;
  private final PostgresChangeLog changes;
  private final Path directory;
  private final List<Life> lives = new ArrayList<>();
  private final AtomicInteger walks = new AtomicInteger();
  private @Nullable Life life;

  Replica(Vertx vertx, Library library, Path directory) {
    this.vertx = vertx;
    this.library = library;
    this.changes = new PostgresChangeLog(library.database);
    this.directory = directory;
  }

  /** From a start to the next stop. */
  private final class Life {
    private final Told told = new Told(changes);
    private final Follower follower =
        new Follower(
            IndexDirectories.NAME,
            () ->
                IndexStore.open(
                    PassageShape.shape(),
                    directory.resolve(IndexDirectories.name(library.live.id()))),
            told,
            new PassageContent(
                counted(PassageContent.Source.of(library.documents, library.live.id()))),
            Duration.ofMillis(20),
            InstantSource.system());
    private volatile boolean killed;
    private final Pump pump =
        new Pump(vertx, "replica-" + directory.getFileName(), follower::step, this::close);
    private final ChangeLog.Watch watch = changes.watch(pump::wake);

    /** A kill leaves what was committed, and nothing else. */
    private void close() {
      if (killed) {
        follower
            .store()
            .ifPresent(store -> {
              try {
                store.close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
      } else {
        told.endedAt(follower.status().seen());
        follower.close();
      }
    }
  }

  private PassageContent.Source counted(PassageContent.Source source) {
    return new PassageContent.Source() {
      @Override
      public Future<Optional<Indexable>> indexable(String documentId) {
        return source.indexable(documentId);
      }

      @Override
      public Future<List<String>> searchableIds(Optional<String> after, int limit) {
        if (after.isEmpty()) {
          walks.incrementAndGet();
        }
        return source.searchableIds(after, limit);
      }
    };
  }

  synchronized void start() {
    life = new Life();
    lives.add(life);
    Future<Void> _ = life.pump.start();
  }

  /** Stops in order, with a last commit, or without one as a kill does. */
  synchronized void stop(boolean killed) {
    Life ending = life;
    if (ending != null) {
      ending.killed = killed;
      ending.watch.close();
      Void _ = ending.pump.stop(STOP_WITHIN).await();
      life = null;
    }
  }

  /** Waits until it shows all that was committed by now. */
  void awaitCaughtUp() throws Exception {
    long head = Library.await(changes.head()).n();
    Await.until(
        directory.getFileName() + " to reach change " + head,
        Duration.ofSeconds(60),
        () -> {
          Life now = life;
          return now != null
              && now.follower.status().ready()
              && now.follower.status().seen() >= head;
        });
  }

  /** What an operator's check of its files finds; it must be stopped or have committed. */
  IndexReport check() throws IOException {
    var truth =
        new IndexUpkeep.Truth(
            changes, library.documents, library.generations, new PostgresArchive(library.database));
    return new IndexUpkeep(directory).check(truth).getFirst();
  }

  /** How many lives it has had, and passes of the log in them. */
  int passes() {
    return lives.stream().mapToInt(each -> each.told.passes()).sum();
  }

  /** How often it was built from nothing, or anew. */
  int rebuilds() {
    return walks.get();
  }

  /** What it passed without having been told, of all that is in the log. */
  List<String> passedUnseen(List<ChangeLog.Change> log) {
    return lives.stream().flatMap(each -> each.told.passedUnseen(log).stream()).toList();
  }
}
