package io.millrace.document;

import io.millrace.access.Scope;
import io.millrace.artifact.ArtifactStore.Artifact;
import io.millrace.artifact.DirectoryArtifactStore;
import io.millrace.bus.Address;
import io.millrace.bus.Bus;
import io.millrace.bus.BusMessage;
import io.millrace.document.Documents.Document;
import io.millrace.document.Documents.Indexable;
import io.millrace.document.Documents.Registered;
import io.millrace.document.Documents.Upload;
import io.millrace.document.Ingest.Ended;
import io.millrace.inference.CountTokens;
import io.millrace.inference.Embed;
import io.millrace.inference.Embed.Vectors;
import io.millrace.inference.ModelQuestion;
import io.millrace.outbound.Outbound;
import io.millrace.settings.DocumentSettings;
import io.millrace.settings.OutboundSettings;
import io.millrace.settings.Settings;
import io.millrace.sql.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Documents over a real database and directory, with an embedder that counts letters. */
public final class Library {
  public static final Scope ALICE = new Scope("acme", "default", "alice");
  static final Scope MALLORY = new Scope("other", "default", "mallory");
  static final DocumentSettings SETTINGS = Settings.read(new JsonObject(), Map.of()).documents();

  static final int TOKENS_MAX = 512;

  /** Counts letters. */
  static final String MODEL = "counter";

  /** Answers as that one does, unless the test says otherwise. */
  static final String OTHER_MODEL = "reader";

  private static final OutboundSettings LOOPBACK_ALLOWED =
      Settings.read(new JsonObject(), Map.of("MILLRACE_OUTBOUND_ALLOW", "127.0.0.1")).outbound();

  public final Database database;
  public final DirectoryArtifactStore artifacts;
  public final PostgresDocuments documents;
  public final PostgresGenerations generations;
  public final DocumentIngest ingest;
  public final Generation live;
  private volatile Function<Embed, Future<Vectors>> embedder = Library::vectors;

  /** Empties {@code database} and keeps files in {@code directory}. */
  public Library(Vertx vertx, Database database, Path directory) throws Exception {
    this.database = database;
    this.artifacts = DirectoryArtifactStore.open(vertx, directory);
    this.documents = new PostgresDocuments(database, artifacts, new SecureRandom());
    this.generations = new PostgresGenerations(database);
    var bus = new Bus(vertx, Duration.ofSeconds(10));
    for (String name : List.of(MODEL, OTHER_MODEL)) {
      var model = new Address<>(ModelQuestion.address(name), BusMessage.class, BusMessage.class);
      done(bus.serve(model, this::answer));
    }
    var outbound = Outbound.open(vertx, LOOPBACK_ALLOWED, "test");
    this.ingest =
        new DocumentIngest(
            new DocumentIngest.Parts(
                vertx, database, documents, generations, artifacts, outbound, bus),
            SETTINGS);
    done(
        database.query(
            "TRUNCATE collection, document, edition, passage, milestone, generation,"
                + " generation_item CASCADE"));
    live = await(generations.ensure(Optional.of(MODEL)));
  }

  private Future<BusMessage> answer(BusMessage question) {
    return switch (question) {
      case Embed embed -> embedder.apply(embed).map(BusMessage.class::cast);
      case CountTokens(String _, List<String> texts) ->
          Future.succeededFuture(
              new CountTokens.Counts(TOKENS_MAX, texts.stream().map(Library::tokens).toList()));
      default -> Future.failedFuture(new AssertionError(question));
    };
  }

  /** A letter that is not Latin is a token, else four are one. */
  private static int tokens(String text) {
    int foreign = (int) text.chars().filter(c -> c > 0x7F).count();
    return Math.min(TOKENS_MAX, foreign + (text.length() - foreign) / 4);
  }

  /** Puts another embedder in place of the one that counts. */
  void embedWith(Function<Embed, Future<Vectors>> other) {
    embedder = other;
  }

  static Future<Vectors> vectors(Embed question) {
    List<float[]> rows =
        question.texts().stream().map(text -> new float[] {text.length(), -0.5f, 1e-7f}).toList();
    return Future.succeededFuture(new Vectors("counter-1", rows, 1));
  }

  Artifact put(String content) throws IOException, TimeoutException {
    Path upload = Files.createTempFile(artifacts.incoming(), "upload", "");
    return await(artifacts.put(Files.write(upload, content.getBytes(StandardCharsets.UTF_8))));
  }

  Registered register(Scope owner, String collection, String name, String content)
      throws IOException, TimeoutException {
    return await(
        documents.register(
            owner, new Upload(collection, name, "application/octet-stream", put(content))));
  }

  /** Registers a text in the collection {@code shelf}. */
  public Document register(String name, String content) throws IOException, TimeoutException {
    return register(ALICE, "shelf", name, content).document();
  }

  /** Brings what was registered in. */
  public Ended ingest(Document document) {
    return ingest.run(document.owner(), request(document.id()), (_, _, _) -> {}, () -> false);
  }

  /** Registers a text and brings it in. */
  public Document bringIn(String name, String content) throws IOException, TimeoutException {
    Document document = register(name, content);
    if (!(ingest(document) instanceof Ended.Done)) {
      throw new AssertionError("not brought in: " + get(document));
    }
    return get(document);
  }

  static Ingest.Request request(String document) {
    return request(new Ingest.Subject.Registered(document));
  }

  static Ingest.Request request(Ingest.Subject subject) {
    return new Ingest.Request("0-01m7yrrtbveccvh76rdxm4vycj", subject, false);
  }

  Document get(Document document) throws TimeoutException {
    return await(documents.get(document.owner(), document.id()));
  }

  /** What the index of the live generation has of it. */
  Optional<Indexable> indexable(Document document) throws TimeoutException {
    return await(documents.indexable(document.id(), live.id()));
  }

  long count(String sql) throws TimeoutException {
    return await(database.query(sql)).iterator().next().getLong(0);
  }

  /** Waits, and fails as it does. */
  public static void done(Future<?> future) throws TimeoutException {
    var _ = future.await(20, TimeUnit.SECONDS);
  }

  /** Waits for its value. */
  public static <T> T await(Future<T> future) throws TimeoutException {
    return future.await(20, TimeUnit.SECONDS);
  }
}
