package io.millrace.document;

import io.millrace.artifact.ArtifactStore;
import io.millrace.document.Generation.State;
import io.millrace.document.Generations.Counted;
import io.millrace.loop.LoopVerticle;
import io.millrace.observe.Meters;
import io.millrace.observe.Outage;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.queue.TaskQueue;
import io.millrace.sql.Database;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings generations forward: has the documents brought in that one lacks, switches to one that is
 * complete where that was asked for, and deletes what was dropped. Any number of processes may do
 * it, and any may die at any point. On a virtual thread.
 */
public final class GenerationVerticle extends LoopVerticle {
  private static final Logger LOGGER = LoggerFactory.getLogger(GenerationVerticle.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration UNTOUCHED = Duration.ofSeconds(5);

  /** Looking through very many documents takes at most a fifth of the time. */
  private static final int REST = 5;

  private static final int DROPPED_AT_ONCE = 100;
  private static final String DROP =
      """
      DELETE FROM edition WHERE id IN (
        SELECT e.id FROM edition e
        WHERE e.generation = $1 AND NOT EXISTS (SELECT FROM document d WHERE d.edition = e.id)
        LIMIT $2)
      RETURNING artifact
      """;
  private static final String DROPPED =
      "DELETE FROM generation WHERE id = $1 AND state = 'dropping'";
  private static final String FINISHED =
      "UPDATE generation SET unfinished = false WHERE id = $1 AND state = 'live'";

  private final Database database;
  private final Generations generations;
  private final GenerationItems items;
  private final ArtifactReferences references;
  private final Outage outage = new Outage(LOGGER, "Building generations of the index");
  private final Map<Long, String> reached = new HashMap<>();
  private final Set<Long> warned = new HashSet<>();
  private volatile long left;
  private volatile long failed;

  /** Looks after {@code generations}. */
  public GenerationVerticle(
      Database database,
      Generations generations,
      ArtifactStore artifacts,
      TaskQueue queue,
      Meters meters) {
    this.database = database;
    this.generations = generations;
    this.items = new GenerationItems(database, queue, UNTOUCHED);
    this.references = new ArtifactReferences(database, artifacts);
    meters.gauge("millrace_generation_documents_left", () -> left);
    meters.gauge("millrace_generation_documents_failed", () -> failed);
  }

  @Override
  protected Duration turn() {
    long began = System.nanoTime();
    try {
      List<Generation> all = generations.all().await();
      long leftNow = 0;
      long failedNow = 0;
      for (Generation generation : all) {
        if (generation.state() == State.DROPPING) {
          drop(generation);
        } else if (generation.state() == State.BUILDING || generation.unfinished()) {
          Counted counts = build(generation);
          leftNow += counts.documents() - counts.done() - counts.failed();
          failedNow += counts.failed();
        }
      }
      left = leftNow;
      failed = failedNow;
      outage.over();
    } catch (Exception e) {
      // An await throws the failure itself, checked ones included; this loop never ends by one.
      outage.on(e);
    }
    Duration rest = Duration.ofNanos(System.nanoTime() - began).multipliedBy(REST);
    return rest.compareTo(LOOK_EVERY) > 0 ? rest : LOOK_EVERY;
  }

  private Counted build(Generation generation) {
    long id = generation.id();
    int room = GenerationItems.AT_ONCE - items.look(generation);
    if (room > GenerationItems.AT_ONCE / 2) {
      String after = reached.getOrDefault(id, "");
      items
          .submit(generation, after, room)
          .ifPresentOrElse(last -> reached.put(id, last), () -> reached.remove(id));
    }
    Counted counts = generations.get(id).await();
    if (counts.ended()) {
      ended(counts);
    }
    return counts;
  }

  private void ended(Counted counts) {
    Generation generation = counts.generation();
    if (generation.state() == State.LIVE) {
      var _ = database.query(FINISHED, Tuple.of(generation.id())).await();
    } else if (generation.switchWhenComplete() && counts.failed() == 0) {
      switchTo(generation);
    } else if (generation.switchWhenComplete() && warned.add(generation.id())) {
      LOGGER.warn(
          "Generation {} is built but for {} documents that failed; it waits for somebody to"
              + " switch to it nevertheless, or to retry them",
          generation.id(),
          counts.failed());
    }
  }

  private void switchTo(Generation generation) {
    try {
      var _ = generations.switchTo(generation.id(), false).await();
    } catch (ProblemException e) {
      if (!(e.problem() instanceof Problem.Conflict)) {
        throw e;
      }
      LOGGER.debug("Not yet: {}", e.problem().detail()); // a document came this moment
    }
  }

  /** In portions, so that a kill costs nothing. */
  private void drop(Generation generation) {
    items.cancel(generation);
    List<String> artifacts;
    do {
      artifacts =
          database.query(DROP, Tuple.of(generation.id(), DROPPED_AT_ONCE)).await().stream()
              .map(row -> row.getString("artifact"))
              .toList();
      Void _ = references.deleteUnreferenced(artifacts).await();
    } while (artifacts.size() == DROPPED_AT_ONCE && !stopping());
    if (artifacts.size() < DROPPED_AT_ONCE) {
      var _ = database.query(DROPPED, Tuple.of(generation.id())).await();
      reached.remove(generation.id());
      LOGGER.info("Generation {} is gone", generation.id());
    }
  }
}
