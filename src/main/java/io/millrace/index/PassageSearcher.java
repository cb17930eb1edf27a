package io.millrace.index;

import io.millrace.index.KeywordQuery.Correct;
import io.millrace.index.SearchPassages.Explanation;
import io.millrace.index.SearchPassages.Hit;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Mode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ObjDoubleConsumer;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopScoreDocCollectorManager;

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

  /** How many of the best by words tell the language of a question that does not itself. */
  private static final int LANGUAGE_WITNESSES = 10;

  private final SearchModel model;

  /** Weighs the vectors of {@code model} by the languages it reads. */
  PassageSearcher(SearchModel model) {
    this.model = model;
  }

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
    Mode mode = vector.isEmpty() ? Mode.KEYWORD : asked.mode();
    var side = new Sides(searcher, asked, mode, vector);
    Found found = side.find(question, Correct.UNKNOWN_WORDS);
    if (found.candidates.isEmpty() && mode == Mode.KEYWORD) {
      found = side.find(question, Correct.ALL_WORDS);
    }
    String language = Languages.of(question.plain());
    double vectorWeight = rank(searcher, found.candidates, mode, language, asked);
    long searched = System.nanoTime();
    HitReader reader = new HitReader(searcher, asked, found.words);
    List<Hit> hits = reader.read(found.candidates);
    long fetched = System.nanoTime();
    Map<String, Map<String, Long>> facets =
        asked.options().facets() ? Facets.of(searcher, found.counted) : Map.of();
    return new Hits(
        hits,
        Math.max(found.total, hits.size()),
        mode,
        Optional.empty(),
        Map.of("search", (searched - began) / 1e6, "fetch", (fetched - searched) / 1e6),
        facets,
        asked.options().explain()
            ? Optional.of(explanation(asked, found, mode, language, vectorWeight, vector))
            : Optional.empty());
  }

  private static Explanation explanation(
      SearchPassages asked,
      Found found,
      Mode mode,
      String language,
      double vectorWeight,
      Optional<QueryVector> vector) {
    return new Explanation(
        language,
        mode == Mode.HYBRID ? vectorWeight : mode == Mode.VECTOR ? 1 : 0,
        asked.options().fusion(),
        Optional.empty(),
        found.candidates.size(),
        found.words.map(KeywordQuery::corrected).orElse(List.of()),
        vector.map(QueryVector::model),
        Optional.empty());
  }

  /** Orders the candidates, and answers the weight of the vector side. */
  private double rank(
      IndexSearcher searcher,
      List<Candidate> candidates,
      Mode mode,
      String language,
      SearchPassages asked)
      throws IOException {
    double weight = 0;
    switch (mode) {
      case KEYWORD -> candidates.forEach(candidate -> candidate.fused = candidate.bm25);
      case VECTOR ->
          candidates.forEach(candidate ->
              candidate.fused = Double.isNaN(candidate.cosine) ? -1 : candidate.cosine);
      case HYBRID -> {
        Optional<Double> wanted = asked.options().vectorWeight();
        weight =
            wanted.isPresent()
                ? wanted.get()
                : Fusion.vectorWeight(unread(searcher, candidates, language));
        Fusion.fuse(candidates, weight, asked.options().fusion());
      }
    }
    candidates.sort(
        Comparator.comparingDouble((Candidate candidate) -> candidate.fused)
            .reversed()
            .thenComparingInt(candidate -> candidate.doc));
    return weight;
  }

  /**
   * How much of what is asked the model cannot read, 0 to 1: all or nothing where the question's
   * language is known, else the share among the passages that have its words.
   */
  private double unread(IndexSearcher searcher, List<Candidate> candidates, String language)
      throws IOException {
    if (!language.equals(Languages.UNKNOWN)) {
      return model.reads(language) ? 0 : 1;
    }
    List<Candidate> witnesses =
        candidates.stream()
            .filter(candidate -> candidate.bm25 > 0)
            .sorted(Comparator.comparingDouble(candidate -> -candidate.bm25))
            .limit(LANGUAGE_WITNESSES)
            .toList();
    double unread = 0;
    for (Candidate witness : witnesses) {
      unread += model.reads(language(searcher, witness.doc)) ? 0 : 1;
    }
    return witnesses.isEmpty() ? 0 : unread / witnesses.size();
  }

  private static String language(IndexSearcher searcher, int doc) throws IOException {
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(doc, leaves));
    SortedDocValues languages = DocValues.getSorted(leaf.reader(), PassageShape.LANGUAGE);
    return languages.advanceExact(doc - leaf.docBase)
        ? languages.lookupOrd(languages.ordValue()).utf8ToString()
        : Languages.UNKNOWN;
  }

  /** Both sides of one search. */
  private record Sides(
      IndexSearcher searcher, SearchPassages asked, Mode mode, Optional<QueryVector> vector) {
    Found find(Question question, Correct correct) throws IOException {
      int wanted = Math.max(CANDIDATES_MIN, CANDIDATES_PER_HIT * asked.limit());
      Optional<Query> filter = PassageShape.filter(asked, searcher.getIndexReader());
      Optional<KeywordQuery> words = KeywordQuery.of(question, searcher, ownLanguages(), correct);
      Query matching =
          words.map(KeywordQuery::matching).orElseGet(() -> new MatchNoDocsQuery("no words"));
      matching = searcher.rewrite(matching);
      Query counted = both(Optional.of(matching), filter).orElseThrow();
      var candidates = new TreeMap<Integer, Candidate>();
      long total = 0;
      if (mode != Mode.VECTOR) {
        var top =
            searcher.search(counted, new TopScoreDocCollectorManager(wanted, null, COUNTED_MAX));
        total = top.totalHits.value();
        add(candidates, top.scoreDocs, (candidate, score) -> candidate.bm25 = score);
      }
      if (mode != Mode.KEYWORD) {
        String field = PassageShape.vectorField(vector.orElseThrow().model());
        Query within = both(words.flatMap(KeywordQuery::required), filter).orElse(null);
        var nearest = new KnnFloatVectorQuery(field, vector.orElseThrow().values(), wanted, within);
        Query found = mode == Mode.VECTOR ? searcher.rewrite(nearest) : nearest;
        // What it is scored by is rounded: the cosine comes from the whole vector, below.
        add(candidates, searcher.search(found, wanted).scoreDocs, (_, _) -> {});
        counted = mode == Mode.VECTOR ? found : counted;
      }
      List<Candidate> ordered = new ArrayList<>(candidates.values());
      if (mode == Mode.HYBRID) {
        CandidateScores.words(searcher, matching, ordered);
      }
      if (mode != Mode.KEYWORD) {
        CandidateScores.cosines(searcher, vector.orElseThrow(), ordered);
      }
      return new Found(ordered, Math.max(total, ordered.size()), words, counted);
    }

    /** Languages with a field of their own that some passage is in. */
    private List<String> ownLanguages() {
      return ProseAnalyzer.own().stream()
          .filter(language -> occurs(PassageShape.prose(language)))
          .toList();
    }

    private boolean occurs(String field) {
      return searcher.getIndexReader().leaves().stream()
          .anyMatch(leaf -> leaf.reader().getFieldInfos().fieldInfo(field) != null);
    }

    /** What fulfils {@code query} and {@code filter}, where there is one; scored by the query. */
    private static Optional<Query> both(Optional<Query> query, Optional<Query> filter) {
      return query.isEmpty() || filter.isEmpty()
          ? query.or(() -> filter)
          : Optional.of(
              new BooleanQuery.Builder()
                  .add(query.get(), Occur.MUST)
                  .add(filter.get(), Occur.FILTER)
                  .build());
    }

    private static void add(
        Map<Integer, Candidate> candidates, ScoreDoc[] found, ObjDoubleConsumer<Candidate> scored) {
      for (int rank = 0; rank < found.length; rank++) {
        Candidate candidate = candidates.computeIfAbsent(found[rank].doc, Candidate::new);
        candidate.leading |= rank < CANDIDATES_MIN;
        scored.accept(candidate, found[rank].score);
      }
    }
  }

  /**
   * What was found, ordered by document number.
   *
   * @param counted what facets count
   */
  private record Found(
      List<Candidate> candidates, long total, Optional<KeywordQuery> words, Query counted) {}
}
