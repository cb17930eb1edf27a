package io.millrace.document;

import io.millrace.artifact.ArtifactStore;
import io.millrace.observe.Meters;
import io.millrace.problem.ProblemException;
import io.millrace.queue.TaskQueue;
import io.millrace.settings.DocumentSettings;
import io.millrace.sql.Database;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the sample collection in at the first start, and looks now and then for documents whose
 * task has ended without them. Any number of processes may do it. On a virtual thread.
 */
public final class DocumentUpkeepVerticle extends AbstractVerticle {
  private static final Logger LOGGER = LoggerFactory.getLogger(DocumentUpkeepVerticle.class);
  private static final Duration SAMPLE_RETRY = Duration.ofSeconds(1);
  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(15);
  private static final long UNTOUCHED_MS = 30_000;

  private final Database database;
  private final Documents documents;
  private final ArtifactStore artifacts;
  private final TaskQueue queue;
  private final DocumentSettings settings;
  private final Meters meters;
  private final Promise<Void> stopRequest = Promise.promise();
  private final Promise<Void> loopEnd = Promise.promise();
  private boolean started;

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
    this.settings = settings;
    this.meters = meters;
  }

  @Override
  public void start() {
    started = true;
    context.runOnContext(_ -> loop());
  }

  @Override
  public void stop(Promise<Void> stopped) {
    boolean _ = stopRequest.tryComplete();
    if (!started) {
      stopped.complete();
      return;
    }
    Future<Void> _ = loopEnd.future().onComplete(stopped);
  }

  private void loop() {
    try {
      work();
    } finally {
      loopEnd.complete();
    }
  }

  private void work() {
    var sample = new SampleCollection(vertx, database, documents, artifacts, queue);
    var unfinished = new UnfinishedDocuments(database, queue, UNTOUCHED_MS);
    boolean sampleDue = settings.sample();
    while (!stopRequest.future().isComplete()) {
      try {
        if (sampleDue) {
          int pages = sample.bring();
          sampleDue = false;
          LOGGER.debug("Submitted {} pages of the manual", pages);
        }
        int given = unfinished.sweep().await();
        if (given > 0) {
          meters.count("millrace_document_given_up_total", given);
          LOGGER.warn("Gave up {} documents whose task had ended without them", given);
        }
      } catch (ProblemException notNow) {
        LOGGER.warn("Upkeep of documents waits: {}", notNow.getMessage());
      } catch (Exception defect) {
        // An await throws the failure itself, checked ones included; this loop never ends by one.
        LOGGER.error("Upkeep of documents failed", defect);
      }
      pause(sampleDue ? SAMPLE_RETRY : SWEEP_INTERVAL);
    }
  }

  private void pause(Duration duration) {
    Timer timer = vertx.timer(duration.toMillis(), TimeUnit.MILLISECONDS);
    Void _ = Future.any(timer, stopRequest.future()).<Void>mapEmpty().await();
    boolean _ = timer.cancel();
  }
}
