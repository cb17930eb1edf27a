package io.millrace.bench;

import io.millrace.bench.HttpLoad.Result;
import io.millrace.index.DirectSearch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.QueryBuilder;

/**
 * The same searches with Lucene alone, as a program of its own would do them: its own queries, the
 * text of the ten best read and its matches marked.
 */
final class BareSearch implements AutoCloseable {
  static final List<String> MODES = List.of("keyword", "vector", "hybrid");

  private static final int HITS = 10;
  private static final int CANDIDATES = 100;
  private static final int RANK_OFFSET = 60;
  private static final String VECTORS = "vector:" + Passages.EMBEDDING_MODEL;

  private final DirectoryReader reader;
  private final IndexSearcher searcher;
  private final QueryBuilder parser = new QueryBuilder(new EnglishAnalyzer());
  private final DirectSearch direct;
  private final LongAdder marked = new LongAdder();
  private final UnifiedHighlighter highlighter =
      UnifiedHighlighter.builderWithoutSearcher(new EnglishAnalyzer()).build();

  BareSearch(Path index) throws IOException {
    reader = DirectoryReader.open(FSDirectory.open(index));
    searcher = new IndexSearcher(reader);
    direct = new DirectSearch(searcher, Passages.EMBEDDING_MODEL, HITS);
  }

  /** Asks {@code count} questions, each another one, after {@code warmUp} others. */
  Result measure(String mode, int threads, int warmUp, int count) {
    Result _ = run(mode, threads, warmUp, 5_000_000);
    return run(mode, threads, count, 6_000_000);
  }

  private Result run(String mode, int threads, int count, long seed) {
    var next = new AtomicInteger();
    var nanos = new ConcurrentLinkedQueue<Long>();
    long start = System.nanoTime();
    try (var pool = Executors.newFixedThreadPool(threads)) {
      var lanes = new ArrayList<Future<?>>();
      Callable<Boolean> lane =
          () -> {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
              nanos.add(nanos(mode, seed + i));
            }
            return true;
          };
      for (int i = 0; i < threads; i++) {
        lanes.add(pool.submit(lane));
      }
      for (Future<?> one : lanes) {
        var _ = one.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return new Result((System.nanoTime() - start) / 1e9, nanos.stream().sorted().toList());
  }

  /** Nanoseconds that one search takes. */
  long nanos(String mode, long seed) {
    long began = System.nanoTime();
    marked.add(search(mode, seed));
    return System.nanoTime() - began;
  }

  /** The same question to Millrace's own search, in this process and on this thread. */
  long directNanos(String mode, long seed) throws IOException {
    long began = System.nanoTime();
    String question = new SearchBench.Words(seed).question();
    marked.add(direct.search(mode, question, Passages.vector(new Random(seed))));
    return System.nanoTime() - began;
  }

  /** How many characters were marked. */
  private int search(String mode, long seed) {
    try {
      Query words = words(seed);
      TopDocs best =
          switch (mode) {
            case "keyword" -> searcher.search(words, HITS);
            case "vector" -> searcher.search(nearest(seed), HITS);
            default ->
                TopDocs.rrf(
                    HITS,
                    RANK_OFFSET,
                    new TopDocs[] {
                      searcher.search(words, CANDIDATES), searcher.search(nearest(seed), CANDIDATES)
                    });
          };
      int marked = 0;
      for (ScoreDoc hit : best.scoreDocs) {
        String text = searcher.storedFields().document(hit.doc).get("text");
        Object marks = highlighter.highlightWithoutSearcher("prose", words, text, 1);
        marked += marks == null ? 0 : marks.toString().length();
      }
      return marked;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stop words left out, stems as in the index. */
  private Query words(long seed) {
    Query words = parser.createBooleanQuery("prose", new SearchBench.Words(seed).question());
    return words == null ? new MatchNoDocsQuery("no words") : words;
  }

  private static Query nearest(long seed) {
    return new KnnFloatVectorQuery(VECTORS, Passages.vector(new Random(seed)), CANDIDATES);
  }

  @Override
  public void close() throws IOException {
    try (reader) {
      reader.directory().close();
    }
  }
}
