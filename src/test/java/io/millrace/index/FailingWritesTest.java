package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.access.Scope;
import io.millrace.index.SearchPassages.Filters;
import io.millrace.index.SearchPassages.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexOutput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same work again and again, with the disk failing at one write after the other; of these every
 * few are tried, from a random one on, and all of them with {@code -Dmillrace.stride=1}.
 */
class FailingWritesTest {
  private static final Duration COMMIT_EVERY = Duration.ofSeconds(1);
  private static final int STEPS_MAX = 40;
  private static final int STRIDE = Integer.getInteger("millrace.stride", 61);

  @TempDir private Path directory;

  @Test
  void aDiskThatIsFullFromAnyWriteOnCostsNothingButTime() throws IOException {
    long writes = new Run(directory.resolve("whole"), Long.MAX_VALUE, Long.MAX_VALUE).work();

    assertThat(writes).isGreaterThan(100);
    for (long full = first(); full <= writes; full += STRIDE) {
      new Run(directory.resolve("full-" + full), full, Long.MAX_VALUE).works();
    }
  }

  @Test
  void oneWriteThatFailsCostsNothingButTime() throws IOException {
    long writes = new Run(directory.resolve("whole"), Long.MAX_VALUE, Long.MAX_VALUE).work();

    for (long failing = first(); failing <= writes; failing += STRIDE) {
      new Run(directory.resolve("once-" + failing), failing, failing + 1).works();
    }
  }

  private static long first() {
    return 1L + new Random().nextInt(STRIDE);
  }

  /** One index from nothing, over changes, a rebuild and a restart; writes from..to fail. */
  private static final class Run {
    private final Path directory;
    private final long from;
    private long to;
    private final MemoryChangeLog log = new MemoryChangeLog();
    private final Library library = new Library(log);
    private final Directory files = new ByteBuffersDirectory();
    private long writes;
    private Instant now = Instant.EPOCH;
    private Follower follower;

    /** What a search found once, it finds ever after, but for what was changed since. */
    private boolean found;

    Run(Path directory, long from, long to) {
      this.directory = directory;
      this.from = from;
      this.to = to;
      this.follower = follower();
    }

    /**
     * Answers how many writes there were; fails, naming the first bad one, when anything is lost.
     */
    long work() throws IOException {
      library.put("stays", "water");
      settle();
      for (int i = 0; i < 3; i++) {
        library.put("d" + i, "water one", "water two");
        settle();
      }
      library.remove("d1");
      library.put("d2", "water three");
      settle();
      log.trim();
      library.put("late", "water");
      settle();
      restart();
      library.put("d1", "water four");
      settle();

      to = 0; // There is room again.
      settle();

      assertThat(found()).as("%s", this).isEqualTo(Set.of("stays", "d0", "d1", "d2", "late"));
      assertThat(follower.status().ready()).isTrue();
      assertThat(follower.complete()).isTrue();
      restart();
      settle();
      assertThat(found()).as("%s", this).hasSize(5);
      follower.close();
      return writes;
    }

    void works() throws IOException {
      assertThat(work()).isPositive();
    }

    private void restart() {
      follower.close();
      follower = follower();
      found = false;
    }

    /** Steps until nothing is left to do, or it only fails any more. */
    private void settle() throws IOException {
      int failures = 0;
      for (int i = 0; i < STEPS_MAX && failures < 3; i++) {
        now = now.plus(COMMIT_EVERY);
        Pause pause = follower.step();
        look();
        if (pause.equals(Pause.UNTIL_NEWS)) {
          if (i > 0) {
            return;
          }
        } else if (!pause.wakeable()) {
          failures++;
          assertThat(follower.status().trouble()).as("%s", this).isPresent();
          assertThat(follower.status().ready()).isFalse();
        }
      }
    }

    private void look() throws IOException {
      if (follower.store().isPresent()) {
        boolean now = found().contains("stays");
        assertThat(now || !found || !follower.complete()).as("%s", this).isTrue();
        found |= now;
      } else {
        assertThat(found).as("%s", this).isFalse();
      }
    }

    private Set<String> found() throws IOException {
      var asked =
          new SearchPassages(
              Scope.DEFAULT, "water", java.util.List.of(), Mode.KEYWORD, 50, Filters.NONE);
      return follower
          .store()
          .orElseThrow()
          .search(index ->
              new PassageSearcher(Library.SEARCH).search(index, asked, Optional.empty()).hits())
          .stream()
          .map(SearchPassages.Hit::documentId)
          .collect(Collectors.toSet());
    }

    private Follower follower() {
      return new Follower(
          "passages",
          () -> IndexStore.open(PassageShape.shape().on(this::failing), directory),
          log,
          new PassageContent(library),
          COMMIT_EVERY,
          () -> now);
    }

    private synchronized void write() throws IOException {
      writes++;
      if (writes >= from && writes < to) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public String toString() {
      return "failing from write " + from;
    }

    private Directory failing(Path path) {
      return new FilterDirectory(files) {
        @Override
        public void close() {
          // The files outlive the store, as those on a disk do.
        }

        @Override
        public IndexOutput createOutput(String name, IOContext context) throws IOException {
          write();
          return new FailingOutput(super.createOutput(name, context));
        }

        @Override
        public IndexOutput createTempOutput(String prefix, String suffix, IOContext context)
            throws IOException {
          write();
          return new FailingOutput(super.createTempOutput(prefix, suffix, context));
        }

        @Override
        public void sync(Collection<String> names) throws IOException {
          write();
          super.sync(names);
        }

        @Override
        public void rename(String source, String target) throws IOException {
          write();
          super.rename(source, target);
        }

        @Override
        public void syncMetaData() throws IOException {
          write();
          super.syncMetaData();
        }
      };
    }

    private final class FailingOutput extends FilterIndexOutput {
      FailingOutput(IndexOutput out) {
        super("failing " + out, out.getName(), out);
      }

      @Override
      public void writeBytes(byte[] bytes, int offset, int length) throws IOException {
        write();
        super.writeBytes(bytes, offset, length);
      }

      @Override
      public void close() throws IOException {
        try {
          write();
        } finally {
          super.close();
        }
      }
    }
  }
}
