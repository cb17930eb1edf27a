package io.millrace.evaluate;

import io.millrace.access.Scope;
import io.millrace.artifact.ArtifactStore;
import io.millrace.bus.Bus;
import io.millrace.changelog.ChangeLog;
import io.millrace.document.Documents;
import io.millrace.document.Ingest;
import io.millrace.evaluate.JudgedCollection.Entry;
import io.millrace.index.IndexStatus;
import io.millrace.index.SearchPassages;
import io.millrace.index.SearchPassages.Filters;
import io.millrace.index.SearchPassages.Fusing;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Mode;
import io.millrace.index.SearchPassages.Options;
import io.millrace.tuning.Metrics;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Measures the search on a judged collection: brings its corpus in, asks its queries in each way
 * there is, and holds the answers against the judgements. Runs what serves people, without HTTP.
 */
public final class Evaluation {
  /** How many documents each ranking has at most. */
  static final int DEPTH = 100;

  private static final int GAIN_DEPTH = 10;
  private static final int LOADS_AT_A_TIME = 6;
  private static final int SEARCHES_AT_A_TIME = 2;
  private static final int TRIES_MAX = 5;
  private static final int QUERY_LENGTH_MAX = 2_000;
  private static final Duration SEARCH_MAX = Duration.ofMinutes(2);
  private static final Duration INDEX_MAX = Duration.ofMinutes(30);
  private static final long LOOK_EVERY_MS = 50;
  private static final int TOLD_EVERY = 250;

  private final Parts parts;
  private final Consumer<String> progress;

  /**
   * What it works with.
   *
   * @param model the name of the model that embeds passages
   * @param index how the index of passages stands
   * @param reranker the cross-encoder of a further row
   */
  public record Parts(
      Vertx vertx,
      Bus bus,
      Documents documents,
      ArtifactStore artifacts,
      Ingest ingest,
      ChangeLog changes,
      Supplier<IndexStatus> index,
      String model,
      Optional<String> reranker) {}

  /** Tells {@code progress} how far it is. */
  public Evaluation(Parts parts, Consumer<String> progress) {
    this.parts = parts;
    this.progress = progress;
  }

  /** Measures {@code collection}. Blocks; not for a thread of Vert.x. */
  public Report run(JudgedCollection collection) {
    long began = System.nanoTime();
    if (collection.missing() > 0) {
      progress.accept(
          "%,d relevant documents are not in the corpus and count as not found"
              .formatted(collection.missing()));
    }
    var loaded = new Loading(collection);
    loaded.load();
    awaitIndex();
    double loadSeconds = seconds(began);
    var rows = new ArrayList<Report.Row>();
    for (Mode mode : List.of(Mode.KEYWORD, Mode.VECTOR, Mode.HYBRID)) {
      String name = mode.name().toLowerCase(Locale.ROOT);
      rows.add(measure(collection, loaded, new Way(name, mode, Optional.empty())));
    }
    if (parts.reranker().isPresent()) {
      rows.add(
          measure(collection, loaded, new Way("hybrid + rerank", Mode.HYBRID, parts.reranker())));
    }
    return new Report(
        collection, parts.model(), loaded.passages.get(), loaded.refused.get(), loadSeconds, rows);
  }

  /** One way to search. */
  private record Way(String name, Mode mode, Optional<String> reranker) {}

  /** The corpus on its way in. */
  private final class Loading {
    private final Collection<Entry> entries;
    private final CorpusLoader loader;
    private final Map<String, String> entryOf = new ConcurrentHashMap<>();
    private final AtomicInteger passages = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();

    private final String name;

    Loading(JudgedCollection collection) {
      entries = collection.corpus().values();
      name = collection.fingerprint();
      loader = new CorpusLoader(parts.documents(), parts.artifacts(), parts.ingest(), name);
    }

    void load() {
      Map<String, String> present = loader.present();
      progress.accept(
          "%,d documents to bring in, %,d of them known".formatted(entries.size(), present.size()));
      inParallel(
          LOADS_AT_A_TIME,
          entries,
          entry -> {
            String known = present.get(entry.id());
            String document = known == null ? loader.register(entry) : known;
            CorpusLoader.Loaded loaded = loader.load(document);
            entryOf.put(document, entry.id());
            int all = passages.addAndGet(loaded.passages());
            loaded
                .refusal()
                .ifPresent(why -> {
                  refused.incrementAndGet();
                  progress.accept("%s is not searchable: %s".formatted(entry.id(), why));
                });
            int sofar = done.incrementAndGet();
            if (sofar % TOLD_EVERY == 0) {
              progress.accept(
                  "%,d of %,d documents, %,d passages".formatted(sofar, entries.size(), all));
            }
          });
    }
  }

