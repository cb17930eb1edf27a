package io.millrace.document;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.access.Scope;
import io.millrace.changelog.ChangeLog;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.changelog.PostgresChangeLog.Entity;
import io.millrace.document.Documents.Document;
import io.millrace.document.Documents.Registered;
import io.millrace.document.Documents.Upload;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.sql.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Decides which document, and which version of it, a stored file is. */
final class Registration {
  private static final int MEDIA_TYPE_LENGTH_MAX = 100;

  /** The update locks the collection, so uploads into it are registered one after the other. */
  private static final String OPEN_COLLECTION =
      """
      INSERT INTO collection (id, tenant, project, user_name, name) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (tenant, project, name) DO UPDATE SET name = excluded.name RETURNING id
      """;

  /** An upload is known by its name, a page by its source. */
  private static final String KNOWN =
      """
      SELECT id, artifact FROM document
      WHERE collection_id = $1 AND (%1$s = $2 OR artifact = $3)
      ORDER BY (%1$s IS NOT DISTINCT FROM $2) DESC, created_at LIMIT 1
      """;

  private static final String KNOWN_UPLOAD = KNOWN.formatted("name");
  private static final String KNOWN_PAGE = KNOWN.formatted("source");
  private static final String TAKEN_NAMES =
      "SELECT name FROM document WHERE collection_id = $1 AND name = ANY($2)";
  private static final String INSERT =
      """
      INSERT INTO document (id, collection_id, tenant, project, user_name, name, media_type,
        artifact, bytes, source, tags, source_id, status)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'pending')
      """;
  private static final String NEXT_VERSION =
      """
      UPDATE document SET version = version + 1, artifact = $2, bytes = $3, media_type = $4,
        source = $5, tags = coalesce(nullif($6, '{}'::text[]), tags), source_id = $7,
        status = 'pending', error = NULL, task_id = NULL, updated_at = now()
      WHERE id = $1
      """;
  private static final String TRY_AGAIN =
      """
      UPDATE document SET status = 'pending', error = NULL, task_id = NULL, updated_at = now()
      WHERE id = $1 AND status = 'failed'
      """;

  private final Database database;
  private final ArtifactReferences references;
  private final RandomGenerator random;

  Registration(Database database, ArtifactReferences references, RandomGenerator random) {
    this.database = database;
    this.references = references;
    this.random = random;
  }

  Future<Registered> register(Scope owner, Upload upload) {
    Optional<Problem> refusal = refusal(upload);
    if (refusal.isPresent()) {
      return Future.failedFuture(new ProblemException(refusal.get()));
    }
    return database
        .transaction(transaction ->
            openCollection(transaction, owner, upload.collection())
                .compose(collection ->
                    references
                        .hold(transaction, upload.artifact().id())
                        .compose(_ -> place(transaction, owner, collection, upload))))
        .compose(placed -> references.deleteUnreferenced(placed.replaced()).map(placed.answer()));
  }

  /** The answer, and bytes that the document no longer has. */
  private record Placed(Registered answer, List<String> replaced) {}

  private Future<Placed> place(
      SqlConnection transaction, Scope owner, String collection, Upload upload) {
    String artifact = upload.artifact().id();
    return transaction
        .preparedQuery(upload.source().isPresent() ? KNOWN_PAGE : KNOWN_UPLOAD)
        .execute(Tuple.of(collection, upload.source().orElse(upload.name()), artifact))
        .compose(rows -> {
          Optional<Row> known = DocumentRows.first(rows);
          if (known.isEmpty()) {
            return insert(transaction, owner, collection, upload);
          }
          String id = known.get().getString("id");
          String before = known.get().getString("artifact");
          return before.equals(artifact)
              ? again(transaction, id)
              : nextVersion(transaction, id, before, upload);
        });
  }

  private Future<Placed> insert(
      SqlConnection transaction, Scope owner, String collection, Upload upload) {
    String id = randomId();
    return freeName(transaction, collection, upload)
        .compose(name -> {
          Tuple row = Tuple.of(id, collection, owner.tenant(), owner.project(), owner.user(), name);
          row.addValue(upload.mediaType())
              .addValue(upload.artifact().id())
              .addValue(upload.artifact().bytes())
              .addValue(upload.source().orElse(null))
              .addValue(tags(upload.tags()))
              .addValue(upload.broughtBy().orElse(null));
          return transaction.preparedQuery(INSERT).execute(row);
        })
        .compose(_ -> read(transaction, id))
        .map(document -> new Placed(new Registered(document, false), List.of()));
  }

