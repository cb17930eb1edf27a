package io.millrace.index;

import io.millrace.index.SearchPassages.Hit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;

/** Makes hits of the best candidates: what is stored, what matched, and why where that is asked. */
final class HitReader {
  private static final Highlights OF_WORDS = Highlights.ofWords(PassageShape.analyzer());
  private static final Highlights OF_PHRASES = Highlights.ofPhrases(PassageShape.analyzer());

  private final IndexSearcher searcher;
  private final SearchPassages asked;
  private final Map<String, Query> words;
  private final Query marking;
  private final Highlights highlights;

  HitReader(IndexSearcher searcher, SearchPassages asked, Optional<KeywordQuery> keywords) {
    this.searcher = searcher;
    this.asked = asked;
    this.words = keywords.map(KeywordQuery::words).orElse(Map.of());
    this.marking =
        keywords.map(KeywordQuery::marking).orElseGet(() -> new MatchNoDocsQuery("no words"));
    this.highlights = keywords.flatMap(KeywordQuery::required).isPresent() ? OF_PHRASES : OF_WORDS;
  }

  /** The first of {@code ranked}, of each document no more than was asked for. */
  List<Hit> read(List<Candidate> ranked) throws IOException {
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
        hits.add(hit(document, candidate));
      }
    }
    return hits;
  }

  private Hit hit(Document document, Candidate candidate) throws IOException {
    String text = text(document, PassageShape.TEXT);
    String language = text(document, PassageShape.LANGUAGE);
    return new Hit(
        text(document, PassageShape.PASSAGE),
        text(document, PassageShape.DOCUMENT),
        text(document, PassageShape.NAME),
        text(document, PassageShape.TITLE),
        text(document, PassageShape.COLLECTION),
        text(document, PassageShape.MEDIA_TYPE),
        language,
        Optional.ofNullable(document.get(PassageShape.SOURCE)),
        number(document, PassageShape.ORDINAL),
        number(document, PassageShape.PAGE),
        number(document, PassageShape.START),
        number(document, PassageShape.END),
        text(document, PassageShape.HEADING),
        text,
        highlights.of(PassageShape.prose(language), marking, text),
        candidate.scores(),
        asked.options().explain() ? words(candidate.doc) : Map.of());
  }

  /** What each word of the question gave to the score. */
  private Map<String, Double> words(int doc) throws IOException {
    var parts = new LinkedHashMap<String, Double>();
    for (var word : words.entrySet()) {
      Explanation explained = searcher.explain(word.getValue(), doc);
      if (explained.isMatch()) {
        parts.put(word.getKey(), explained.getValue().doubleValue());
      }
    }
    return parts;
  }

  private static String text(Document document, String field) {
    String value = document.get(field);
    return value == null ? "" : value;
  }

  private static int number(Document document, String field) {
    IndexableField value = document.getField(field);
    return value == null || value.numericValue() == null ? 0 : value.numericValue().intValue();
  }
}
