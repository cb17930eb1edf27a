package io.millrace.index;

import io.millrace.access.Scope;
import io.millrace.changelog.ChangeLog.Kind;
import io.millrace.document.Documents.Document;
import io.millrace.document.Documents.Indexable;
import io.millrace.document.Documents.Passage;
import io.millrace.document.Documents.Status;
import io.millrace.document.Generation;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Documents in memory, each change of which is in a {@link MemoryChangeLog}. */
final class Library implements PassageContent.Source {
  static final String MODEL = "test-model";

  static final Generation LIVE =
      new Generation(
          1,
          "the-model",
          1,
          Generation.State.LIVE,
          false,
          false,
          Optional.of(0L),
          Instant.EPOCH,
          Optional.of(Instant.EPOCH));

  /** Reads English alone, and nothing reranks. */
  static final SearchModel SEARCH = new SearchModel("the-model", Set.of("en"), Optional.empty());

  final MemoryChangeLog log;
  final AtomicInteger reads = new AtomicInteger();
  private final TreeMap<String, Indexable> documents = new TreeMap<>();
  private boolean down;

  Library(MemoryChangeLog log) {
    this.log = log;
  }

  /** Puts a document whose passages are these texts, without vectors. */
  void put(String id, String... texts) {
    put(document(id).passages(texts));
  }

  synchronized void put(Draft draft) {
    documents.put(draft.id, draft.indexable());
    log.changed(Kind.DOCUMENT, draft.id, draft.owner.tenant());
  }

  synchronized void remove(String id) {
    documents.remove(id);
    log.changed(Kind.DOCUMENT, id);
  }

  /** Loses a document without a word in the log. */
  synchronized void forget(String id) {
    documents.remove(id);
  }

  synchronized void down(boolean isDown) {
    down = isDown;
  }

  static Draft document(String id) {
    return new Draft(id);
  }

  @Override
  public synchronized Future<Optional<Indexable>> indexable(String documentId) {
    reads.incrementAndGet();
    return down
        ? Future.failedFuture("the library is closed")
        : Future.succeededFuture(Optional.ofNullable(documents.get(documentId)));
  }

  @Override
  public synchronized Future<List<String>> searchableIds(Optional<String> after, int limit) {
    var ids = after.map(id -> documents.tailMap(id, false)).orElse(documents).keySet();
    return down
        ? Future.failedFuture("the library is closed")
        : Future.succeededFuture(ids.stream().limit(limit).toList());
  }

  /** A document being written. */
  static final class Draft {
    private final String id;
    private final List<Passage> passages = new ArrayList<>();
    private final List<float[]> vectors = new ArrayList<>();
    private Scope owner = Scope.DEFAULT;
    private String collection = "shelf";
    private String mediaType = "text/plain";
    private String title;
    private String model = MODEL;
    private List<String> tags = List.of();
    private Instant changed = Instant.EPOCH;

    private Draft(String id) {
      this.id = id;
      this.title = id;
    }

    Draft owner(Scope scope) {
      owner = scope;
      return this;
    }

    Draft collection(String name) {
      collection = name;
      return this;
    }

    Draft mediaType(String type) {
      mediaType = type;
      return this;
    }

    Draft title(String words) {
      title = words;
      return this;
    }

    Draft model(String name) {
      model = name;
      return this;
    }

    Draft tagged(String... words) {
      tags = List.of(words);
      return this;
    }

    Draft changed(Instant moment) {
      changed = moment;
      return this;
    }

    Draft passages(String... texts) {
      for (String text : texts) {
        add("", text);
      }
      return this;
    }

    Draft passage(String text, float... vector) {
      add("", text);
      vectors.add(vector);
      return this;
    }

    Draft headed(String heading, String text) {
      add(heading, text);
      return this;
    }

    private void add(String heading, String text) {
      int ordinal = passages.size();
      passages.add(new Passage(id + "#" + ordinal, ordinal, 0, 0, text.length(), heading, text));
    }

    Indexable indexable() {
      var document =
          new Document(
              id,
              owner,
              collection,
              id + ".txt",
              title,
              mediaType,
              0,
              "hash",
              Optional.empty(),
              1,
              1,
              Status.READY,
              Optional.empty(),
              Optional.empty(),
              passages.size(),
              0,
              true,
              tags,
              Optional.empty(),
              Instant.EPOCH,
              changed);
      return new Indexable(document, model, passages, vectors);
    }
  }
}
