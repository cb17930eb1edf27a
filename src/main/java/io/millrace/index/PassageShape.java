package io.millrace.index;

import io.millrace.access.Scope;
import io.millrace.document.Documents.Indexable;
import io.millrace.document.Documents.Passage;
import io.millrace.index.SearchPassages.Filters;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.miscellaneous.PerFieldAnalyzerWrapper;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.SortedSetDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.VectorUtil;

/** How a passage lies in the index: the one place that spells its fields. */
final class PassageShape {
  static final String DOCUMENT = "document";
  static final String NAME = "name";
  static final String TITLE = "title";
  static final String COLLECTION = "collection";
  static final String MEDIA_TYPE = "mediaType";
  static final String PASSAGE = "passage";
  static final String ORDINAL = "ordinal";
  static final String PAGE = "page";
  static final String START = "start";
  static final String END = "end";
  static final String HEADING = "heading";
  static final String TEXT = "text";

  static final String LANGUAGE = "language";
  static final String SOURCE = "source";
  static final String TAG = "tag";

  /** When the document's present version came, in milliseconds since 1970. */
  static final String CHANGED = "changed";

  /**
   * Title, name, headings and text, analysed together; not stored. A language with an analysis of
   * its own has a field of its own: {@link #prose}.
   */
  static final String PROSE = "prose";

  /** Whole identifiers, such as file names, error codes and part numbers, in lower case. */
  static final String IDENTIFIER = "identifier";

  private static final String TENANT = "tenant";
  private static final String PROJECT = "project";
  private static final String VECTOR_OF = "vector:";

  private PassageShape() {}

  /** The shape of a passages index. */
  static IndexShape shape() {
    return new IndexShape(
        "passages-3", analyzer(), new QuantizedCodec(), Optional.empty(), IndexShape.FILES);
  }

  /** The field of the prose of passages in {@code language}. */
  static String prose(String language) {
    return ProseAnalyzer.isOwn(language) ? PROSE + ":" + language : PROSE;
  }

  /** Every word of each field of prose. */
  static Analyzer analyzer() {
    Map<String, Analyzer> byField = new HashMap<>();
    for (String language : ProseAnalyzer.own()) {
      byField.put(prose(language), ProseAnalyzer.everyWord(language));
    }
    return new PerFieldAnalyzerWrapper(ProseAnalyzer.everyWord(), byField);
  }

  /** The field of one model's vectors: vectors of different models are never compared. */
  static String vectorField(String model) {
    return VECTOR_OF + model;
  }

  /** What names all passages of one document. */
  static Term key(String documentId) {
    return new Term(DOCUMENT, documentId);
  }

  /** The passages of {@code content}, in order. */
  static List<Document> documents(Indexable content) {
    var documents = new ArrayList<Document>();
    for (int i = 0; i < content.passages().size(); i++) {
      Document document = passage(content, content.passages().get(i));
      if (i < content.vectors().size()) {
        addVector(document, content.model(), content.vectors().get(i));
      }
      documents.add(document);
    }
    return documents;
  }

  private static Document passage(Indexable content, Passage passage) {
    var owner = content.document();
    String language = Languages.of(passage.text());
    var document = new Document();
    document.add(new StringField(TENANT, owner.owner().tenant(), Store.NO));
    document.add(new StringField(PROJECT, owner.owner().project(), Store.NO));
    label(document, DOCUMENT, owner.id());
    label(document, COLLECTION, owner.collection());
    label(document, MEDIA_TYPE, owner.mediaType());
    label(document, LANGUAGE, language);
    for (String tag : owner.tags()) {
      document.add(new StringField(TAG, tag, Store.YES));
      document.add(new SortedSetDocValuesField(TAG, new BytesRef(tag)));
    }
    owner.source().ifPresent(source -> document.add(new StringField(SOURCE, source, Store.YES)));
    document.add(new LongField(CHANGED, owner.updatedAt().toEpochMilli(), Store.NO));
    document.add(new StoredField(NAME, owner.name()));
    document.add(new StoredField(TITLE, owner.title()));
    document.add(new StoredField(PASSAGE, passage.id()));
    document.add(new StoredField(ORDINAL, passage.ordinal()));
    document.add(new StoredField(PAGE, passage.page()));
    document.add(new StoredField(START, passage.start()));
    document.add(new StoredField(END, passage.end()));
    document.add(new StoredField(HEADING, passage.heading()));
    document.add(new StoredField(TEXT, passage.text()));
    // A title that is a heading as well counts twice: measured, that is right.
    var parts = new ArrayList<>(List.of(owner.title(), passage.heading(), passage.text()));
    if (!owner.name().equals(owner.title())) {
      parts.add(1, owner.name());
    }
    for (String part : parts) {
      document.add(new TextField(prose(language), part, Store.NO));
    }
    for (String identifier : Identifiers.in(String.join(" ", parts))) {
      document.add(new StringField(IDENTIFIER, identifier, Store.NO));
    }
    return document;
  }

