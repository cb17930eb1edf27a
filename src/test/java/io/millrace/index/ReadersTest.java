package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ReadersTest {
  private IndexWriter writer;
  private Readers readers;
  private Duration now = Duration.ofHours(1);

  @BeforeEach
  void open() throws IOException {
    writer =
        new IndexWriter(new ByteBuffersDirectory(), new IndexWriterConfig(new KeywordAnalyzer()));
    readers = new Readers(writer, () -> now.toNanos());
  }

  @AfterEach
  void close() throws IOException {
    readers.close();
    writer.close();
  }

  @Test
  void aSearchWaitsForAStepOfWhichItWouldSeeHalf() throws Exception {
    publish("a");
    var half = new CountDownLatch(1);
    var on = new CountDownLatch(1);
    var step =
        CompletableFuture.runAsync(() ->
            step(() -> {
              write("b");
              half.countDown();
              on.await();
              write("c");
            }));
    half.await();
    var seen = new CompletableFuture<Integer>();
    Thread search = Thread.ofPlatform().start(() -> seen.complete(seen()));
    while (search.getState() != Thread.State.TIMED_WAITING && !seen.isDone()) {
      Thread.onSpinWait();
    }
    assertThat(seen).isNotDone();

    on.countDown();
    step.join();

    assertThat(seen.join()).isEqualTo(3);
  }

  @Test
  void aSearchThatSeesTheNewestWaitsForNoStep() throws Exception {
    publish("a");
    assertThat(seen()).isOne();

    step(() -> {
      write("b");
      assertThat(seen()).isOne();
      write("c");
    });

    readers.publish();
    assertThat(seen()).isEqualTo(3);
  }

  @Test
  void aSearchThatFellShortIsTold() {
    publish("a");
    assertThatThrownBy(() ->
            step(() -> {
              throw new IllegalStateException("the database is away");
            }))
        .hasMessageContaining("away");

    assertThat(readers.fellShort()).isFalse();
    assertThat(seen()).isZero();
    assertThat(readers.fellShort()).isTrue();
    assertThat(readers.fellShort()).isFalse();

    publish("b");
    assertThat(seen()).isEqualTo(2);
    assertThat(readers.fellShort()).isFalse();
  }

  @Test
  void whatIsTakenAwayIsSeenUntilTheNextIsPublished() throws IOException {
    publish("a");

    readers.apart(() -> assertThat(writer.deleteAll()).isPositive());
    assertThat(seen()).isOne();

    publish("b");
    assertThat(seen()).isOne();
    publish("c");
    assertThat(seen()).isEqualTo(2);
  }

  @Test
  void whatAFailedStepLeftIsSeenWithTheNextOne() {
    publish("a");

    assertThatThrownBy(() ->
            step(() -> {
              write("b");
              throw new IllegalStateException("the database is away");
            }))
        .hasMessageContaining("away");
    assertThat(seen()).isZero();

    step(() -> {
      write("b");
      write("c");
    });
    assertThat(seen()).isEqualTo(3);
  }

  @Test
  void whatWasPublishedLongBeforeAStepFailsIsSeen() {
    publish("a");
    now = now.plusSeconds(5);

    assertThatThrownBy(() ->
            step(() -> {
              write("b");
              throw new IllegalStateException("the database is away");
            }))
        .hasMessageContaining("away");

    assertThat(seen()).isOne();
  }

  @Test
  void nothingIsOpenedWhileNobodySearches() throws IOException {
    publish("a");
    assertThat(peek()).isZero();
    assertThat(seen()).isOne();

    publish("b");
    assertThat(peek()).isEqualTo(2);

    now = now.plusSeconds(30);
    publish("c");
    assertThat(peek()).isEqualTo(2);
    assertThat(seen()).isEqualTo(3);
  }

  private interface Writing {
    void run() throws IOException, InterruptedException;
  }

  private void step(Writing writing) {
    try {
      var _ =
          readers.together(() -> {
            try {
              writing.run();
              return true;
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void publish(String id) {
    step(() -> write(id));
    try {
      readers.publish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String id) throws IOException {
    var document = new Document();
    document.add(new StringField("id", id, Field.Store.NO));
    assertThat(writer.updateDocument(new Term("id", id), document)).isPositive();
  }

  private int seen() {
    try {
      return readers.search(searcher -> searcher.count(MatchAllDocsQuery.INSTANCE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int peek() throws IOException {
    return readers.peek(searcher -> searcher.count(MatchAllDocsQuery.INSTANCE));
  }
}
