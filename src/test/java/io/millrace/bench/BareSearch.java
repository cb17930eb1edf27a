package io.millrace.bench;

import io.millrace.bench.HttpLoad.Result;
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
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.FSDirectory;

/** The same searches with Lucene alone: its own queries, ten results, nothing read of them. */
final class BareSearch implements AutoCloseable {
  static final List<String> MODES = List.of("keyword", "vector", "hybrid");

  private static final int HITS = 10;
  private static final int CANDIDATES = 100;
  private static final int RANK_OFFSET = 60;
  private static final String VECTORS = "vector:" + Passages.EMBEDDING_MODEL;

  private final DirectoryReader reader;
  private final IndexSearcher searcher;

  BareSearch(Path index) throws IOException {
    reader = DirectoryReader.open(FSDirectory.open(index));
    searcher = new IndexSearcher(reader);
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
      var lanes = new ArrayList<Future<Boolean>>();
      Callable<Boolean> lane =
          () -> {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
              long began = System.nanoTime();
              search(mode, seed + i);
              nanos.add(System.nanoTime() - began);
            }
            return true;
          };
      for (int i = 0; i < threads; i++) {
        lanes.add(pool.submit(lane));
      }
      for (Future<Boolean> one : lanes) {
        boolean _ = one.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return new Result((System.nanoTime() - start) / 1e9, nanos.stream().sorted().toList());
  }

  private TopDocs search(String mode, long seed) {
    try {
      return switch (mode) {
        case "keyword" -> searcher.search(words(seed), HITS);
        case "vector" -> searcher.search(nearest(seed), HITS);
        default ->
            TopDocs.rrf(
                HITS,
                RANK_OFFSET,
                new TopDocs[] {
                  searcher.search(words(seed), CANDIDATES), searcher.search(nearest(seed), CANDIDATES)
                });
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Query words(long seed) {
    var any = new BooleanQuery.Builder();
    for (String word : new SearchBench.Words(seed).question().split(" ", -1)) {
      any.add(new TermQuery(new Term("prose", word)), Occur.SHOULD);
    }
    return any.build();
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
