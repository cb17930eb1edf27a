package io.millrace.index;

import io.millrace.task.Payload;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.miscellaneous.PerFieldAnalyzerWrapper;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** How a task lies in the index: the one place that spells its fields. */
final class TaskShape {
  static final String ID = "id";
  static final String TENANT = "tenant";
  static final String HANDLER = "handler";
  static final String STATUS = "status";

  /** Milliseconds since 1970. */
  static final String CREATED = "created";

  /** Words of input, output and error, stemmed. */
  static final String PROSE = "prose";

  /** The same, as parts of names and identifiers. */
  static final String NAMES = "names";

  /** Newest first. */
  static final Sort NEWEST_FIRST =
      new Sort(new SortField("order", SortField.Type.STRING, /* reverse= */ true));

  /** UTF-16 units of one task's text that are indexed. */
  static final int TEXT_LENGTH_MAX = 100_000;

  private static final String ORDER = "order";
  private static final String PROJECT = "project";

  private TaskShape() {}

  /** The shape of a tasks index. */
  static IndexShape shape() {
    Analyzer analyzer =
        new PerFieldAnalyzerWrapper(ProseAnalyzer.everyWord(), Map.of(NAMES, new NameAnalyzer()));
    return new IndexShape(
        "tasks-1", analyzer, new Lucene104Codec(), Optional.of(NEWEST_FIRST), IndexShape.FILES);
  }

  /** What names one task. */
  static Term key(TaskId id) {
    return new Term(ID, id.value());
  }

  /** What tasks are ordered by: the moment an id was minted comes first, not its shard. */
  static BytesRef order(TaskId id) {
    return new BytesRef(id.value().substring(id.value().indexOf('-') + 1) + "-" + id.shard());
  }

  /** The entry of {@code task}. */
  static Document document(Task task) {
    var document = new Document();
    document.add(new StringField(ID, task.id().value(), Store.YES));
    document.add(new SortedDocValuesField(ORDER, order(task.id())));
    document.add(new StringField(TENANT, task.owner().tenant(), Store.NO));
    document.add(new StringField(PROJECT, task.owner().project(), Store.NO));
    document.add(new StringField(HANDLER, task.handler(), Store.NO));
    document.add(new StringField(STATUS, task.status().label(), Store.NO));
    document.add(new LongPoint(CREATED, task.createdAt().toEpochMilli()));
    String text = text(task);
    document.add(new TextField(PROSE, text, Store.NO));
    document.add(new TextField(NAMES, text, Store.NO));
    return document;
  }

  /** All that people may look for in a task. */
  static String text(Task task) {
    var text = new StringBuilder();
    append(text, task.id().value());
    append(text, task.handler());
    task.error().ifPresent(error -> append(text, error.type() + '\n' + error.message()));
    appendPayload(text, task.input());
    task.result().ifPresent(result -> appendPayload(text, result));
    return text.toString();
  }

  private static void appendPayload(StringBuilder text, Payload payload) {
    try {
      appendValue(text, Json.decodeValue(payload.json()));
    } catch (DecodeException notJson) {
      append(text, payload.json()); // better found as it is than not at all
    }
  }

  private static void appendValue(StringBuilder text, @Nullable Object value) {
    switch (value) {
      case null -> {}
      case JsonObject object ->
          object.forEach(member -> {
            append(text, member.getKey());
            appendValue(text, member.getValue());
          });
      case JsonArray array -> array.forEach(member -> appendValue(text, member));
      case Double _, Float _ -> {} // vectors: nobody looks for them
      default -> append(text, value.toString());
    }
  }

  private static void append(StringBuilder text, String more) {
    int room = TEXT_LENGTH_MAX - text.length();
    if (room > 0) {
      text.append(more, 0, Math.min(room, more.length())).append('\n');
    }
  }
}
