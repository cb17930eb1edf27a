package io.millrace.index;

import io.millrace.archive.ArchivedTasks;
import io.millrace.bus.Bus;
import io.millrace.changelog.ChangeLog;
import io.millrace.document.Documents;
import io.millrace.document.Generations;
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
import java.util.function.Function;
import java.util.function.Supplier;
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

  /** The name of the index of tasks, and of its directory. */
  static final String TASKS = "tasks";

  private final Parts parts;
  private final Follower tasks;
  private final LiveTasks live;
  private final List<Pump> pumps = new ArrayList<>();
  private final List<AutoCloseable> watches = new ArrayList<>();
  private volatile Optional<PassageIndexes> passages = Optional.empty();

  /**
   * What this role is wired to.
   *
   * @param directory where index files lie; may be deleted while no process runs
   * @param models what searches ask, by the name of the model that reads questions
   */
  public record Parts(
      Bus bus,
      Path directory,
      IndexSettings settings,
      Function<String, SearchModel> models,
      ChangeLog changes,
      Documents documents,
      Generations generations,
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
    tasks =
        new Follower(
            TASKS,
            () -> IndexStore.open(TaskShape.shape(), parts.directory().resolve(TASKS)),
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
    var taskSearches = new Searches(tasks, pool);
    watches.add(parts.events().followFeed(Optional.empty(), live.feed()));
    return Future.all(PassageIndexes.start(passageParts(pool)), pump(tasks))
        .compose(open -> serve(open.resultAt(0)))
        .compose(served ->
            parts
                .bus()
                .serve(
                    SearchTasks.ADDRESS,
                    asked -> taskSearches.run(index -> new TaskSearcher().search(index, asked))))
        .onSuccess(served -> observe());
  }

  private PassageIndexes.Parts passageParts(WorkerExecutor pool) {
    return new PassageIndexes.Parts(
        vertx,
        parts.directory(),
        parts.settings().commit(),
        parts.models(),
        parts.changes(),
        parts.documents(),
        parts.generations(),
        pool);
  }

  private Future<Void> serve(PassageIndexes indexes) {
    passages = Optional.of(indexes);
    var answers =
        new PassageAnswers(parts.bus(), indexes::current, InstantSource.system(), parts.meters());
    return parts.bus().serve(SearchPassages.ADDRESS, answers::answer).mapEmpty();
  }

  private Future<Void> pump(Follower follower) {
    String name = follower.status().name();
    var pump = new Pump(vertx, "millrace-index-" + name, follower::step, follower::close);
    pumps.add(pump);
    watches.add(parts.changes().watch(pump::wake));
    return pump.start();
  }

  private void observe() {
    observe(IndexDirectories.NAME, this::passages);
    observe(tasks.status().name(), tasks::status);
    parts.meters().gauge("millrace_index_generation", this::generation);
    parts.health().need("index", () -> Future.succeededFuture(health()));
  }

  private void observe(String name, Supplier<IndexStatus> status) {
    parts.meters().gauge("millrace_index_behind", () -> status.get().behind(), "index", name);
    parts.meters().gauge("millrace_index_entries", () -> status.get().documents(), "index", name);
  }

  /** Ready as far as searches go: what is built beside is only told. */
  private Health health() {
    boolean ready = passages().ready() && tasks.status().ready();
    String detail = status().stream().map(IndexStatus::sentence).collect(Collectors.joining("; "));
    return ready ? Health.up(detail) : Health.down(detail);
  }

  /** How the index of passages stands that searches see. */
  public IndexStatus passages() {
    return passages
        .map(PassageIndexes::status)
        .orElseGet(() ->
            new IndexStatus(
                IndexDirectories.NAME, IndexStatus.Phase.OPENING, 0, 0, 0, Optional.empty()));
  }

  /** The id of the generation that searches see, 0 before there is one. */
  public long generation() {
    return passages
        .flatMap(PassageIndexes::current)
        .map(index -> index.generation().id())
        .orElse(0L);
  }

  /** How the indexes of this process stand. */
  public List<IndexStatus> status() {
    return Stream.concat(
            Stream.of(passages(), tasks.status()),
            passages.stream().flatMap(all -> all.others().stream()))
        .toList();
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
    var stops = new ArrayList<Future<Void>>();
    pumps.forEach(pump -> stops.add(pump.stop(STOP_MAX)));
    passages.ifPresent(open -> stops.add(open.stop()));
    return Future.join(stops).otherwiseEmpty();
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
