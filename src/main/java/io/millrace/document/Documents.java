package io.millrace.document;

import io.millrace.access.Scope;
import io.millrace.artifact.ArtifactStore.Artifact;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Collections, documents and passages as they are kept. Whatever belongs to another tenant does not
 * exist for the asker: it fails with {@code NotFound}, or is left out of lists.
 */
public interface Documents {
  /** The form of a collection's name. */
  Pattern COLLECTION_NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  /** How many UTF-16 units a document's name may have. */
  int NAME_LENGTH_MAX = 255;

  /** How many tags a document may have. */
  int TAGS_MAX = 20;

  /** The form of a tag. */
  Pattern TAG = Pattern.compile("[^\\s\\p{Cc},]([^\\p{Cc},]{0,48}[^\\s\\p{Cc},])?");

  /** All collections of the asker's tenant, by name. */
  Future<List<CollectionSummary>> collections(Scope asker);

  /** Removes a collection and all its documents; fails with {@code NotFound}. */
  Future<Void> deleteCollection(Scope asker, String name);

  /**
   * Takes note of a stored file, creating the collection when it is the first. A known name (of an
   * upload) or source (of a page) with other bytes is the next version of that document; a new one
   * with known bytes is the document that has them. A page whose name is taken gets a longer one.
   * Fails with {@code Invalid} for names out of form.
   */
  Future<Registered> register(Scope owner, Upload upload);

  /** Remembers the task that brings the document in. */
  Future<Void> attachTask(Scope asker, String documentId, String taskId);

  /** Documents, newest first. */
  Future<DocumentPage> list(Scope asker, Filter filter, Optional<String> cursor, int limit);

  /** Whether {@code text} has the form of a cursor of {@link #list}. */
  static boolean isCursor(String text) {
    return DocumentCursor.isCursor(text);
  }

  /** One document; fails with {@code NotFound}. */
  Future<Document> get(Scope asker, String documentId);

  /** Changes what people may change of a document, and answers it as it is then. */
  Future<Document> change(Scope asker, String documentId, Change change);

  /** Removes a document, its passages, and its bytes when nothing else refers to them. */
  Future<Void> delete(Scope asker, String documentId);

  /** Passages of the searchable version with ordinals from {@code fromOrdinal} up, in order. */
  Future<List<Passage>> passages(Scope asker, String documentId, int fromOrdinal, int limit);

  /** The normalised text that the passages' offsets count in; {@code NotFound} before ready. */
  Future<String> text(Scope asker, String documentId);

  /**
   * What the index of a generation keeps of a document: its passages there with their vectors, or,
   * as long as it is not in that generation, those that search shows, without vectors. Empty when
   * it was deleted, is disabled, or never became searchable.
   */
  Future<Optional<Indexable>> indexable(String documentId, long generation);

  /** Ids of all searchable, enabled documents of all tenants, rising, after {@code after}. */
  Future<List<String>> searchableIds(Optional<String> after, int limit);

  /** Where a document stands. */
  enum Status {
    /** Registered; its ingest waits. */
    PENDING,
    /** Being brought in. */
    PROCESSING,
    /** Its latest version is searchable. */
    READY,
    /** Its latest version could not be brought in; an older one may still be searchable. */
    FAILED;

    /** The name used in every column and body: lower case. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The status with this {@link #label()}. */
    public static Optional<Status> ofLabel(String label) {
      return Arrays.stream(values()).filter(status -> status.label().equals(label)).findFirst();
    }
  }

  /** A collection with its counts. */
  record CollectionSummary(
      String name,
      Instant createdAt,
      long documents,
      long ready,
      long failed,
      long passages,
      long bytes) {}

