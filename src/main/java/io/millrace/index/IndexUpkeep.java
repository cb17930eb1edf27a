package io.millrace.index;

import io.millrace.archive.ArchivedTasks;
import io.millrace.changelog.ChangeLog;
import io.millrace.changelog.ChangeLog.Change;
import io.millrace.changelog.ChangeLog.Position;
import io.millrace.document.Documents;
import io.millrace.document.Generation;
import io.millrace.document.Generations;
import io.millrace.index.IndexComparison.Found;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * What an operator does with the index files of a process, while it runs or not: nothing here
 * writes to a live index or needs its lock.
 */
public final class IndexUpkeep {
  private static final int CHANGES_PER_PORTION = 5_000;

  private final Path directory;

  /** Looks after the files in {@code directory}, where {@link IndexVerticle} keeps them. */
  public IndexUpkeep(Path directory) {
    this.directory = directory;
  }

  /** One index; with a generation one of passages, else that of tasks. */
  private record Index(String name, IndexShape shape, Optional<Long> generation) {
    static Index passages(long generation) {
      return new Index(
          IndexDirectories.name(generation), PassageShape.shape(), Optional.of(generation));
    }

    static Index tasks() {
      return new Index(IndexVerticle.TASKS, TaskShape.shape(), Optional.empty());
    }
  }

  /** What an index should be like: the log it follows and what it is made of. */
  public record Truth(
      ChangeLog changes, Documents documents, Generations generations, ArchivedTasks archived) {}

