package io.millrace.index;

import io.millrace.access.Scope;
import io.millrace.document.Documents.Indexable;
import io.millrace.document.Documents.Passage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
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

  /** Title, name, headings and text, analysed together; not stored. */
  static final String PROSE = "prose";

  private static final String TENANT = "tenant";
  private static final String PROJECT = "project";
  private static final String VECTOR_OF = "vector:";

  private PassageShape() {}

  /** The shape of a passages index. */
  static IndexShape shape() {
    return new IndexShape(
        "passages-2",
        ProseAnalyzer.everyWord(),
        new QuantizedCodec(),
        Optional.empty(),
        IndexShape.FILES);
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
    var document = new Document();
    document.add(new StringField(DOCUMENT, owner.id(), Store.YES));
    document.add(new StringField(TENANT, owner.owner().tenant(), Store.NO));
    document.add(new StringField(PROJECT, owner.owner().project(), Store.NO));
    document.add(new StringField(COLLECTION, owner.collection(), Store.YES));
    document.add(new StringField(MEDIA_TYPE, owner.mediaType(), Store.YES));
    document.add(new StoredField(NAME, owner.name()));
    document.add(new StoredField(TITLE, owner.title()));
    document.add(new StoredField(PASSAGE, passage.id()));
    document.add(new StoredField(ORDINAL, passage.ordinal()));
    document.add(new StoredField(PAGE, passage.page()));
    document.add(new StoredField(START, passage.start()));
    document.add(new StoredField(END, passage.end()));
    document.add(new StoredField(HEADING, passage.heading()));
    document.add(new StoredField(TEXT, passage.text()));
    document.add(new TextField(PROSE, owner.title(), Store.NO));
    if (!owner.name().equals(owner.title())) {
      document.add(new TextField(PROSE, owner.name(), Store.NO));
    }
    document.add(new TextField(PROSE, passage.heading(), Store.NO));
    document.add(new TextField(PROSE, passage.text(), Store.NO));
    return document;
  }

  private static void addVector(Document document, String model, float[] vector) {
    float[] unit = vector.clone();
    if (VectorUtil.dotProduct(unit, unit) > 0) {
      VectorUtil.l2normalize(unit);
      document.add(
          new KnnFloatVectorField(vectorField(model), unit, VectorSimilarityFunction.DOT_PRODUCT));
    }
  }

  /** What every found passage must satisfy; it is part of both sides of a search. */
  static Query filter(SearchPassages question) {
    Scope asker = question.asker();
    var filter = new BooleanQuery.Builder();
    filter.add(new TermQuery(new Term(TENANT, asker.tenant())), Occur.FILTER);
    filter.add(new TermQuery(new Term(PROJECT, asker.project())), Occur.FILTER);
    restrict(filter, COLLECTION, question.collections());
    restrict(filter, DOCUMENT, question.filters().documents());
    restrict(filter, MEDIA_TYPE, question.filters().mediaTypes());
    return filter.build();
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