  /** Other pages may be called the same: then it is the URL, at last a name that nothing has. */
  private static Future<String> freeName(
      SqlConnection transaction, String collection, Upload upload) {
    if (upload.source().isEmpty()) {
      return Future.succeededFuture(upload.name());
    }
    String source = upload.source().get();
    String place = source.substring(source.indexOf("//") + 2);
    String last = upload.name() + " " + UUID.nameUUIDFromBytes(source.getBytes(UTF_8));
    List<String> candidates =
        Stream.of(upload.name(), place, last)
            .filter(name -> name.length() <= Documents.NAME_LENGTH_MAX)
            .toList();
    return transaction
        .preparedQuery(TAKEN_NAMES)
        .execute(Tuple.of(collection).addValue(candidates.toArray(String[]::new)))
        .map(rows -> {
          Set<String> taken =
              rows.stream().map(row -> row.getString("name")).collect(Collectors.toSet());
          return candidates.stream()
              .filter(name -> !taken.contains(name))
              .findFirst()
              .orElseThrow(() ->
                  new ProblemException(
                      new Problem.Conflict("There is another document of this name.")));
        });
  }

  private static Future<Placed> nextVersion(
      SqlConnection transaction, String id, String before, Upload upload) {
    Tuple change =
        Tuple.of(id, upload.artifact().id(), upload.artifact().bytes(), upload.mediaType())
            .addValue(upload.source().orElse(null))
            .addValue(tags(upload.tags()))
            .addValue(upload.broughtBy().orElse(null));
    return transaction
        .preparedQuery(NEXT_VERSION)
        .execute(change)
        .compose(_ -> read(transaction, id))
        .compose(document -> announced(transaction, document))
        .map(document -> new Placed(new Registered(document, false), List.of(before)));
  }

  /** Tags, source and type of what search knows of it have changed already. */
  private static Future<Document> announced(SqlConnection transaction, Document document) {
    return document.searchable() == 0
        ? Future.succeededFuture(document)
        : PostgresChangeLog.append(
                transaction,
                ChangeLog.Kind.DOCUMENT,
                List.of(new Entity(document.id(), document.owner().tenant())))
            .map(document);
  }

  private static Future<Placed> again(SqlConnection transaction, String id) {
    return transaction
        .preparedQuery(TRY_AGAIN)
        .execute(Tuple.of(id))
        .compose(_ -> read(transaction, id))
        .map(document -> new Placed(new Registered(document, true), List.of()));
  }

  private static Future<Document> read(SqlConnection transaction, String id) {
    return transaction
        .preparedQuery(DocumentRows.SELECT_DOCUMENT + "WHERE d.id = $1")
        .execute(Tuple.of(id))
        .map(rows -> DocumentRows.document(rows.iterator().next()));
  }

  private Future<String> openCollection(SqlConnection transaction, Scope owner, String name) {
    return transaction
        .preparedQuery(OPEN_COLLECTION)
        .execute(Tuple.of(randomId(), owner.tenant(), owner.project(), owner.user(), name))
        .map(rows -> rows.iterator().next().getString("id"));
  }

  /** As they are stored: each once, in the order given; refuses what is none. */
  static String[] tags(List<String> tags) {
    List<String> once = tags.stream().distinct().toList();
    if (once.size() > Documents.TAGS_MAX
        || !once.stream().allMatch(tag -> Documents.TAG.matcher(tag).matches())) {
      throw new ProblemException(
          new Problem.Invalid(
              "/tags",
              "A document has up to "
                  + Documents.TAGS_MAX
                  + " tags of 1 to 50 characters, without commas and spaces at the ends."));
    }
    return once.toArray(String[]::new);
  }

  private static Optional<Problem> refusal(Upload upload) {
    if (!Documents.COLLECTION_NAME.matcher(upload.collection()).matches()) {
      return Optional.of(
          new Problem.Invalid(
              "/collection",
              "A collection's name has 1 to 63 characters of a-z, 0-9, - and _, and begins with a"
                  + " letter or a digit."));
    }
    boolean nameHolds =
        !upload.name().isBlank()
            && upload.name().length() <= Documents.NAME_LENGTH_MAX
            && upload.name().chars().noneMatch(Character::isISOControl);
    if (!nameHolds) {
      return Optional.of(
          new Problem.Invalid(
              "/name",
              "A document's name has 1 to "
                  + Documents.NAME_LENGTH_MAX
                  + " characters and no control characters."));
    }
    return upload.mediaType().length() > MEDIA_TYPE_LENGTH_MAX
            || upload.mediaType().chars().anyMatch(Character::isISOControl)
        ? Optional.of(new Problem.Invalid("/mediaType", "This is no media type."))
        : Optional.empty();
  }

  private String randomId() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
