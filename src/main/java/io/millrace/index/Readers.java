package io.millrace.index;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What searches see of an index that is being written: steps as a whole, each as soon as it was
 * published. While nobody searches, opening what is new is put off until somebody does. One thread
 * at a time may write; any may search.
 */
final class Readers implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Readers.class);

  /**
   * While nobody searched for so long, what is published is not opened: each such opening makes a
   * small segment, which is merged again and again.
   */
  private static final long SEARCHED_LATELY_NANOS = Duration.ofSeconds(30).toNanos();

  /** But so often it is, lest much is unseen when a step fails halfway. */
  private static final long OPENED_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

  /** How long searches wait for a step of which they must not see half. */
  private static final Duration STEP_MAX = Duration.ofSeconds(1);

  private final IndexWriter writer;
  private final LongSupplier nanoTime;
  private final AtomicLong published = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition stepEnded = lock.newCondition();

  private volatile SearcherManager searchers;
  private volatile long opened;
  private volatile long postponed;
  private volatile long openedNanos;
  private volatile long searchedNanos;

  /** Guarded by the lock: whether a step writes now, and whether the last one came to its end. */
  private boolean stepping;

  private boolean whole = true;

  /** Guarded by the lock: whether a search has waited for the present step long enough. */
  private boolean waitedFor;

  /** Whether a search has seen less than was published. */
  private volatile boolean fellShort;

  /** Shows what the last commit of {@code writer} holds. */
  Readers(IndexWriter writer) throws IOException {
    this(writer, System::nanoTime);
  }

  Readers(IndexWriter writer, LongSupplier nanoTime) throws IOException {
    this.writer = writer;
    this.nanoTime = nanoTime;
    this.openedNanos = nanoTime.getAsLong();
    this.searchedNanos = nanoTime.getAsLong() - SEARCHED_LATELY_NANOS;
    this.searchers = new SearcherManager(writer, null);
  }

  /**
   * Lets {@code step} write; searches see all of it or nothing. What a step that failed has left is
   * seen only with the next one, which is to write it again.
   */
  <T> T together(Step<T> step) throws IOException {
    lock.lock();
    try {
      if (whole && opened < postponed && nanoTime.getAsLong() - openedNanos >= OPENED_EVERY_NANOS) {
        openPublished();
      }
      stepping = true;
    } finally {
      lock.unlock();
    }
    boolean done = false;
    try {
      T written = step.write();
      done = true;
      return written;
    } finally {
      lock.lock();
      try {
        stepping = false;
        waitedFor = false;
        whole = done;
        stepEnded.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Lets searches that begin afterwards see all that was written; those that begin meanwhile do not
   * wait for it.
   */
  void publish() throws IOException {
    long now = published.incrementAndGet();
    if (nanoTime.getAsLong() - searchedNanos < SEARCHED_LATELY_NANOS) {
      openPublished();
    } else {
      postponed = now;
    }
  }

  /** How often something was published. */
  long published() {
    return published.get();
  }

  /** Opens all that was written, if something was published since. */
  void openPublished() throws IOException {
    long now = published.get();
    if (opened < now && writer.isOpen()) {
      searchers.maybeRefreshBlocking();
      opened = now;
      openedNanos = nanoTime.getAsLong();
    }
  }

  /** Opens what merges have made of what is seen already; not while something is being written. */
  void openMerged() throws IOException {
    searchers.maybeRefreshBlocking();
  }

  /**
   * Lets {@code dropping} write what no search is to see before the next {@link #publish}, not even
   * with what was published before.
   */
  void apart(Dropping dropping) throws IOException {
    lock.lock();
    try {
      if (whole) {
        openPublished();
      }
      postponed = 0;
      dropping.run();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a search has seen less than was published since this was asked the last time. */
  boolean fellShort() {
    boolean did = fellShort;
    fellShort = false;
    return did;
  }

  /** For a search that would see less than was published. */
  private void openPostponed() throws IOException {
    lock.lock();
    try {
      long nanos = STEP_MAX.toNanos();
      while (stepping && opened < postponed && !waitedFor && nanos > 0) {
        nanos = stepEnded.awaitNanos(nanos);
      }
      if (!stepping && whole) {
        openPublished();
      } else if (opened < postponed) {
        waitedFor = stepping;
        fellShort = true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Runs {@code search} on what is visible now. */
  <T> T search(Search<T> search) throws IOException {
    searchedNanos = nanoTime.getAsLong();
    try {
      if (opened < postponed) {
        openPostponed();
      }
    } catch (IOException | AlreadyClosedException e) {
      // The writer has failed, which its next step notices: what was opened before still answers.
      LOG.debug("Nothing newer can be opened", e);
    }
    return peek(search);
  }

  /** As {@link #search}, but is none: it opens nothing and does not count as one. */
  <T> T peek(Search<T> search) throws IOException {
    SearcherManager now = searchers;
    IndexSearcher searcher = now.acquire();
    try {
      return search.in(searcher);
    } finally {
      now.release(searcher);
    }
  }

  /**
   * The value of a field with doc values, of the first document that {@code key} names; empty when
   * there is none.
   */
  static Optional<String> label(IndexSearcher searcher, Term key, String field) throws IOException {
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      PostingsEnum named = leaf.reader().postings(key, PostingsEnum.NONE);
      Bits live = leaf.reader().getLiveDocs();
      while (named != null && named.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
        SortedDocValues labels = DocValues.getSorted(leaf.reader(), field);
        if ((live == null || live.get(named.docID())) && labels.advanceExact(named.docID())) {
          return Optional.of(labels.lookupOrd(labels.ordValue()).utf8ToString());
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The writer is given up: shows what {@code directory} holds, where that is newer than what is
   * seen.
   *
   * @param committed how often something had been published when that was committed
   */
  void fallBack(Directory directory, long committed) throws IOException {
    if (opened < committed) {
      SearcherManager before = searchers;
      searchers = new SearcherManager(directory, null);
      opened = committed;
      before.close();
    }
  }

  @Override
  public void close() throws IOException {
    searchers.close();
  }

  /** Writes some documents. */
  interface Step<T> {
    /** What came of it. */
    T write() throws IOException;
  }

  /** Takes documents away. */
  interface Dropping {
    /** Does so. */
    void run() throws IOException;
  }

  /** One search over a searcher that is released afterwards. */
  interface Search<T> {
    /** The answer. */
    T in(IndexSearcher searcher) throws IOException;
  }
}
