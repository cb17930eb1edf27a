package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What searches see of what is written, and when. */
class IndexStoreTest {
  @TempDir private Path directory;

  private final SlowFiles files = new SlowFiles();
  private IndexStore store;

  /** Files that cannot be made for a while. */
  private static final class SlowFiles extends FilterDirectory {
    private final CountDownLatch waiting = new CountDownLatch(1);
    private volatile CountDownLatch gate = new CountDownLatch(0);

    SlowFiles() {
      super(new ByteBuffersDirectory());
    }

    @Override
    public IndexOutput createOutput(String name, IOContext context) throws IOException {
      if (gate.getCount() > 0) {
        waiting.countDown();
      }
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      return super.createOutput(name, context);
    }
  }

  @BeforeEach
  void open() throws IOException {
    var shape =
        new IndexShape(
            "test", new KeywordAnalyzer(), Codec.getDefault(), Optional.empty(), _ -> files);
    store = IndexStore.open(shape, directory);
  }

  @AfterEach
  void close() throws IOException {
    files.gate.countDown();
    store.close();
  }

  @Test
  void whatWasWrittenWhileNobodySearchedIsSeenByTheNextSearch() throws IOException {
    write("a");

    store.refresh();

    assertThat(seen()).isOne();
  }

  @Test
  void aSearchDoesNotWaitForWhatIsBeingOpened() throws Exception {
    assertThat(seen()).as("somebody searches").isZero();
    write("a");
    files.gate = new CountDownLatch(1);
    var refreshed = CompletableFuture.runAsync(this::refresh);
    files.waiting.await();

    assertThat(seen()).isZero();

    files.gate.countDown();
    refreshed.join();
    assertThat(seen()).isOne();
  }

  @Test
  void aLabelIsThatOfWhatSearchesSee() throws IOException {
    assertThat(label("a")).isEmpty();
    write("a", "old");
    write("c", "beside it");
    assertThat(label("a")).isEmpty();
    store.refresh();
    assertThat(seen()).isEqualTo(2);
    assertThat(label("a")).contains("old");

    write("a", "new");
    assertThat(label("a")).contains("old");
    store.refresh();
    assertThat(label("a")).contains("new");
    assertThat(label("b")).isEmpty();
  }

  private Optional<String> label(String id) throws IOException {
    return store.label(new Term("id", id), "label");
  }

  private void write(String id) throws IOException {
    write(id, "");
  }

  private void write(String id, String label) throws IOException {
    var document = new Document();
    document.add(new StringField("id", id, Field.Store.YES));
    document.add(new SortedDocValuesField("label", new BytesRef(label)));
    store.replace(new Term("id", id), List.of(document));
  }

  private void refresh() {
    try {
      store.refresh();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int seen() throws IOException {
    return store.search(searcher -> searcher.count(MatchAllDocsQuery.INSTANCE));
  }
}
