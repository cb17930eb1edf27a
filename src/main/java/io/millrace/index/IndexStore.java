package io.millrace.index;

import io.millrace.changelog.ChangeLog.Position;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open Lucene index: its only writer, its searchers, and the place in the change log that its
 * last commit stands for. One thread at a time may write; any may search.
 */
final class IndexStore implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(IndexStore.class);
  private static final double WRITE_BUFFER_MB = 48;

  /** Below this much free disk nothing is written, so that a commit and a merge still fit. */
  private static final long FREE_BYTES_MIN = 64L << 20;

  /** Segments of fewer documents cost a search next to nothing. */
  private static final int LARGE_SEGMENT_DOCUMENTS = 2_000;

  private static final int LARGE_SEGMENTS_MAX = 2;

  /** A larger index is left to the usual merges: rewriting it would take too long. */
  private static final long TIDIED_BYTES_MAX = 2L << 30;

  /** A file of this name beside those of the index asks for a rebuild. */
  static final String REBUILD = "rebuild";

  private static final String EPOCH = "millrace.epoch";
  private static final String N = "millrace.n";
  private static final String SCHEMA = "millrace.schema";

  private final IndexShape shape;
  private final Path path;
  private final Path rebuildFile;
  private final Directory directory;
  private final IndexWriter writer;
  private final Readers readers;
  private final Optional<Position> position;
  private boolean dirty;
  private volatile long committed;

  private IndexStore(IndexShape shape, Path path, Directory directory, IndexWriter writer)
      throws IOException {
    this.shape = shape;
    this.path = path;
    this.rebuildFile = path.resolve(REBUILD);
    this.directory = directory;
    this.writer = writer;
    this.position = storedPosition(shape, writer);
    this.readers = new Readers(writer);
  }

  /**
   * Opens the index at {@code path}, or an empty one when there is none, or when what is there was
   * damaged: the index is derived, so damage costs a rebuild and nothing else.
   */
  static IndexStore open(IndexShape shape, Path path) throws IOException {
    Files.createDirectories(path);
    Directory directory = shape.opener().open(path);
    try {
      if (!isSound(directory)) {
        DamagedIndex.setAside(directory, path);
      }
      return opened(shape, path, directory);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private static IndexStore opened(IndexShape shape, Path path, Directory directory)
      throws IOException {
    var writer = new IndexWriter(directory, config(shape));
    try {
      return new IndexStore(shape, path, directory, writer);
    } catch (IOException | RuntimeException e) {
      writer.rollback();
      throw e;
    }
  }

  private static IndexWriterConfig config(IndexShape shape) {
    var merges = new QuietMerges();
    merges.setMaxMergesAndThreads(4, 1);
    IndexWriterConfig config =
        new IndexWriterConfig(shape.analyzer())
            .setCodec(shape.codec())
            .setMergeScheduler(merges)
            .setRAMBufferSizeMB(WRITE_BUFFER_MB)
            .setMaxFullFlushMergeWaitMillis(0)
            .setCommitOnClose(false);
    shape.sort().ifPresent(config::setIndexSort);
    return config;
  }

  /** Whether each file's checksum holds (level 1: milliseconds); true when there is no index. */
  private static boolean isSound(Directory directory) throws IOException {
    try {
      if (!DirectoryReader.indexExists(directory)) {
        return true;
      }
      try (var check = new CheckIndex(directory)) {
        check.setLevel(CheckIndex.Level.MIN_LEVEL_FOR_CHECKSUM_CHECKS);
        check.setThreadCount(1);
        return check.checkIndex().clean;
      }
    } catch (CorruptIndexException
        | IndexFormatTooOldException
        | IndexFormatTooNewException
        | EOFException
        | FileNotFoundException
        | NoSuchFileException damage) {
      LOG.warn("The index cannot be read: {}", damage.getMessage());
      return false;
    }
  }

  private static Optional<Position> storedPosition(IndexShape shape, IndexWriter writer) {
    var stored = new HashMap<String, String>();
    Iterable<Map.Entry<String, String>> data = writer.getLiveCommitData();
    if (data != null) {
      data.forEach(entry -> stored.put(entry.getKey(), entry.getValue()));
    }
    return storedPosition(shape, stored);
  }

  /** The place in the change log that a commit with the user data {@code stored} stands for. */
  static Optional<Position> storedPosition(IndexShape shape, Map<String, String> stored) {
    String epoch = stored.get(EPOCH);
    String n = stored.get(N);
    return epoch != null && n != null && shape.schema().equals(stored.get(SCHEMA))
        ? Optional.of(new Position(epoch, Long.parseLong(n)))
        : Optional.empty();
  }

  /** What the index stood for when it was opened; empty when it must be built anew. */
  Optional<Position> position() {
    return position;
  }

  /** Refuses to go on when the disk is nearly full: a full one breaks the writer. */
  void requireSpace() throws IOException {
    long freeBytes = Files.getFileStore(path).getUsableSpace();
    if (freeBytes < FREE_BYTES_MIN) {
      throw new Sources.NotNow("only " + freeBytes + " bytes are free on the disk of the index");
    }
  }

  /** As {@link Readers#together}. */
  <T> T together(Readers.Step<T> step) throws IOException {
    return readers.together(step);
  }

  /** Replaces all documents that {@code key} names: both or neither of old and new are seen. */
  void replace(Term key, List<Document> documents) throws IOException {
    dirty = true;
    if (documents.isEmpty()) {
      writer.deleteDocuments(key);
    } else if (documents.size() == 1) {
      writer.updateDocument(key, documents.getFirst());
    } else {
      writer.updateDocuments(key, documents);
    }
  }

  /** Drops everything; searchers go on seeing the old documents until {@link #refresh()}. */
  void clear() throws IOException {
    dirty = true;
    readers.apart(() -> writer.deleteAll());
  }

  /** As {@link Readers#fellShort}. */
  boolean fellShort() {
    return readers.fellShort();
  }

  /** As {@link Readers#publish}. */
  void refresh() throws IOException {
    readers.publish();
  }

  /**
   * Lets an index of many segments with vectors be merged into one, for when nothing else is
   * written: a search for vectors takes about as long in each large segment, however many documents
   * it has. Returns at once; what was merged since the last call can be searched and committed
   * afterwards.
   */
  void tidy() throws IOException {
    readers.openMerged();
    dirty |= writer.hasUncommittedChanges();
    boolean worthIt = readers.peek(this::isWorthMerging);
    if (worthIt) {
      writer.forceMerge(1, /* doWait= */ false);
    }
  }

  private boolean isWorthMerging(IndexSearcher searcher) throws IOException {
    long large = 0;
    long bytes = 0;
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      boolean vectors = leaf.reader().getFieldInfos().hasVectorValues();
      large += vectors && leaf.reader().maxDoc() >= LARGE_SEGMENT_DOCUMENTS ? 1 : 0;
      bytes += ((SegmentReader) leaf.reader()).getSegmentInfo().sizeInBytes();
    }
    long freeBytes = Files.getFileStore(path).getUsableSpace() - FREE_BYTES_MIN;
    return large > LARGE_SEGMENTS_MAX && bytes <= TIDIED_BYTES_MAX && 2 * bytes <= freeBytes;
  }

  /** Whether anything was written since the last commit. */
  boolean dirty() {
    return dirty;
  }

  /** Makes all that was written durable, as standing for {@code reached}. */
  void commit(Position reached) throws IOException {
    long included = readers.published();
    writer.setLiveCommitData(
        Map.of(
                EPOCH, reached.epoch(),
                N, Long.toString(reached.n()),
                SCHEMA, shape.schema())
            .entrySet());
    writer.commit();
    committed = included;
    dirty = false;
  }

  /** How many documents are in the index, those not yet visible included. */
  long documents() {
    try {
      return writer.getDocStats().numDocs;
    } catch (AlreadyClosedException e) {
      return searchable();
    }
  }

  private long searchable() {
    try {
      return readers.peek(searcher -> (long) searcher.getIndexReader().numDocs());
    } catch (IOException | AlreadyClosedException e) {
      return 0;
    }
  }

  /** Whether somebody asked, through {@link IndexUpkeep}, that it be built anew. */
  boolean isRebuildAsked() {
    return Files.exists(rebuildFile);
  }

  /** It was built anew. */
  void rebuilt() throws IOException {
    boolean _ = Files.deleteIfExists(rebuildFile);
  }

  /** Whether the writer still works: after a failed write it does not. */
  boolean usable() {
    return writer.isOpen() && writer.getTragicException() == null;
  }

  /** As {@link Readers#label}. */
  Optional<String> label(Term key, String field) throws IOException {
    return readers.peek(searcher -> Readers.label(searcher, key, field));
  }

  /** Runs {@code search} on what is visible now. */
  <T> T search(Readers.Search<T> search) throws IOException {
    return readers.search(search);
  }

  /**
   * Gives up writing, after a failure: what was not committed is to be applied again. What was
   * visible or committed, whichever is newer, can still be searched until {@link #close()}.
   */
  void stopWriting() throws IOException {
    writer.rollback();
    readers.fallBack(directory, committed);
  }

  /** Closes without a commit: what was not committed is gone. Safe after a failure, and twice. */
  @Override
  public void close() throws IOException {
    try (directory;
        var _ = readers) {
      writer.rollback();
    }
  }

  /**
   * Reports a failed merge to the log; the writer is closed by it and noticed at the next write.
   */
  private static final class QuietMerges extends ConcurrentMergeScheduler {
    @Override
    protected void handleMergeException(Throwable failure) {
      LOG.warn("A merge failed: {}", failure.toString());
    }
  }
}
