package io.millrace.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.QueryBuilder;

/**
 * The keyword side of a question over prose: each phrase must occur, of the loose words any may,
 * and more are better.
 *
 * @param matching what finds and scores
 * @param required the phrases alone, which vectors cannot see; empty when there is none
 * @param marking the same words without conditions, for highlights
 */
record KeywordQuery(Query matching, Optional<Query> required, Query marking) {
  private static final Analyzer EVERY_WORD = ProseAnalyzer.everyWord();
  private static final Analyzer TELLING_WORDS = ProseAnalyzer.tellingWords();

  /** The query over {@code field}; empty when the question holds no word. */
  static Optional<KeywordQuery> of(Question question, String field) {
    List<Query> phrases = phrases(question, field);
    List<Query> words = words(question, field, phrases.isEmpty());
    if (phrases.isEmpty() && words.isEmpty()) {
      return Optional.empty();
    }
    var matching = new BooleanQuery.Builder();
    var required = new BooleanQuery.Builder();
    var marking = new BooleanQuery.Builder();
    phrases.forEach(phrase -> matching.add(phrase, Occur.MUST));
    phrases.forEach(phrase -> required.add(phrase, Occur.MUST));
    phrases.forEach(phrase -> marking.add(phrase, Occur.SHOULD));
    words.forEach(word -> matching.add(word, Occur.SHOULD));
    words.forEach(word -> marking.add(word, Occur.SHOULD));
    Optional<Query> phrasesOnly =
        phrases.isEmpty() ? Optional.empty() : Optional.of(required.build());
    return Optional.of(new KeywordQuery(matching.build(), phrasesOnly, marking.build()));
  }

  private static List<Query> phrases(Question question, String field) {
    var builder = new QueryBuilder(EVERY_WORD);
    var phrases = new ArrayList<Query>();
    for (String phrase : question.phrases()) {
      Query query = builder.createPhraseQuery(field, phrase);
      if (query != null) {
        phrases.add(query);
      }
    }
    return phrases;
  }

  private static List<Query> words(Question question, String field, boolean needed) {
    var terms = Question.terms(TELLING_WORDS, question.loose());
    if (terms.isEmpty() && needed) {
      terms = Question.terms(EVERY_WORD, question.loose());
    }
    var words = new ArrayList<Query>();
    terms.forEach((word, times) -> {
      Query query = new TermQuery(new Term(field, word));
      words.add(times == 1 ? query : new BoostQuery(query, times));
    });
    return words;
  }
}