  /**
   * A file that was stored.
   *
   * @param mediaType what the client said it is; a hint that extraction checks
   * @param source the URL it was fetched from, in its plain form; empty for what was uploaded
   * @param tags what a new document or version is tagged with; none leaves its tags as they are
   * @param broughtBy the source that a sync brought it from
   */
  record Upload(
      String collection,
      String name,
      String mediaType,
      Artifact artifact,
      Optional<String> source,
      List<String> tags,
      Optional<String> broughtBy) {
    private static final Pattern MEDIA_TYPE = Pattern.compile("[\\w.+-]+/[\\w.+-]+[^\\p{Cntrl}]*");
    private static final int MEDIA_TYPE_LENGTH_MAX = 100;

    /** Copies the list. */
    public Upload {
      tags = List.copyOf(tags);
    }

    /** A file that somebody brought. */
    public Upload(String collection, String name, String mediaType, Artifact artifact) {
      this(collection, name, mediaType, artifact, Optional.empty());
    }

    /** A file without tags. */
    public Upload(
        String collection,
        String name,
        String mediaType,
        Artifact artifact,
        Optional<String> source) {
      this(collection, name, mediaType, artifact, source, List.of(), Optional.empty());
    }

    /** The same with tags. */
    public Upload tagged(List<String> with) {
      return new Upload(collection, name, mediaType, artifact, source, with, broughtBy);
    }

    /** The same, brought by a source. */
    public Upload broughtBy(String sourceId) {
      return new Upload(collection, name, mediaType, artifact, source, tags, Optional.of(sourceId));
    }

    /** What is stored as media type when {@code said} was: itself, if it is one. */
    public static String mediaType(Optional<String> said) {
      return said.filter(type -> type.length() <= MEDIA_TYPE_LENGTH_MAX)
          .filter(type -> MEDIA_TYPE.matcher(type).matches())
          .orElse("application/octet-stream");
    }
  }

  /**
   * What an upload became.
   *
   * @param repeated whether these bytes were known already
   */
  record Registered(Document document, boolean repeated) {}

  /** Which documents to list; an empty member does not restrict. */
  record Filter(Optional<String> collection, Optional<Status> status, Optional<String> tag) {
    /** All documents. */
    public static final Filter ALL = new Filter(Optional.empty(), Optional.empty());

    /** Documents whatever their tags. */
    public Filter(Optional<String> collection, Optional<Status> status) {
      this(collection, status, Optional.empty());
    }
  }

  /** What to change of a document; an empty member stays as it is. */
  record Change(Optional<Boolean> enabled, Optional<List<String>> tags) {}

  /** A piece of the list, and where the next begins. */
  record DocumentPage(List<Document> documents, Optional<String> next) {
    /** Copies the list. */
    public DocumentPage {
      documents = List.copyOf(documents);
    }
  }

  /**
   * One document.
   *
   * @param artifact the bytes of the latest version
   * @param source the URL it was fetched from; empty for what was uploaded
   * @param version the latest version, from 1
   * @param searchable the version that search knows, 0 for none; below {@code version} while a new
   *     one is being brought in
   * @param title the document's own title, else its name
   * @param mediaType what extraction found, before that what the client said
   * @param error why it failed, in plain words
   * @param notice what is missing in the searchable version, in plain words
   * @param passages how many passages the searchable version has
   * @param characters UTF-16 units in the normalised text of the searchable version
   * @param enabled whether search may find it
   */
  record Document(
      String id,
      Scope owner,
      String collection,
      String name,
      String title,
      String mediaType,
      long bytes,
      String artifact,
      Optional<String> source,
      int version,
      int searchable,
      Status status,
      Optional<String> error,
      Optional<String> notice,
      int passages,
      int characters,
      boolean enabled,
      List<String> tags,
      Optional<String> task,
      Instant createdAt,
      Instant updatedAt) {
    /** Copies the list. */
    public Document {
      tags = List.copyOf(tags);
    }
  }

  /**
   * A piece of a document that is embedded, indexed and cited.
   *
   * @param ordinal its place in the document, from 0
   * @param page from 1, or 0 where the format has none
   * @param start offset of its first UTF-16 unit in the normalised text
   * @param end offset after its last
   * @param heading the headings above it, outermost first, joined by {@code " › "}
   */
  record Passage(
      String id, int ordinal, int page, int start, int end, String heading, String text) {}

  /**
   * All that an index needs of the searchable version of a document.
   *
   * @param model name and version of the model that made the vectors
   * @param passages in order
   * @param vectors one per passage: {@code float[dimension]}, unit length, treated as immutable;
   *     none where no model of the generation read them
   */
  record Indexable(Document document, String model, List<Passage> passages, List<float[]> vectors) {
    /** Copies the lists, not the vectors. */
    public Indexable {
      passages = List.copyOf(passages);
      vectors = List.copyOf(vectors);
    }
  }
}
