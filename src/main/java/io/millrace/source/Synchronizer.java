package io.millrace.source;

import io.millrace.access.Scope;
import io.millrace.artifact.ArtifactStore;
import io.millrace.document.Documents;
import io.millrace.document.SyncedDocuments;
import io.millrace.document.SyncedDocuments.Waiting;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.queue.TaskQueue;
import io.millrace.source.Source.Counts;
import io.millrace.source.SourceItems.Failure;
import io.millrace.sql.Database;
import io.millrace.task.Children;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Makes a collection what its source is: reads what is new or changed, leaves its bringing in to
 * others, and treats what is gone as the source says. A sync takes several runs: each reads a
 * bounded number of files, and the next goes on when these are in. Blocks; to be called on a
 * virtual thread.
 */
public final class Synchronizer {
  private static final int FAILURES_TOLD = 20;

  /** A file whose bytes another one had, and has no more, takes a second look. */
  private static final int PASSES_MAX = 3;

  private final Database database;
  private final Sources sources;
  private final Documents documents;
  private final SyncedDocuments synced;
  private final ArtifactStore artifacts;
  private final TaskQueue queue;
  private final Connectors connectors;

  /** What it works with. */
  public record Parts(
      Database database,
      Sources sources,
      Documents documents,
      ArtifactStore artifacts,
      TaskQueue queue,
      Connectors connectors) {}

  /** Syncs the sources of a deployment. */
  public Synchronizer(Parts parts) {
    this.database = parts.database();
    this.sources = parts.sources();
    this.documents = parts.documents();
    this.synced = new SyncedDocuments(parts.database());
    this.artifacts = parts.artifacts();
    this.queue = parts.queue();
    this.connectors = parts.connectors();
  }

  /**
   * What a run is to do.
   *
   * @param before the children of earlier runs of the task, counted
   * @param filesMax how many files it may read at most
   */
  public record Request(
      Scope owner, String source, String task, Optional<Children> before, int filesMax) {}

  /** Hears how far it is. */
  @FunctionalInterface
  public interface Progress {
    /** {@code files} were looked at in stage {@code list}. */
    void at(String stage, long files);
  }

  /** How a run ended. */
  public sealed interface Ended {
    /** These are to be brought in, and then it goes on. */
    record Bringing(List<Waiting> documents) implements Ended {}

    /** The source is synced; {@code failures} are some of what could not be read. */
    record Done(Source source, Counts counts, List<Failed> failures) implements Ended {}

    /** {@code task} syncs the source already. */
    record Busy(String task) implements Ended {}

    /** It could not; the source says so too. */
    record Refused(Problem problem) implements Ended {}

    /** It was asked to stop. */
    record Stopped() implements Ended {}
  }

  /** A file that could not be read, and why. */
  public record Failed(String key, String error) {}

  /** Runs once. */
  public Ended run(Request request, Progress progress, BooleanSupplier stopping) {
    Sources.Claim claim;
    try {
      claim =
          sources
              .claim(
                  request.owner(),
                  request.source(),
                  request.task(),
                  task -> lives(request.owner(), task))
              .await();
    } catch (ProblemException e) {
      return new Ended.Refused(e.problem());
    }
    if (!claim.task().equals(request.task())) {
      return new Ended.Busy(claim.task());
    }
    var items = new SourceItems(database, request.source(), request.task());
    try {
      if (!claim.listed()) {
        begin(claim, request, items);
        var reading = new Reading(claim.source(), request, documents, artifacts, items);
        Connector connector = connectors.open(claim.source().plan().place());
        boolean complete = false;
        for (int i = 0; i < PASSES_MAX && !complete; i++) {
          complete = new Pass(reading, progress, stopping).run(connector);
          if (stopping.getAsBoolean()) {
            return new Ended.Stopped();
          }
          if (!complete && isAnythingWaiting(request)) {
            return next(claim.source(), request, items);
          }
        }
        items.listed();
      }
      return next(claim.source(), request, items);
    } catch (ProblemException e) {
      var _ = end(request, items.counts(), Optional.of(e.problem().detail())).await();
      return new Ended.Refused(e.problem());
    }
  }

  private boolean isAnythingWaiting(Request request) {
    return !synced.waiting(request.task(), 1).await().isEmpty();
  }

  private void begin(Sources.Claim claim, Request request, SourceItems items) {
    if (claim.before().filter(before -> !before.equals(request.task())).isPresent()) {
      items.forget();
      var _ = synced.adopt(claim.before().get(), request.task()).await();
    }
  }

  private Ended next(Source source, Request request, SourceItems items) {
    List<Waiting> waiting = synced.waiting(request.task(), request.filesMax()).await();
    if (!waiting.isEmpty()) {
      return new Ended.Bringing(waiting);
    }
    Counts read = items.counts();
    long notIn = request.before().map(c -> c.failed() + c.dead() + c.cancelled()).orElse(0);
    var counts =
        new Counts(
            read.created(), read.changed(), read.unchanged(), read.gone(), read.failed() + notIn);
    List<Failed> failures =
        items.failures(FAILURES_TOLD).stream().map(Synchronizer::failed).toList();
    var _ = end(request, counts, Optional.empty()).await();
    return new Ended.Done(source, counts, failures);
  }

  private static Failed failed(Failure failure) {
    return new Failed(failure.key(), failure.error());
  }

  private Future<Void> end(Request request, Counts counts, Optional<String> error) {
    return sources.release(request.source(), request.task(), counts, error);
  }

  private Future<Boolean> lives(Scope owner, String task) {
    return queue
        .get(owner, new TaskId(task))
        .map(found -> found.map(t -> !t.status().isFinal()).orElse(false));
  }
}
