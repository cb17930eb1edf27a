package io.millrace.document;

import io.millrace.access.Scope;
import io.millrace.artifact.ArtifactStore;
import io.millrace.bus.Bus;
import io.millrace.document.Chunker.Chunk;
import io.millrace.document.Documents.Document;
import io.millrace.inference.Embed;
import io.millrace.model.TextKind;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stages of an ingest: fetch, extract, chunk, embed over the bus, publish. */
public final class DocumentIngest implements Ingest {
  private static final Logger LOGGER = LoggerFactory.getLogger(DocumentIngest.class);
  private static final int EXTRACTIONS_MAX = 2;
  private static final Duration EXTRACTION_MAX = Duration.ofSeconds(60);
  private static final int EMBED_BATCH = 32;
  private static final int EMBED_BATCHES_AHEAD = 2;
  private static final Duration EMBED_PATIENCE = Duration.ofMinutes(2);
  private static final String DONE_ALREADY =
      """
      SELECT 1 FROM document WHERE id = $1 AND status = 'ready' AND version = searchable
        AND chunker = $2 AND model = $3
      """;

  private final Database database;
  private final Documents documents;
  private final ArtifactStore artifacts;
  private final Bus bus;
  private final Intake intake;
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
    this.bus = parts.bus();
    this.intake = new Intake(database, documents, artifacts, parts.outbound());
    this.publication = new Publication(database, new ArtifactReferences(database, artifacts));
    this.extractor = new TextExtractor(settings.textBytesMax().bytes());
    this.extractions =
        parts.vertx().createSharedWorkerExecutor("millrace-extract", EXTRACTIONS_MAX);
  }

  @Override
  public Ended run(Scope owner, Request request, Progress progress, BooleanSupplier stopping) {
    Document document;
    try {
      document = intake.take(owner, request.subject(), progress);
      if (isDone(document, request.model())) {
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
    run.at("extract", 0, 1);
    Path file = artifacts.get(document.artifact()).await();
    Extraction extraction = extract(file, document);
    run.at("chunk", 0, 1);
    List<Chunk> chunks = Chunker.chunks(extraction);
    var vectors = new ArrayList<float[]>(chunks.size());
    String embeddingModel = embed(extraction, chunks, model, vectors, run);
    run.at("publish", 0, 1);
    var edition =
        new Publication.Edition(document, extraction, chunks, model, embeddingModel, vectors);
    if (!publication.publish(edition).await()) {
      throw new ProblemException(
          new Problem.Conflict("The document was deleted or replaced meanwhile."));
    }
    run.progress().at("publish", 1, 1);
    return done(documents.get(document.owner(), document.id()).await());
  }

  private Extraction extract(Path file, Document document) {
    Future<Extraction> extraction =
        extractions
            .executeBlocking(
                () -> extractor.extract(file, document.name(), document.mediaType()), false)
            .map(Objects::requireNonNull)
            .timeout(EXTRACTION_MAX.toMillis(), TimeUnit.MILLISECONDS)
            .recover(failure ->
                Future.failedFuture(
                    failure instanceof TimeoutException
                        ? Refusals.tooSlow(EXTRACTION_MAX.toSeconds())
                        : failure));
    return extraction.await();
  }

  /** Fills {@code vectors} and answers which model made them. */
  private String embed(
      Extraction extraction, List<Chunk> chunks, String model, List<float[]> vectors, Run run) {
    Deque<Future<Embed.Vectors>> ahead = new ArrayDeque<>();
    String madeBy = "";
    int asked = 0;
    while (vectors.size() < chunks.size()) {
      run.at("embed", vectors.size(), chunks.size());
      while (asked < chunks.size() && ahead.size() < EMBED_BATCHES_AHEAD) {
        List<Chunk> batch = chunks.subList(asked, Math.min(chunks.size(), asked + EMBED_BATCH));
        List<String> texts = batch.stream().map(chunk -> textOf(extraction, chunk)).toList();
        ahead.addLast(
            bus.ask(Embed.ADDRESS, new Embed(model, texts, TextKind.PASSAGE), EMBED_PATIENCE));
        asked += batch.size();
      }
      Embed.Vectors answer = ahead.removeFirst().await();
      if (!madeBy.isEmpty() && !madeBy.equals(answer.model())) {
        throw new ProblemException(
            new Problem.Unavailable(
                model, "The model was changed meanwhile.", Duration.ofSeconds(1)));
      }
      madeBy = answer.model();
      vectors.addAll(answer.rows());
    }
    return madeBy;
  }

  /** The headings above a passage belong to what it means. */
  private static String textOf(Extraction extraction, Chunk chunk) {
    String text = extraction.text().substring(chunk.start(), chunk.end());
    return chunk.heading().isEmpty() ? text : chunk.heading() + "\n" + text;
  }

  private boolean isDone(Document document, String model) {
    return database
            .query(DONE_ALREADY, Tuple.of(document.id(), Chunker.VERSION, model))
            .await()
            .size()
        > 0;
  }

  private Ended refused(Document document, Problem problem) {
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
