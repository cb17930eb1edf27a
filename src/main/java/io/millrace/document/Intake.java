package io.millrace.document;

import io.millrace.access.Scope;
import io.millrace.artifact.ArtifactStore;
import io.millrace.artifact.ArtifactStore.Artifact;
import io.millrace.document.Documents.Document;
import io.millrace.document.Documents.Upload;
import io.millrace.document.Ingest.Subject;
import io.millrace.outbound.Fetched;
import io.millrace.outbound.Outbound;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.sql.Database;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** Makes what a task names a registered document: looks it up, or fetches and registers it. */
final class Intake {
  private static final String KNOWN_ARTIFACT =
      """
      SELECT name, media_type, bytes FROM document
      WHERE tenant = $1 AND artifact = $2 ORDER BY created_at LIMIT 1
      """;

  private final Database database;
  private final Documents documents;
  private final ArtifactStore artifacts;
  private final Outbound outbound;

  Intake(Database database, Documents documents, ArtifactStore artifacts, Outbound outbound) {
    this.database = database;
    this.documents = documents;
    this.artifacts = artifacts;
    this.outbound = outbound;
  }

  Document take(Scope owner, Subject subject, Ingest.Progress progress) {
    return switch (subject) {
      case Subject.Registered(String document) -> documents.get(owner, document).await();
      case Subject.Shown(String document, long _) -> documents.get(owner, document).await();
      case Subject.Stored stored -> register(owner, upload(owner, stored));
      case Subject.Page page -> {
        progress.at("fetch", 0, 1);
        yield register(owner, fetched(page));
      }
    };
  }

  private Document register(Scope owner, Upload upload) {
    return documents.register(owner, upload).await().document();
  }

  private Upload upload(Scope owner, Subject.Stored stored) {
    Row known =
        DocumentRows.first(
                database.query(KNOWN_ARTIFACT, Tuple.of(owner.tenant(), stored.artifact())).await())
            .orElseThrow(
                () -> new ProblemException(new Problem.NotFound("There is no such artifact.")));
    return new Upload(
            stored.collection(),
            stored.name().orElseGet(() -> known.getString("name")),
            known.getString("media_type"),
            new Artifact(stored.artifact(), known.getLong("bytes")))
        .tagged(stored.tags());
  }

  /** What is not taken over by the store is deleted with the directory of uploads in progress. */
  private Upload fetched(Subject.Page page) {
    Path file = artifacts.incoming().resolve("page-" + UUID.randomUUID() + ".part");
    Fetched fetched = outbound.fetch(page.url(), file).await();
    return new Upload(
            page.collection(),
            page.name().orElse(fetched.name()),
            Upload.mediaType(fetched.mediaType()),
            artifacts.put(file).await(),
            Optional.of(fetched.source()))
        .tagged(page.tags());
  }
}