  /** A word to filter by and to count. */
  private static void label(Document document, String field, String value) {
    document.add(new StringField(field, value, Store.YES));
    document.add(new SortedDocValuesField(field, new BytesRef(value)));
  }

  private static void addVector(Document document, String model, float[] vector) {
    float[] unit = vector.clone();
    if (VectorUtil.dotProduct(unit, unit) > 0) {
      VectorUtil.l2normalize(unit);
      document.add(
          new KnnFloatVectorField(vectorField(model), unit, VectorSimilarityFunction.DOT_PRODUCT));
    }
  }

  /**
   * What every found passage must satisfy; it is part of both sides of a search. Empty when all
   * that {@code reader} has does: such a condition would be checked passage by passage for nothing.
   */
  static Optional<Query> filter(SearchPassages question, IndexReader reader) throws IOException {
    Scope asker = question.asker();
    var filter = new BooleanQuery.Builder();
    require(filter, new Term(TENANT, asker.tenant()), reader);
    require(filter, new Term(PROJECT, asker.project()), reader);
    restrict(filter, COLLECTION, question.collections());
    restrict(filter, DOCUMENT, question.filters().documents());
    Filters filters = question.filters();
    restrict(filter, MEDIA_TYPE, filters.mediaTypes());
    restrict(filter, LANGUAGE, filters.languages());
    restrict(filter, TAG, filters.tags());
    if (!filters.sources().isEmpty()) {
      var any = new BooleanQuery.Builder();
      filters
          .sources()
          .forEach(source -> any.add(new PrefixQuery(new Term(SOURCE, source)), Occur.SHOULD));
      filter.add(any.build(), Occur.FILTER);
    }
    if (filters.changedFrom().isPresent() || filters.changedTo().isPresent()) {
      long from = filters.changedFrom().map(Instant::toEpochMilli).orElse(Long.MIN_VALUE);
      long before = filters.changedTo().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
      filter.add(LongField.newRangeQuery(CHANGED, from, before), Occur.FILTER);
    }
    BooleanQuery conditions = filter.build();
    return conditions.clauses().isEmpty() ? Optional.empty() : Optional.of(conditions);
  }

  /** Both counts include what is deleted but not yet merged away, which no search sees. */
  private static void require(BooleanQuery.Builder filter, Term term, IndexReader reader)
      throws IOException {
    if (reader.docFreq(term) < reader.maxDoc()) {
      filter.add(new TermQuery(term), Occur.FILTER);
    }
  }

  private static void restrict(
      BooleanQuery.Builder filter, String field, Collection<String> values) {
    if (!values.isEmpty()) {
      filter.add(
          new TermInSetQuery(field, values.stream().map(BytesRef::new).toList()), Occur.FILTER);
    }
  }

  /** Lucene's own codec with vectors also kept as bytes, which searches read. */
  private static final class QuantizedCodec extends Lucene104Codec {
    private final KnnVectorsFormat vectors = new Lucene104HnswScalarQuantizedVectorsFormat();

    @Override
    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
      return vectors;
    }
  }
}