  private void awaitIndex() {
    long until = System.nanoTime() + INDEX_MAX.toNanos();
    long head = parts.changes().head().await().n();
    while (!parts.index().get().ready() || parts.index().get().seen() < head) {
      if (System.nanoTime() > until) {
        throw new EvaluationException("The index did not follow: " + parts.index().get());
      }
      var _ = parts.vertx().timer(LOOK_EVERY_MS, TimeUnit.MILLISECONDS).await();
    }
  }

  private Report.Row measure(JudgedCollection collection, Loading loaded, Way way) {
    progress.accept("asking %,d queries: %s".formatted(collection.queries().size(), way.name()));
    long began = System.nanoTime();
    Map<String, List<String>> rankings = new ConcurrentHashMap<>();
    inParallel(
        SEARCHES_AT_A_TIME,
        collection.queries().entrySet(),
        query -> rankings.put(query.getKey(), ranking(collection, loaded, way, query.getKey())));
    double seconds = seconds(began);
    int n = rankings.size();
    double ndcg = 0;
    double map = 0;
    double recall = 0;
    for (var ranking : rankings.entrySet()) {
      Map<String, Integer> grades =
          collection.judgements().getOrDefault(ranking.getKey(), Map.of());
      ndcg += Metrics.ndcg(ranking.getValue(), grades, GAIN_DEPTH);
      map += Metrics.averagePrecision(ranking.getValue(), grades);
      recall += Metrics.recall(ranking.getValue(), grades, DEPTH);
    }
    return new Report.Row(way.name(), ndcg / n, map / n, recall / n, seconds);
  }

  /** Entries, best first, each by its best passage. */
  private List<String> ranking(
      JudgedCollection collection, Loading loaded, Way way, String queryId) {
    String query = collection.queries().getOrDefault(queryId, "");
    String typed = query.length() > QUERY_LENGTH_MAX ? query.substring(0, QUERY_LENGTH_MAX) : query;
    var asked =
        new SearchPassages(
            Scope.DEFAULT,
            typed,
            List.of(loaded.name),
            way.mode(),
            DEPTH,
            Filters.NONE,
            new Options(1, Fusing.SCORES, way.reranker(), false, false));
    Hits hits = whole(asked);
    return hits.hits().stream()
        .map(hit -> loaded.entryOf.getOrDefault(hit.documentId(), ""))
        .filter(entry -> !collection.isItself(queryId, entry))
        .toList();
  }

  /** An answer of both sides: a model that is just being loaded may need some more time. */
  private Hits whole(SearchPassages asked) {
    String notice = "";
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      Hits hits = parts.bus().ask(SearchPassages.ADDRESS, asked, SEARCH_MAX).await();
      if (hits.notice().isEmpty() || asked.query().isBlank()) {
        return hits;
      }
      notice = hits.notice().get();
    }
    throw new EvaluationException("Less than was asked for: " + notice);
  }

  /** Does {@code work} with each of {@code all} on virtual threads of Vert.x; blocks. */
  private <T> void inParallel(int atATime, Collection<T> all, Consumer<T> work) {
    Queue<T> waiting = new ConcurrentLinkedQueue<>(all);
    String _ =
        parts
            .vertx()
            .deployVerticle(
                () -> new Share<>(waiting, work),
                new DeploymentOptions()
                    .setThreadingModel(ThreadingModel.VIRTUAL_THREAD)
                    .setInstances(atATime))
            .await();
  }

  /** Takes what waits, one after the other, until nothing does; its start is the whole of it. */
  private static final class Share<T> extends VerticleBase {
    private final Queue<T> waiting;
    private final Consumer<T> work;

    Share(Queue<T> waiting, Consumer<T> work) {
      this.waiting = waiting;
      this.work = work;
    }

    @Override
    public Future<?> start() {
      try {
        for (T next = waiting.poll(); next != null; next = waiting.poll()) {
          work.accept(next);
        }
        return Future.succeededFuture();
      } catch (RuntimeException e) {
        waiting.clear();
        return Future.failedFuture(e);
      }
    }
  }

  private static double seconds(long sinceNanos) {
    return (System.nanoTime() - sinceNanos) / 1e9;
  }
}