  /** The generations of which there is a directory. */
  private Set<Long> present() throws IOException {
    if (!Files.isDirectory(directory)) {
      return Set.of();
    }
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(IndexDirectories::generation)
          .flatMap(Optional::stream)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static List<Index> indexes(Set<Long> generations) {
    return Stream.concat(generations.stream().map(Index::passages), Stream.of(Index.tasks()))
        .toList();
  }

  /**
   * Copies the last commit of each index into {@code into}, which must be empty or missing, and
   * reads every file of the copies; blocks.
   */
  public List<IndexReport> snapshot(Path into) throws IOException {
    return indexes(present()).stream().map(index -> snapshot(index, into)).toList();
  }

  private IndexReport snapshot(Index index, Path into) {
    Path copy = into.resolve(index.name());
    var report = new IndexReport(index.name(), copy, true, List.of());
    try {
      IndexFiles.copy(directory.resolve(index.name()), copy);
      return sound(report, copy, CheckIndex.Level.MIN_LEVEL_FOR_CHECKSUM_CHECKS)
          .and(true, "position: %s".formatted(words(position(index, copy))));
    } catch (IOException e) {
      return unread(report, e);
    }
  }

  /** Lets the process that follows these files, or the next that does, build them anew. */
  public void askForRebuild() throws IOException {
    for (Index index : indexes(present())) {
      Path path = directory.resolve(index.name());
      if (Files.isDirectory(path) && !Files.exists(path.resolve(IndexStore.REBUILD))) {
        Path _ = Files.createFile(path.resolve(IndexStore.REBUILD));
      }
    }
  }

  /** Reads all that was committed to each index and holds it against the database; blocks. */
  public List<IndexReport> check(Truth truth) throws IOException {
    Set<Long> kept =
        Sources.await(truth.generations().all()).stream()
            .filter(each -> each.state() != Generation.State.DROPPING)
            .map(Generation::id)
            .collect(Collectors.toCollection(TreeSet::new));
    return indexes(kept).stream().map(index -> check(index, truth)).toList();
  }

  private IndexReport check(Index index, Truth truth) {
    Path source = directory.resolve(index.name());
    Path copy = directory.resolve("check-" + ProcessHandle.current().pid());
    var report = new IndexReport(index.name(), source, true, List.of());
    try {
      IndexFiles.copy(source, copy);
      try {
        report = sound(report, copy, CheckIndex.Level.MIN_LEVEL_FOR_INTEGRITY_CHECKS);
        return report.good() ? compared(index, report, copy, truth) : report;
      } finally {
        IndexFiles.remove(copy);
      }
    } catch (IOException | RuntimeException e) {
      return unread(report, e);
    }
  }

  private static IndexReport unread(IndexReport report, Exception e) {
    return e instanceof IndexNotFoundException
        ? report.and(
            true, "there is none yet; it is built when a process with the role index starts")
        : report.and(false, "it cannot be read: %s".formatted(e));
  }

  private static IndexReport sound(IndexReport report, Path copy, int level) throws IOException {
    var said = new ByteArrayOutputStream();
    try (Directory files = FSDirectory.open(copy);
        var check = new CheckIndex(files);
        var out = new PrintStream(said, false, StandardCharsets.UTF_8)) {
      check.setLevel(level);
      check.setThreadCount(1);
      check.setInfoStream(out, false);
      CheckIndex.Status status = check.checkIndex();
      return status.clean
          ? report.and(
              true,
              "files: sound, %,d bytes in %,d segments"
                  .formatted(IndexFiles.bytes(copy), status.numSegments))
          : report.and(
              false,
              "files: damaged; the next start of its process builds it anew.%n%s"
                  .formatted(
                      said.toString(StandardCharsets.UTF_8).strip().indent(4).stripTrailing()));
    }
  }

  private static IndexReport compared(Index index, IndexReport report, Path copy, Truth truth)
      throws IOException {
    Optional<Position> stored = position(index, copy);
    Position head = Sources.await(truth.changes().head());
    if (stored.filter(at -> at.epoch().equals(head.epoch()) && at.n() <= head.n()).isEmpty()) {
      return report.and(
          true,
          "position: %s, but the database is at change %d; its process builds it anew"
              .formatted(words(stored), head.n()));
    }
    long at = stored.get().n();
    if (Sources.await(truth.changes().oldest()) > at + 1) {
      return report.and(
          true,
          "position: %s, before what the change log keeps; it is built anew"
              .formatted(words(stored)));
    }
    Found found;
    try (Directory files = FSDirectory.open(copy);
        var reader = DirectoryReader.open(files)) {
      report = report.and(true, "entries: %,d".formatted(reader.numDocs()));
      var comparison = new IndexComparison(reader);
      found =
          index.generation().isPresent()
              ? comparison.passages(
                  PassageContent.Source.of(truth.documents(), index.generation().get()))
              : comparison.tasks(truth.archived());
    }
    // What was changed after the commit may well differ; all of that is in the log by now.
    Set<String> later = changedAfter(truth.changes(), at);
    Found wrong = found.without(later);
    String what = index.generation().isPresent() ? "documents" : "archived tasks";
    return report
        .and(
            true, "position: %s, %,d entities changed since".formatted(words(stored), later.size()))
        .and(wrong.isEqual(), "%s: %,d in the database".formatted(what, found.expected()))
        .and("missing in the index", wrong.missing())
        .and("not in the database", wrong.extra())
        .and("different", wrong.different());
  }

  private static Set<String> changedAfter(ChangeLog log, long n) throws IOException {
    var ids = new HashSet<String>();
    List<Change> changes = Sources.await(log.after(n, CHANGES_PER_PORTION));
    while (!changes.isEmpty()) {
      changes.forEach(change -> ids.add(change.entityId()));
      changes = Sources.await(log.after(changes.getLast().n(), CHANGES_PER_PORTION));
    }
    return ids;
  }

  private static Optional<Position> position(Index index, Path copy) throws IOException {
    try (Directory files = FSDirectory.open(copy);
        var reader = DirectoryReader.open(files)) {
      return IndexStore.storedPosition(index.shape(), reader.getIndexCommit().getUserData());
    }
  }

  private static String words(Optional<Position> position) {
    return position.map(at -> "change " + at.n()).orElse("none, or that of another version");
  }
}
