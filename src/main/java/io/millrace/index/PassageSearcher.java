package io.millrace.index;

import io.millrace.index.SearchPassages.Hit;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Mode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.jspecify.annotations.Nullable;

/**
 * Finds passages by words, by vectors or by both. Both sides are filtered inside their queries;
 * each brings its best candidates, every candidate gets both scores, and one order is made of them.
 */
final class PassageSearcher {
  /** How many candidates each side brings at least; also the beam of the vector search. */
  static final int CANDIDATES_MIN = 100;

  /** How many hits one answer holds at most. */
  static final int LIMIT_MAX = 100;

  /** A document often brings several candidates, of which only some are shown. */
  private static final int CANDIDATES_PER_HIT = 3;

  /** Beyond this many matches {@code total} is a lower bound. */
  private static final int COUNTED_MAX = 10_000;

  private static final Highlights HIGHLIGHTS = new Highlights(ProseAnalyzer.everyWord());

  /**
   * A question as a model sees it.
   *
   * @param model name and version of the model
   * @param values {@code float[dimension]}, unit length; treated as immutable
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; as the bus message has it
  record QueryVector(String model, float[] values) {}

  /**
   * Answers on the calling thread.
   *
   * @param vector the question's vector; without one only words are compared
   */
  Hits search(IndexSearcher searcher, SearchPassages asked, Optional<QueryVector> vector)
      throws IOException {
    long began = System.nanoTime();
    Question question = Question.of(asked.query());
    Optional<KeywordQuery> words = KeywordQuery.of(question, PassageShape.PROSE);
    Mode mode = vector.isEmpty() ? Mode.KEYWORD : asked.mode();
    Found found = candidates(searcher, asked, mode, words, vector);
    List<Candidate> ranked = ranked(found.candidates, mode, question);
    long searched = System.nanoTime();
    List<Hit> hits = hits(searcher, ranked, asked, words.map(KeywordQuery::marking).orElse(null));
    long fetched = System.nanoTime();
    return new Hits(
        hits,
        Math.max(found.total, hits.size()),
        mode,
        Optional.empty(),
        Map.of("search", (searched - began) / 1e6, "fetch", (fetched - searched) / 1e6));
  }

  private static Found candidates(
      IndexSearcher searcher,
      SearchPassages asked,
      Mode mode,
      Optional<KeywordQuery> words,
      Optional<QueryVector> vector)
      throws IOException {
    int wanted = Math.max(CANDIDATES_MIN, CANDIDATES_PER_HIT * asked.limit());
    Query filter = PassageShape.filter(asked);
    Query matching =
        words.map(KeywordQuery::matching).orElseGet(() -> new MatchNoDocsQuery("no words"));
    var candidates = new HashMap<Integer, Candidate>();
    long total = 0;
    if (mode != Mode.VECTOR) {
      Query filtered =
          new BooleanQuery.Builder().add(matching, Occur.MUST).add(filter, Occur.FILTER).build();
      var top =
          searcher.search(filtered, new TopScoreDocCollectorManager(wanted, null, COUNTED_MAX));
      total = top.totalHits.value();
      add(candidates, top.scoreDocs);
    }
    if (mode != Mode.KEYWORD && vector.isPresent()) {
      String field = PassageShape.vectorField(vector.get().model());
      Query within = words.flatMap(KeywordQuery::required).map(both(filter)).orElse(filter);
      var nearest = new KnnFloatVectorQuery(field, vector.get().values(), wanted, within);
      add(candidates, searcher.search(nearest, wanted).scoreDocs);
    }
    List<Candidate> ordered =
        candidates.values().stream().sorted(Comparator.comparingInt(c -> c.doc)).toList();
    CandidateScores.words(searcher, matching, ordered);
    if (vector.isPresent()) {
      CandidateScores.cosines(searcher, vector.get(), ordered);
    }
    return new Found(ordered, Math.max(total, ordered.size()));
  }

  private static UnaryOperator<Query> both(Query filter) {
    return required ->
        new BooleanQuery.Builder().add(filter, Occur.FILTER).add(required, Occur.FILTER).build();
  }

  private static void add(Map<Integer, Candidate> candidates, ScoreDoc[] found) {
    for (ScoreDoc one : found) {
      candidates.putIfAbsent(one.doc, new Candidate(one.doc));
    }
  }

  private static List<Candidate> ranked(List<Candidate> candidates, Mode mode, Question question) {
    double[] words = candidates.stream().mapToDouble(c -> c.bm25).toArray();
    double[] vectors = candidates.stream().mapToDouble(c -> c.cosine).toArray();
    double[] order =
        switch (mode) {
          case KEYWORD -> words;
          case VECTOR -> vectors;
          case HYBRID -> Fusion.fuse(words, vectors, Fusion.vectorWeight(question.cyrillicShare()));
        };
    for (int i = 0; i < order.length; i++) {
      candidates.get(i).fused = order[i];
    }
    return candidates.stream()
        .sorted(
            Comparator.comparingDouble((Candidate c) -> c.fused)
                .reversed()
                .thenComparingInt(c -> c.doc))
        .toList();
  }

  private static List<Hit> hits(
      IndexSearcher searcher, List<Candidate> ranked, SearchPassages asked, @Nullable Query marking)
      throws IOException {
    var hits = new ArrayList<Hit>();
    var perDocument = new HashMap<String, Integer>();
    StoredFields stored = searcher.storedFields();
    for (Candidate candidate : ranked) {
      if (hits.size() == asked.limit()) {
        break;
      }
      Document document = stored.document(candidate.doc);
      if (perDocument.merge(text(document, PassageShape.DOCUMENT), 1, Integer::sum)
          <= asked.options().passagesPerDocument()) {
        hits.add(hit(document, candidate, marking));
      }
    }
    return hits;
  }

  private static Hit hit(Document document, Candidate candidate, @Nullable Query marking)
      throws IOException {
    String text = text(document, PassageShape.TEXT);
    return new Hit(
        text(document, PassageShape.PASSAGE),
        text(document, PassageShape.DOCUMENT),
        text(document, PassageShape.NAME),
        text(document, PassageShape.TITLE),
        text(document, PassageShape.COLLECTION),
        text(document, PassageShape.MEDIA_TYPE),
        number(document, PassageShape.ORDINAL),
        number(document, PassageShape.PAGE),
        number(document, PassageShape.START),
        number(document, PassageShape.END),
        text(document, PassageShape.HEADING),
        text,
        marking == null ? List.of() : HIGHLIGHTS.of(PassageShape.PROSE, marking, text),
        candidate.scores());
  }

  private static String text(Document document, String field) {
    String value = document.get(field);
    return value == null ? "" : value;
  }

  private static int number(Document document, String field) {
    IndexableField value = document.getField(field);
    return value == null || value.numericValue() == null ? 0 : value.numericValue().intValue();
  }

  private record Found(List<Candidate> candidates, long total) {}

  /** One passage that a side brought, and what each side thinks of it. */
  static final class Candidate {
    final int doc;

    /** 0 where no word matches. */
    double bm25;

    /** NaN where the passage has no vector of the model. */
    double cosine = Double.NaN;

    double fused;

    Candidate(int doc) {
      this.doc = doc;
    }

    private Map<String, Double> scores() {
      var scores = new LinkedHashMap<String, Double>();
      scores.put("fused", fused);
      if (bm25 > 0) {
        scores.put("bm25", bm25);
      }
      if (!Double.isNaN(cosine)) {
        scores.put("cosine", cosine);
      }
      return scores;
    }
  }
}
