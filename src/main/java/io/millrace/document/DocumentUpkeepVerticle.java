package io.millrace.document;

import io.millrace.artifact.ArtifactStore;
import io.millrace.loop.LoopVerticle;
import io.millrace.observe.Meters;
import io.millrace.observe.Outage;
import io.millrace.queue.TaskQueue;
import io.millrace.settings.DocumentSettings;
import io.millrace.sql.Database;
import java.time.Duration;
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

  private final Database database;
  private final Documents documents;
  private final ArtifactStore artifacts;
  private final TaskQueue queue;
  private final UnfinishedDocuments unfinished;
  private final Outage outage = new Outage(LOGGER, "Upkeep of documents");
  private final Meters meters;
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
      outage.over();
    } catch (Exception e) {
      // An await throws the failure itself, checked ones included; this loop never ends by one.
      outage.on(e);
    }
    return sampleDue ? SAMPLE_RETRY : SWEEP_INTERVAL;
  }
}
