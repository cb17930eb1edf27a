package io.millrace.document;

import io.millrace.access.Scope;
import io.millrace.artifact.ArtifactStore;
import io.millrace.artifact.ArtifactStore.Artifact;
import io.millrace.document.Documents.Document;
import io.millrace.document.Documents.Upload;
import io.millrace.problem.ProblemException;
import io.millrace.queue.TaskQueue;
import io.millrace.queue.TaskQueue.Submitted;
import io.millrace.sql.Database;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the manual in as a sample collection, once in the life of a database and only when it has
 * no collection yet, so that search answers before anything was uploaded.
 */
final class SampleCollection {
  /** The collection's name. */
  static final String NAME = "manual";

  private static final Logger LOGGER = LoggerFactory.getLogger(SampleCollection.class);
  private static final String MILESTONE = "sample";
  private static final String HANDLER = "ingest";

  private final Vertx vertx;
  private final Database database;
  private final Documents documents;
  private final ArtifactStore artifacts;
  private final TaskQueue queue;

  SampleCollection(
      Vertx vertx,
      Database database,
      Documents documents,
      ArtifactStore artifacts,
      TaskQueue queue) {
    this.vertx = vertx;
    this.database = database;
    this.documents = documents;
    this.artifacts = artifacts;
    this.queue = queue;
  }

  /**
   * Submits what is to be ingested, when this is still to be done; answers how many pages. Ended in
   * the middle, it does the rest the next time, and nothing twice. Blocks; on a virtual thread.
   */
  int bring() {
    if (isReached()) {
      return 0;
    }
    int submitted = 0;
    if (othersExist()) {
      LOGGER.debug("There are collections already; no sample is needed");
    } else {
      SortedMap<String, byte[]> pages = pages();
      for (var page : pages.entrySet()) {
        submit(page.getKey(), page.getValue());
        submitted++;
      }
    }
    var _ =
        database
            .query(
                "INSERT INTO milestone (name) VALUES ($1) ON CONFLICT DO NOTHING",
                Tuple.of(MILESTONE))
            .await();
    return submitted;
  }

  private void submit(String name, byte[] bytes) {
    Artifact artifact = artifacts.put(stored(bytes)).await();
    Document document =
        documents
            .register(Scope.DEFAULT, new Upload(NAME, name, "text/markdown", artifact))
            .await()
            .document();
    var request =
        new TaskRequest(
            Scope.DEFAULT,
            HANDLER,
            new Payload(
                new JsonObject()
                    .put("name", document.name())
                    .put("collection", document.collection())
                    .put("documentId", document.id())
                    .encode()),
            Priority.NORMAL,
            new TaskRequest.Start.Now(),
            Optional.of("sample:" + document.id() + ":" + document.version()));
    switch (queue.submit(List.of(request)).await().getFirst()) {
      case Submitted.Accepted accepted -> attach(document, accepted.task().id());
      case Submitted.Archived archived -> attach(document, archived.id());
      case Submitted.Refused refused -> throw new ProblemException(refused.problem());
    }
  }

  private void attach(Document document, TaskId task) {
    Void _ = documents.attachTask(Scope.DEFAULT, document.id(), task.value()).await();
  }

  private Path stored(byte[] bytes) {
    Path directory = artifacts.incoming();
    return vertx
        .executeBlocking(
            () -> Files.write(Files.createTempFile(directory, "manual", ""), bytes), false)
        .map(Objects::requireNonNull)
        .await();
  }

  private SortedMap<String, byte[]> pages() {
    return vertx.executeBlocking(ManualPages::read, false).map(Objects::requireNonNull).await();
  }

  private boolean isReached() {
    return database
            .query("SELECT 1 FROM milestone WHERE name = $1", Tuple.of(MILESTONE))
            .await()
            .size()
        > 0;
  }

  private boolean othersExist() {
    return database
            .query("SELECT 1 FROM collection WHERE name <> $1 LIMIT 1", Tuple.of(NAME))
            .await()
            .size()
        > 0;
  }
}
