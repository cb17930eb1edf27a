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
        AND e.chunker = $2 AND e.generation = $3
      """;

  private final Database database;
  private final Documents documents;
  private final Generations generations;
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
      Generations generations,
      ArtifactStore artifacts,
      Outbound outbound,
      Bus bus) {}

  /** Brings files of the artifact store and pages of the web into the documents. */
  public DocumentIngest(Parts parts, DocumentSettings settings) {
    this.database = parts.database();
    this.documents = parts.documents();
    this.generations = parts.generations();
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
    var run = new Run(progress, stopping);
    if (request.subject() instanceof Subject.Shown(String document, long generation)) {
      return complemented(owner, document, generation, run);
    }
    Document document;
    Generation live;
    try {
      document = intake.take(owner, request.subject(), progress);
      live = generations.live().await();
      if (!request.again() && isDone(document, live)) {
        return done(document);
      }
      Void _ = publication.begin(document, request.task()).await();
    } catch (ProblemException e) {
      return new Ended.Refused(e.problem());
    }
    try {
      return bringIn(document, live, run);
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

  private Ended bringIn(Document document, Generation generation, Run run) {
    Edition edition = edition(document, generation, run);
    int passages = passages(edition, run);
    run.at("publish", 0, 1);
    if (!publication.publish(edition, passages).await()) {
      throw Editions.overtaken();
    }
    run.progress().at("publish", 1, 1);
    return done(documents.get(document.owner(), document.id()).await());
  }

  /** How the document stands is not touched: search goes on to show what it shows. */
  private Ended complemented(Scope owner, String id, long generation, Run run) {
    Document document;
    try {
      document = documents.get(owner, id).await();
    } catch (ProblemException e) {
      return new Ended.Refused(e.problem());
    }
    try {
      complement(document, generation, run);
      return done(documents.get(owner, id).await());
    } catch (StoppedException stopped) {
      return new Ended.Stopped();
    } catch (ProblemException e) {
      if (!e.problem().retryable() && !(e.problem() instanceof Problem.Conflict)) {
        note(missed(document, generation, e.problem().detail()));
      }
      return new Ended.Refused(e.problem());
    } catch (Exception defect) {
      note(missed(document, generation, "Millrace failed to bring this document in."));
      throw defect;
    }
  }

  private void complement(Document document, long generation, Run run) {
    Generation wanted =
        generations.all().await().stream()
            .filter(one -> one.id() == generation)
            .findFirst()
            .orElseThrow(
                () -> new ProblemException(new Problem.NotFound("There is no such generation.")));
    Optional<Edition> edition = editions.another(document, wanted).await();
    if (edition.isPresent()) {
      int passages = passages(edition.get(), run);
      run.at("publish", 0, 1);
      if (!publication.complement(edition.get(), passages).await()) {
        throw Editions.overtaken();
      }
    }
  }

  private Future<Void> missed(Document document, long generation, String why) {
    return GenerationItems.fail(database, generation, document.id(), document.searchable(), why);
  }

  /** Cuts and embeds what is not there yet, and answers how many passages there are then. */
  private int passages(Edition begun, Run run) {
    Edition edition = begun;
    run.at("chunk", 0, 1);
    List<Chunk> chunks = Passages.of(edition.extraction(), models, edition.generation());
    if (!editions.continues(edition, chunks).await()) {
      edition = editions.again(edition).await();
    }
    new Embedding(models, editions, edition, chunks)
        .run((done, total) -> run.at("embed", done, total));
    return chunks.size();
  }

  /** Where an earlier run stopped, or the beginning. */
  private Edition edition(Document document, Generation generation, Run run) {
    Optional<Edition> unfinished = editions.unfinished(document, generation).await();
    if (unfinished.isPresent()) {
      return unfinished.get();
    }
    run.at("extract", 0, 1);
    Path file = artifacts.get(document.artifact()).await();
    return editions.begin(document, generation, extract(file, document)).await();
  }

  private Extraction extract(Path file, Document document) {
    return extractions
        .executeBlocking(
            () -> extractor.extract(file, document.name(), document.mediaType()), false)
        .map(Objects::requireNonNull)
        .await();
  }

  private boolean isDone(Document document, Generation live) {
    return database
            .query(DONE_ALREADY, Tuple.of(document.id(), Chunker.VERSION, live.id()))
            .await()
            .size()
        > 0;
  }

  private Ended refused(Document document, Problem problem) {
    if (problem instanceof Problem.Conflict) {
      return new Ended.Refused(problem); // whoever overtook this run says how it ends
    }
    if (!problem.retryable() && isOvertaken(document)) {
      // Its bytes may be gone already, which is no fault of the file.
      return new Ended.Refused(Editions.overtaken().problem());
    }
    note(
        problem.retryable()
            ? publication.postpone(document, Optional.of(problem.detail()))
            : publication.fail(document, problem.detail()));
    return new Ended.Refused(problem);
  }

  private boolean isOvertaken(Document document) {
    try {
      return documents.get(document.owner(), document.id()).await().version() > document.version();
    } catch (ProblemException e) {
      return e.problem() instanceof Problem.NotFound;
    }
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
