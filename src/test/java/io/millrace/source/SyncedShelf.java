package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.access.Scope;
import io.millrace.artifact.DirectoryArtifactStore;
import io.millrace.document.Documents.Document;
import io.millrace.document.Documents.Filter;
import io.millrace.document.PostgresDocuments;
import io.millrace.document.SyncedDocuments.Waiting;
import io.millrace.outbound.Outbound;
import io.millrace.schedule.PostgresSchedules;
import io.millrace.settings.S3Settings;
import io.millrace.settings.Settings;
import io.millrace.source.Source.Counts;
import io.millrace.source.Source.OnGone;
import io.millrace.source.Source.Plan;
import io.millrace.source.Synchronizer.Ended;
import io.millrace.sql.Database;
import io.millrace.task.Children;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.testing.UnusedTaskQueue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sources over a real database, a directory and a small site; a stand-in brings documents in. */
final class SyncedShelf {
  static final Scope ALICE = new Scope("acme", "default", "alice");
  static final Scope MALLORY = new Scope("other", "default", "mallory");
  static final int FILES_MAX = 3;

  final Path directory;
  final Map<String, String> pages = new ConcurrentHashMap<>();
  final List<String> asked = new ArrayList<>();
  final Database database;
  final DirectoryArtifactStore artifacts;
  final PostgresDocuments documents;
  final PostgresSources sources;
  final Synchronizer synchronizer;
  final HttpServer site;
  final Path root;
  private int tasks;

  /** An empty shelf below {@code directory}. */
  SyncedShelf(Vertx vertx, Database database, Path directory) throws Exception {
    this(vertx, database, directory, Map.of());
  }

  /** An empty shelf that may ask buckets too. */
  SyncedShelf(Vertx vertx, Database database, Path directory, Map<String, S3Settings> s3)
      throws Exception {
    this.database = database;
    this.directory = directory;
    done(database.query("TRUNCATE collection, document, source, source_item, schedule CASCADE"));
    artifacts = DirectoryArtifactStore.open(vertx, directory.resolve("artifacts"));
    root = Files.createDirectory(directory.resolve("root")).toRealPath();
    var random = new SecureRandom();
    documents = new PostgresDocuments(database, artifacts, random);
    var allowed = new AllowedPlaces(List.of(root), s3.keySet());
    var schedules = new PostgresSchedules(database, InstantSource.system(), random);
    sources = new PostgresSources(database, schedules, allowed, random);
    var outbound =
        Outbound.open(
            vertx,
            Settings.read(new JsonObject(), Map.of("MILLRACE_OUTBOUND_ALLOW", "127.0.0.1"))
                .outbound(),
            "test");
    synchronizer =
        new Synchronizer(
            new Synchronizer.Parts(
                database,
                sources,
                documents,
                artifacts,
                new NothingLives(),
                new Connectors(allowed, 1_000, outbound, new Buckets(s3, 1_000))));
    site = await(vertx.createHttpServer().requestHandler(this::serve).listen(0, "127.0.0.1"));
  }

  void serve(io.vertx.core.http.HttpServerRequest request) {
    String page = pages.get(request.path());
    String known = request.getHeader("If-None-Match");
    synchronized (asked) {
      asked.add(request.path() + " " + known);
    }
    var response = request.response();
    if (page == null) {
      var _ = response.setStatusCode(404).end();
    } else if (page.startsWith("30")) {
      var _ = response.setStatusCode(302).putHeader("Location", page.substring(4)).end();
    } else if (page.equals("403")) {
      var _ = response.setStatusCode(403).end();
    } else {
      String tag = "\"" + page.hashCode() + "\"";
      var _ =
          tag.equals(known)
              ? response.setStatusCode(304).end()
              : response.putHeader("ETag", tag).putHeader("Content-Type", "text/plain").end(page);
    }
  }

  /** No task lives. */
  private static final class NothingLives extends UnusedTaskQueue {
    @Override
    public Future<Optional<Task>> get(Scope asker, TaskId id) {
      return Future.succeededFuture(Optional.empty());
    }
  }

  Source directory(OnGone onGone) throws Exception {
    return source(new Place.Directory(root.toString()), onGone);
  }

  Source source(Place place, OnGone onGone) throws Exception {
    var plan =
        new Plan("s", "shelf", place, List.of(), List.of("*.tmp"), List.of("synced"), onGone);
    return await(sources.create(ALICE, plan, Optional.empty()));
  }

  String task() {
    return "0-01m7yrrtbveccvh76rdxm%05d".formatted(++tasks);
  }

  Ended run(Source source, String task) {
    return run(source, task, Optional.empty());
  }

  Ended run(Source source, String task, Optional<Children> before) {
    var request = new Synchronizer.Request(ALICE, source.id(), task, before, FILES_MAX);
    return synchronizer.run(request, (_, _) -> {}, () -> false);
  }

  /** Syncs to the end; every document that is to be brought in is. */
  Counts sync(Source source) throws Exception {
    String task = task();
    Ended ended = run(source, task);
    int children = 0;
    while (ended instanceof Ended.Bringing(var waiting)) {
      assertThat(waiting).hasSizeLessThanOrEqualTo(FILES_MAX);
      for (Waiting document : waiting) {
        bringIn(document.id());
        children++;
      }
      ended = run(source, task, Optional.of(new Children(children, children, 0, 0, 0)));
    }
    assertThat(ended).isInstanceOf(Ended.Done.class);
    return ((Ended.Done) ended).counts();
  }

  void bringIn(String document) throws Exception {
    done(
        database.query(
            "UPDATE document SET status = 'ready', task_id = 'child' WHERE id = $1",
            Tuple.of(document)));
  }

  List<Document> all() throws Exception {
    return await(documents.list(ALICE, Filter.ALL, Optional.empty(), 100)).documents();
  }

  List<String> names() throws Exception {
    return all().stream().map(Document::name).sorted().toList();
  }

  void put(String name, String content) throws Exception {
    var _ = write(name, content);
  }

  Path write(String name, String content) throws Exception {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  static <T> T await(Future<T> future) throws TimeoutException {
    return future.await(20, TimeUnit.SECONDS);
  }

  static void done(Future<?> future) throws TimeoutException {
    var _ = future.await(20, TimeUnit.SECONDS);
  }

  Plan with(OnGone onGone) {
    return new Plan(
        "s",
        "shelf",
        new Place.Directory(root.toString()),
        List.of(),
        List.of(),
        List.of("synced"),
        onGone);
  }

  static Optional<Sources.Times> none() {
    return Optional.empty();
  }

  String url(String path) {
    return "http://127.0.0.1:" + site.actualPort() + path;
  }
}
