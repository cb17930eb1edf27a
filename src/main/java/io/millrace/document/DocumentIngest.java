package io.millrace.document;

import io.millrace.access.Scope;
import io.millrace.artifact.ArtifactStore;
import io.millrace.bus.Bus;
import io.millrace.document.Chunker.Chunk;
import io.millrace.document.Documents.Document;
import io.millrace.document.Editions.Edition;
import io.millrace.extract.Extraction;
import io.millrace.extract.Extractor;
import io.millrace.extract.ExtractorPool;
import io.millrace.inference.ModelClient;
import io.millrace.outbound.Outbound;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.settings.DocumentSettings;
import io.millrace.sql.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stages of an ingest: fetch, extract, chunk, embed over the bus, publish. What an interrupted
 * run had done of them is not done again.
 */
public final class DocumentIngest implements Ingest {
  private static final Logger LOGGER = LoggerFactory.getLogger(DocumentIngest.class);
  private static final Duration START_MAX = Duration.ofMinutes(1);
  private static final String DONE_ALREADY =
      """
      SELECT 1 FROM document d JOIN edition e ON e.id = d.edition
      WHERE d.id = $1 AND d.status = 'ready' AND d.version = e.version
        AND e.chunker = $2 AND e.model = $3
      """;

  private final Database database;
  private final Documents documents;
  private final ArtifactStore artifacts;
  private final ModelClient models;
  private final Intake intake;
  private final Editions editions;
  private final Publication publication;
  private final Extractor extractor;
  private final WorkerExecutor extractions;

  /** What it works with. */
  public record Parts(
      Vertx vertx,
      Database database,
      Documents documents,
      ArtifactStore artifacts,
      Outbound outbound,
      Bus bus) {}

  /** Brings files of the artifact store and pages of the web into the documents. */
  public DocumentIngest(Parts parts, DocumentSettings settings) {
    this.database = parts.database();
    this.documents = parts.documents();
    this.artifacts = parts.artifacts();
    this.models = new ModelClient(parts.bus());
    this.intake = new Intake(database, documents, artifacts, parts.outbound());
    this.editions = new Editions(database);
    this.publication = new Publication(database, new ArtifactReferences(database, artifacts));
    this.extractor = new ExtractorPool(settings.extract());
    this.extractions =
        parts
            .vertx()
            .createSharedWorkerExecutor(
                "millrace-extract",
                settings.extract().processes(),
                settings.extract().time().plus(START_MAX).toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  public Ended run(Scope owner, Request request, Progress progress, BooleanSupplier stopping) {
    Document document;
    try {
      document = intake.take(owner, request.subject(), progress);
      if (!request.again() && isDone(document, request.model())) {
        return done(document);
      }
      Void _ = publication.begin(document, request.task()).await();
    } catch (ProblemException e) {
      return new Ended.Refused(e.problem());
    }
    try {
      return bringIn(document, request.model(), new Run(progress, stopping));
    } catch (StoppedException stopped) {
      note(publication.postpone(document, Optional.empty()));
      return new Ended.Stopped();
    } catch (ProblemException e) {
      return refused(document, e.problem());
    } catch (Exception defect) {
      note(publication.fail(document, "Millrace failed to bring this document in."));
      throw defect;
    }
  }

  private Ended bringIn(Document document, String model, Run run) {
    Edition edition = edition(document, model, run);
    run.at("chunk", 0, 1);
    List<Chunk> chunks = Passages.of(edition.extraction(), models, model);
    if (!editions.continues(edition, chunks).await()) {
      edition = editions.begin(document, model, edition.extraction()).await();
    }
    new Embedding(models, editions, edition, chunks)
        .run((done, total) -> run.at("embed", done, total));
    run.at("publish", 0, 1);
    if (!publication.publish(edition, chunks.size()).await()) {
      throw Editions.overtaken();
    }
    run.progress().at("publish", 1, 1);
    return done(documents.get(document.owner(), document.id()).await());
  }

  /** Where an earlier run stopped, or the beginning. */
  private Edition edition(Document document, String model, Run run) {
    Optional<Edition> unfinished = editions.unfinished(document, model).await();
    if (unfinished.isPresent()) {
      return unfinished.get();
    }
    run.at("extract", 0, 1);
    Path file = artifacts.get(document.artifact()).await();
    return editions.begin(document, model, extract(file, document)).await();
  }

  private Extraction extract(Path file, Document document) {
    return extractions
        .executeBlocking(
            () -> extractor.extract(file, document.name(), document.mediaType()), false)
        .map(Objects::requireNonNull)
        .await();
  }

  private boolean isDone(Document document, String model) {
    return database
            .query(DONE_ALREADY, Tuple.of(document.id(), Chunker.VERSION, model))
            .await()
            .size()
        > 0;
  }

  private Ended refused(Document document, Problem problem) {
    if (problem instanceof Problem.Conflict) {
      return new Ended.Refused(problem); // whoever overtook this run says how it ends
    }
    note(
        problem.retryable()
            ? publication.postpone(document, Optional.of(problem.detail()))
            : publication.fail(document, problem.detail()));
    return new Ended.Refused(problem);
  }

  /** When the database is away, the upkeep of documents says later how it ended. */
  private static void note(Future<Void> written) {
    try {
      Void _ = written.await();
    } catch (Exception e) {
      LOGGER.warn("The end of an ingest could not be written down: {}", e.getMessage());
    }
  }

  private static Ended done(Document document) {
    return new Ended.Done(
        document.id(),
        document.collection(),
        document.title(),
        document.mediaType(),
        document.searchable(),
        document.passages(),
        document.characters());
  }

  /** What a run reports to, and whether it may go on. */
  private record Run(Progress progress, BooleanSupplier stopping) {
    void at(String stage, long done, long total) {
      if (stopping.getAsBoolean()) {
        throw new StoppedException();
      }
      progress.at(stage, done, total);
    }
  }

  /** The run was asked to stop between two pieces of work. */
  private static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoppedException() {
      super("stopped", null, false, false);
    }
  }
}
