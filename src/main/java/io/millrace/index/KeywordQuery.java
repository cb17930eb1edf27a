package io.millrace.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TermStates;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.QueryBuilder;

/**
 * The keyword side of a question over prose: each phrase must occur, of the loose words any may,
 * and more are better. Each language is looked for in its own field in its own way; a word that no
 * passage has is looked for as what is spelled alike.
 *
 * @param matching what finds and scores
 * @param required the phrases alone, which vectors cannot see; empty when there is none
 * @param words what each word of the question looks for, for explanations and highlights
 * @param corrected the words of which similar ones are looked for
 */
record KeywordQuery(
    Query matching, Optional<Query> required, Map<String, Query> words, List<String> corrected) {
  /** Shorter words have too many neighbours. */
  private static final int CORRECTED_LENGTH_MIN = 4;

  /** From this length on two letters may differ, else one. */
  private static final int TWO_EDITS_LENGTH_MIN = 8;

  private static final int EXPANSIONS_MAX = 8;

  /** Words that are corrected; more would be another language, not typing. */
  private static final int CORRECTED_MAX = 5;

  /**
   * Terms looked for: words times fields. With the corrected ones it stays below Lucene's limit.
   */
  private static final int TERMS_MAX = 700;

  private static final int IDENTIFIERS_MAX = 20;
  private static final float CORRECTED_WEIGHT = 0.7f;

  private static final Pattern LETTERS = Pattern.compile("\\p{L}+");
  private static final Analyzer SURFACE = new StandardAnalyzer();
  private static final Map<String, Analyzer> TELLING = new ConcurrentHashMap<>();
  private static final Map<String, Analyzer> EVERY = new ConcurrentHashMap<>();

  /** Which words are corrected. */
  enum Correct {
    /** Those the index does not have. */
    UNKNOWN_WORDS,
    /** All: nothing was found without. */
    ALL_WORDS
  }

  /**
   * The query over the prose in {@code languages}; empty when the question holds no word.
   *
   * @param searcher tells which words there are
   * @param languages those with an analysis of their own that occur
   */
  static Optional<KeywordQuery> of(
      Question question, IndexSearcher searcher, Collection<String> languages, Correct correct)
      throws IOException {
    var all = new LinkedHashSet<String>();
    all.add(Languages.UNKNOWN);
    all.addAll(languages);
    var parts = new Builder(searcher, all, correct);
    question.phrases().forEach(parts::phrase);
    parts.loose(question.loose());
    return parts.build();
  }

  /** The same words without conditions, for highlights. */
  Query marking() {
    return any(List.copyOf(words.values()));
  }

  private static Analyzer telling(String language) {
    return TELLING.computeIfAbsent(language, ProseAnalyzer::tellingWords);
  }

  private static Analyzer every(String language) {
    return EVERY.computeIfAbsent(language, ProseAnalyzer::everyWord);
  }

  /** The query being put together. */
  private static final class Builder {
    private final IndexSearcher searcher;
    private final Collection<String> languages;
    private final Correct correct;
    private final List<Query> phrases = new ArrayList<>();
    private final Map<String, Query> words = new LinkedHashMap<>();
    private final List<String> corrected = new ArrayList<>();

    Builder(IndexSearcher searcher, Collection<String> languages, Correct correct) {
      this.searcher = searcher;
      this.languages = languages;
      this.correct = correct;
    }

    void phrase(String phrase) {
      var inAny = new ArrayList<Query>();
      for (String language : languages) {
        Query query =
            new QueryBuilder(every(language))
                .createPhraseQuery(PassageShape.prose(language), phrase);
        if (query != null) {
          inAny.add(query);
        }
      }
      if (!inAny.isEmpty()) {
        phrases.add(any(inAny));
        words.put('"' + phrase + '"', any(inAny));
      }
    }

    void loose(String text) throws IOException {
      Map<String, Integer> typed = Question.terms(SURFACE, text);
      words(typed, KeywordQuery::telling);
      if (words.isEmpty()) {
        words(typed, KeywordQuery::every);
      }
      Identifiers.in(text).stream()
          .limit(IDENTIFIERS_MAX)
          .map(name -> new Term(PassageShape.IDENTIFIER, name))
          .forEach(term -> words.put("=" + term.text(), new TermQuery(term)));
    }

    private void words(Map<String, Integer> typed, AnalyzerOf analyzers) throws IOException {
      for (var word : typed.entrySet()) {
        List<Term> terms = terms(word.getKey(), analyzers);
        if (terms.isEmpty()) {
          continue;
        }
        if (words.size() >= TERMS_MAX / languages.size()) {
          break;
        }
        Query query = query(word.getKey(), terms);
        words.put(
            word.getKey(), word.getValue() == 1 ? query : new BoostQuery(query, word.getValue()));
      }
    }

    /**
     * Each term is looked up once, here: all that runs the query later has it from there. What is
     * spelled alike is looked up at once as well.
     */
    private Query query(String word, List<Term> terms) throws IOException {
      var exact = new ArrayList<Query>();
      boolean unknown = true;
      for (Term term : terms) {
        var states = TermStates.build(searcher, term, /* needsStats= */ true);
        unknown &= states.docFreq() == 0;
        exact.add(new TermQuery(term, states));
      }
      if (corrected.size() < CORRECTED_MAX
          && mayCorrect(word)
          && (unknown || correct == Correct.ALL_WORDS)) {
        Query similar = searcher.rewrite(any(terms.stream().map(KeywordQuery::similar).toList()));
        if (!(similar instanceof MatchNoDocsQuery)) {
          corrected.add(word);
          return similar;
        }
      }
      return any(exact);
    }

    private List<Term> terms(String word, AnalyzerOf analyzers) {
      var terms = new LinkedHashSet<Term>();
      for (String language : languages) {
        for (String term : Question.terms(analyzers.language(language), word).keySet()) {
          terms.add(new Term(PassageShape.prose(language), term));
        }
      }
      return List.copyOf(terms);
    }

    Optional<KeywordQuery> build() {
      if (words.isEmpty()) {
        return Optional.empty();
      }
      var matching = new BooleanQuery.Builder();
      var required = new BooleanQuery.Builder();
      phrases.forEach(phrase -> matching.add(phrase, Occur.MUST));
      phrases.forEach(phrase -> required.add(phrase, Occur.MUST));
      words.forEach((word, query) -> {
        if (!word.startsWith("\"")) {
          matching.add(query, Occur.SHOULD);
        }
      });
      return Optional.of(
          new KeywordQuery(
              matching.build(),
              phrases.isEmpty() ? Optional.empty() : Optional.of(required.build()),
              words,
              List.copyOf(corrected)));
    }
  }

  private interface AnalyzerOf {
    Analyzer language(String code);
  }

  private static boolean mayCorrect(String word) {
    return word.length() >= CORRECTED_LENGTH_MIN && LETTERS.matcher(word).matches();
  }

  /** What differs by one letter, or two in long words, but never in the first. */
  private static Query similar(Term term) {
    int edits = term.text().length() >= TWO_EDITS_LENGTH_MIN ? 2 : 1;
    return new BoostQuery(new FuzzyQuery(term, edits, 1, EXPANSIONS_MAX, true), CORRECTED_WEIGHT);
  }

  private static Query any(List<Query> queries) {
    if (queries.size() == 1) {
      return queries.getFirst();
    }
    var any = new BooleanQuery.Builder();
    queries.forEach(query -> any.add(query, Occur.SHOULD));
    return any.build();
  }
}
