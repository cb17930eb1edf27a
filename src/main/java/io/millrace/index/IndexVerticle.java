package io.millrace.index;

import io.millrace.archive.ArchivedTasks;
import io.millrace.bus.Bus;
import io.millrace.changelog.ChangeLog;
import io.millrace.document.Documents;
import io.millrace.events.EventLogs;
import io.millrace.observe.HealthChecks;
import io.millrace.observe.HealthChecks.Health;
import io.millrace.observe.Meters;
import io.millrace.queue.TaskQueue;
import io.millrace.settings.IndexSettings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role {@code index}: answers searches for passages and for tasks, and keeps both indexes in
 * step with the database. Each index has one writing thread; searches share a pool.
 */
public final class IndexVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(IndexVerticle.class);
  private static final Duration STOP_MAX = Duration.ofSeconds(20);

  private final Parts parts;
  private final Follower passages;
  private final Follower tasks;
  private final LiveTasks live;
  private final List<Pump> pumps = new ArrayList<>();
  private final List<AutoCloseable> watches = new ArrayList<>();

  /**
   * What this role is wired to.
   *
   * @param directory where index files lie; may be deleted while no process runs
   * @param model the models that searches ask
   */
  public record Parts(
      Bus bus,
      Path directory,
      IndexSettings settings,
      SearchModel model,
      ChangeLog changes,
      Documents documents,
      ArchivedTasks archived,
      TaskQueue queue,
      EventLogs events,
      Meters meters,
      HealthChecks health) {}

  /** Wires; {@link #start()} opens. */
  public IndexVerticle(Parts parts) {
    this.parts = parts;
    InstantSource clock = InstantSource.system();
    live = new LiveTasks(LiveTasks.Source.of(parts.queue()));
    passages =
        new Follower(
            "passages",
            () -> IndexStore.open(PassageShape.shape(), parts.directory().resolve("passages")),
            parts.changes(),
            new PassageContent(PassageContent.Source.of(parts.documents())),
            parts.settings().commit(),
            clock);
    tasks =
        new Follower(
            "tasks",
            () -> IndexStore.open(TaskShape.shape(), parts.directory().resolve("tasks")),
            parts.changes(),
            new TaskContent(parts.archived(), live, clock),
            parts.settings().commit(),
            clock);
  }

  @Override
  public Future<?> start() {
    warnWithoutVectorInstructions();
    WorkerExecutor pool =
        vertx.createSharedWorkerExecutor(
            "millrace-index-search",
            Math.max(2, Runtime.getRuntime().availableProcessors()),
            10,
            TimeUnit.SECONDS);
    var passageSearches = new Searches(passages, pool);
    var taskSearches = new Searches(tasks, pool);
    var answers =
        new PassageAnswers(
            parts.bus(), parts.model(), passageSearches, InstantSource.system(), parts.meters());
    watches.add(parts.events().followFeed(Optional.empty(), live.feed()));
    return Future.all(List.of(pump(passages), pump(tasks)))
        .compose(open -> parts.bus().serve(SearchPassages.ADDRESS, answers::answer))
        .compose(served ->
            parts
                .bus()
                .serve(
                    SearchTasks.ADDRESS,
                    asked -> taskSearches.run(index -> new TaskSearcher().search(index, asked))))
        .onSuccess(served -> observe());
  }

  private Future<Void> pump(Follower follower) {
    String name = follower.status().name();
    var pump = new Pump(vertx, "millrace-index-" + name, follower::step, follower::close);
    pumps.add(pump);
    watches.add(parts.changes().watch(pump::wake));
    return pump.start();
  }

  private void observe() {
    for (Follower follower : List.of(passages, tasks)) {
      String name = follower.status().name();
      parts
          .meters()
          .gauge("millrace_index_behind", () -> follower.status().behind(), "index", name);
      parts
          .meters()
          .gauge("millrace_index_entries", () -> follower.status().documents(), "index", name);
    }
    parts.health().need("index", () -> Future.succeededFuture(health()));
  }

  private Health health() {
    List<IndexStatus> both = List.of(passages.status(), tasks.status());
    String detail = both.stream().map(IndexStatus::sentence).collect(Collectors.joining("; "));
    return both.stream().allMatch(IndexStatus::ready) ? Health.up(detail) : Health.down(detail);
  }

  /** How the index of passages stands. */
  public IndexStatus passages() {
    return passages.status();
  }

  /** How the indexes of this process stand. */
  public List<IndexStatus> status() {
    return Stream.of(passages, tasks).map(Follower::status).toList();
  }

  @Override
  public Future<?> stop() {
    for (AutoCloseable watch : watches) {
      try {
        watch.close();
      } catch (Exception e) {
        LOG.warn("A watch of the index did not close: {}", e.toString());
      }
    }
    watches.clear();
    return Future.join(pumps.stream().map(pump -> pump.stop(STOP_MAX)).toList()).otherwiseEmpty();
  }

  /** Whether searches compare vectors with the processor's vector instructions. */
  public static boolean hasVectorInstructions() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  private static void warnWithoutVectorInstructions() {
    if (!hasVectorInstructions()) {
      LOG.info(
          "Vector search runs without SIMD; start Java with --add-modules jdk.incubator.vector");
    }
  }
}
