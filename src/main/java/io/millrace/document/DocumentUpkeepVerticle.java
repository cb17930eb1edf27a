package io.millrace.document;

import io.millrace.artifact.ArtifactStore;
import io.millrace.loop.LoopVerticle;
import io.millrace.observe.Meters;
import io.millrace.observe.Outage;
import io.millrace.queue.TaskQueue;
import io.millrace.settings.DocumentSettings;
import io.millrace.sql.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the sample collection in at the first start, and looks now and then for documents whose
 * task has ended without them. Any number of processes may do it. On a virtual thread.
 */
public final class DocumentUpkeepVerticle extends LoopVerticle {
  private static final Logger LOGGER = LoggerFactory.getLogger(DocumentUpkeepVerticle.class);
  private static final Duration SAMPLE_RETRY = Duration.ofSeconds(1);
  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(15);
  private static final long UNTOUCHED_MS = 30_000;
  private static final Duration ARTIFACTS_INTERVAL = Duration.ofHours(1);

  /** Longer than it takes from the last byte of an upload to its document. */
  private static final Duration ARTIFACT_AGE_MIN = Duration.ofHours(1);

  private final Database database;
  private final Documents documents;
  private final ArtifactStore artifacts;
  private final TaskQueue queue;
  private final UnfinishedDocuments unfinished;
  private final Outage outage = new Outage(LOGGER, "Upkeep of documents");
  private final Meters meters;
  private final ArtifactReferences references;
  private final InstantSource clock = InstantSource.system();
  private Instant artifactsDue = Instant.MIN;
  private boolean sampleDue;

  /** Looks after {@code documents}. */
  public DocumentUpkeepVerticle(
      Database database,
      Documents documents,
      ArtifactStore artifacts,
      TaskQueue queue,
      DocumentSettings settings,
      Meters meters) {
    this.database = database;
    this.documents = documents;
    this.artifacts = artifacts;
    this.queue = queue;
    this.unfinished = new UnfinishedDocuments(database, queue, UNTOUCHED_MS);
    this.references = new ArtifactReferences(database, artifacts);
    this.sampleDue = settings.sample();
    this.meters = meters;
  }

  @Override
  protected Duration turn() {
    try {
      if (sampleDue) {
        int pages = new SampleCollection(vertx, database, documents, artifacts, queue).bring();
        sampleDue = false;
        LOGGER.debug("Submitted {} pages of the manual", pages);
      }
      int given = unfinished.sweep().await();
      if (given > 0) {
        meters.count("millrace_document_given_up_total", given);
        LOGGER.warn("Gave up {} documents whose task had ended without them", given);
      }
      sweepArtifacts(clock.instant());
      outage.over();
    } catch (Exception e) {
      // An await throws the failure itself, checked ones included; this loop never ends by one.
      outage.on(e);
    }
    return sampleDue ? SAMPLE_RETRY : SWEEP_INTERVAL;
  }

  private void sweepArtifacts(Instant now) {
    if (now.isBefore(artifactsDue)) {
      return;
    }
    int removed = references.sweep(now.minus(ARTIFACT_AGE_MIN)).await();
    artifactsDue = now.plus(ARTIFACTS_INTERVAL);
    if (removed > 0) {
      LOGGER.info("Removed the bytes of {} files that no document refers to", removed);
    }
  }
}
