package io.millrace.index;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.task.TaskId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.QueryBuilder;
import org.jspecify.annotations.Nullable;

/** Finds tasks that hold all of the words, newest first. */
final class TaskSearcher {
  /** How many ids one answer holds at most. */
  static final int LIMIT_MAX = 1_000;

  private static final Analyzer EVERY_WORD = ProseAnalyzer.everyWord();
  private static final Analyzer TELLING_WORDS = ProseAnalyzer.tellingWords();
  private static final Analyzer NAMES = new NameAnalyzer();

  /** Answers on the calling thread. */
  SearchTasks.TaskIds search(IndexSearcher searcher, SearchTasks asked) throws IOException {
    int limit = Math.clamp(asked.limit(), 1, LIMIT_MAX);
    ScoreDoc[] found =
        searcher.searchAfter(after(searcher, asked), query(asked), limit, TaskShape.NEWEST_FIRST)
            .scoreDocs;
    StoredFields stored = searcher.storedFields();
    var ids = new ArrayList<String>();
    for (ScoreDoc one : found) {
      ids.add(stored.document(one.doc).get(TaskShape.ID));
    }
    return new SearchTasks.TaskIds(ids);
  }

  /** The place of {@code before} in the order; it need not exist any more. */
  private static @Nullable FieldDoc after(IndexSearcher searcher, SearchTasks asked) {
    if (asked.before().isEmpty()) {
      return null;
    }
    String before = asked.before().get();
    if (!TaskId.isTaskId(before)) {
      throw new ProblemException(new Problem.Invalid("/before", "This is not a task's id."));
    }
    Object[] place = {TaskShape.order(new TaskId(before))};
    return new FieldDoc(Math.max(0, searcher.getIndexReader().maxDoc() - 1), Float.NaN, place);
  }

  private static Query query(SearchTasks asked) {
    var query = new BooleanQuery.Builder();
    query.add(new TermQuery(new Term(TaskShape.TENANT, asked.asker().tenant())), Occur.FILTER);
    asked.status().ifPresent(status -> query.add(is(TaskShape.STATUS, status), Occur.FILTER));
    asked.handler().ifPresent(handler -> query.add(is(TaskShape.HANDLER, handler), Occur.FILTER));
    if (asked.from().isPresent() || asked.to().isPresent()) {
      query.add(created(asked), Occur.FILTER);
    }
    words(Question.of(asked.query())).forEach(word -> query.add(word, Occur.FILTER));
    return query.build();
  }

  private static Query is(String field, String value) {
    return new TermQuery(new Term(field, value));
  }

  private static Query created(SearchTasks asked) {
    long from = asked.from().map(Instant::toEpochMilli).orElse(Long.MIN_VALUE);
    long before = asked.to().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
    return LongPoint.newRangeQuery(TaskShape.CREATED, from, Math.max(before, from + 1) - 1);
  }

  /** One query per word that must occur, either as a word or as part of a name. */
  private static List<Query> words(Question question) {
    List<String> words = List.of(question.loose().split("\\s+"));
    List<String> telling =
        words.stream().filter(word -> !Question.terms(TELLING_WORDS, word).isEmpty()).toList();
    var queries = new ArrayList<Query>();
    for (String word : telling.isEmpty() && question.phrases().isEmpty() ? words : telling) {
      either(word, queries);
    }
    question.phrases().forEach(phrase -> either(phrase, queries));
    return queries.size() > Question.WORDS_MAX ? queries.subList(0, Question.WORDS_MAX) : queries;
  }

  private static void either(String words, List<Query> queries) {
    Query prose = new QueryBuilder(EVERY_WORD).createPhraseQuery(TaskShape.PROSE, words);
    Query names = new QueryBuilder(NAMES).createPhraseQuery(TaskShape.NAMES, words);
    var either = new BooleanQuery.Builder();
    if (prose != null) {
      either.add(prose, Occur.SHOULD);
    }
    if (names != null) {
      either.add(names, Occur.SHOULD);
    }
    BooleanQuery query = either.build();
    if (!query.clauses().isEmpty()) {
      queries.add(query);
    }
  }
}
