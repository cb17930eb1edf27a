package io.millrace.app;

import io.millrace.archive.ArchiveVerticle;
import io.millrace.dispatch.DepthVerticle;
import io.millrace.dispatch.DispatchSettings;
import io.millrace.dispatch.DispatchVerticle;
import io.millrace.dispatch.ReconcileVerticle;
import io.millrace.dispatch.SweepVerticle;
import io.millrace.document.DocumentIngest;
import io.millrace.document.DocumentUpkeepVerticle;
import io.millrace.document.Generation;
import io.millrace.document.GenerationNews;
import io.millrace.document.GenerationNewsVerticle;
import io.millrace.document.GenerationVerticle;
import io.millrace.handler.Declarations;
import io.millrace.handler.HandlersFile;
import io.millrace.handler.RedisHandlerRegistry;
import io.millrace.handler.WorkerHandlers;
import io.millrace.handler.classify.ClassifyType;
import io.millrace.handler.echo.EchoType;
import io.millrace.handler.embed.EmbedType;
import io.millrace.handler.generate.GenerateType;
import io.millrace.handler.ingest.IngestType;
import io.millrace.handler.job.JobType;
import io.millrace.handler.measure.MeasureType;
import io.millrace.handler.rerank.RerankType;
import io.millrace.handler.search.SearchType;
import io.millrace.handler.sync.SyncType;
import io.millrace.http.HttpServices;
import io.millrace.http.HttpVerticle;
import io.millrace.http.ManagementVerticle;
import io.millrace.http.SystemInfo;
import io.millrace.index.IndexVerticle;
import io.millrace.inference.InferenceVerticle;
import io.millrace.outbound.Outbound;
import io.millrace.queue.RedisFinishedTasks;
import io.millrace.queue.RedisRateLimits;
import io.millrace.queue.RedisReconciler;
import io.millrace.schedule.ScheduleVerticle;
import io.millrace.settings.Role;
import io.millrace.settings.Settings;
import io.millrace.settings.StreamSettings;
import io.millrace.source.Buckets;
import io.millrace.source.Connectors;
import io.millrace.source.Synchronizer;
import io.millrace.stream.StreamVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running process: the foundations and the verticles of its roles. They start from the bottom
 * up, and stop from the top down: no new submits, no claims, runs drain or go back, the archive is
 * flushed, the index closed, and then the engines stop.
 */
final class Millrace {
  private static final Logger LOG = LoggerFactory.getLogger(Millrace.class);
  private static final Duration SWEEP_EVERY = Duration.ofMillis(250);
  private static final Duration RECONCILE_EVERY = Duration.ofSeconds(15);
  private static final Duration RECONCILE_REST = Duration.ofSeconds(12);
  private static final Duration STREAM_LOOK_EVERY = Duration.ofMillis(200);
  private static final Duration STREAM_TAKE_OVER = Duration.ofSeconds(30);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(20);

  private final Foundations on;
  private final Closing closing;
  private final List<HttpVerticle> servers = new ArrayList<>();
  private final ManagementVerticle management;

  private Millrace(Foundations on, Closing closing) {
    this.on = on;
    this.closing = closing;
    this.management = new ManagementVerticle(on.settings().management(), on.health(), on.meters());
  }

  /**
   * Starts a process that plays the roles of {@code settings}; blocks until it serves. What was
   * started is stopped again when it fails.
   *
   * @param join the data directory of the process whose engines this one uses
   * @param closing learns how to stop all that is started
   * @throws java.util.concurrent.CancellationException when it was broken off meanwhile
   */
  static Millrace start(Settings settings, Optional<Path> join, Closing closing) {
    boolean serves = false;
    try {
      var millrace = new Millrace(Foundations.open(settings, join, closing), closing);
      millrace.deployRoles();
      serves = true;
      return millrace;
    } finally {
      if (!serves) {
        closing.closeAll();
      }
    }
  }

  /** Tells the operator that this process serves, and where. */
  void announce(long startMs) {
    Settings settings = on.settings();
    LOG.atInfo()
        .addKeyValue("version", Version.current())
        .addKeyValue("roles", rolesOf(settings))
        .addKeyValue("startMs", startMs)
        .log("Millrace is ready");
    String health = "http://%s:%d".formatted(settings.management().host(), management.port());
    if (servers.isEmpty()) {
      LOG.info("Health and metrics: {}", health);
    } else {
      LOG.info("Open http://localhost:{} (health and metrics: {})", openPort(), health);
    }
  }

  private int openPort() {
    return servers.getFirst().port();
  }

  private static String rolesOf(Settings settings) {
    return settings.roles().stream().sorted().map(Role::label).collect(Collectors.joining(","));
  }

  private void deployRoles() {
    Settings settings = on.settings();
    Declarations declared = declarations();
    var registry =
        RedisHandlerRegistry.open(on.vertx(), on.redis(), on.name(), RedisHandlerRegistry.TTL)
            .await();
    closing.add("registry", STOP_WITHIN, registry::close);
    if (settings.plays(Role.INDEX) || settings.plays(Role.WORKER)) {
      ensureGeneration(declared);
    }
    if (settings.plays(Role.INDEX)) {
      deploy("index", () -> index(on, declared), eventLoop());
    }
    if (settings.plays(Role.ARCHIVE)) {
      deploy("archive", this::archive, virtualThread());
    }
    if (settings.plays(Role.SCHEDULER) || settings.plays(Role.WORKER)) {
      deploy("sweep", this::sweep, eventLoop());
      deploy("reconcile", this::reconcile, virtualThread());
    }
    if (settings.plays(Role.SCHEDULER)) {
      deploy("depths", this::depths, eventLoop());
      deploy("document upkeep", this::upkeep, virtualThread());
      deploy("generations", this::generations, virtualThread());
      deploy("schedules", this::schedules, virtualThread());
      for (StreamSettings stream : settings.streams()) {
        deploy("stream " + stream.stream(), () -> stream(stream), virtualThread());
      }
    }
    if (settings.plays(Role.WORKER)) {
      InferenceVerticle models = Models.verticle(on, declared);
      deploy("inference", () -> models, eventLoop());
      deploy("dispatch", () -> dispatch(registry, models), eventLoop());
    }
    if (settings.plays(Role.HTTP)) {
      int instances = Runtime.getRuntime().availableProcessors();
      var news = new GenerationNewsVerticle(on.generations(), on.changes());
      deploy("generation news", () -> news, virtualThread());
      deploy("http", () -> http(registry, news), eventLoop().setInstances(instances));
    }
    deploy("management", () -> management, eventLoop());
  }

  private void ensureGeneration(Declarations declared) {
    String wanted = Models.first(declared).orElse("");
    Generation live = on.generations().ensure(Models.first(declared)).await();
    if (!live.model().equals(wanted)) {
      LOG.warn(
          "The index has the model \"{}\", the ingest handler names \"{}\"; documents go on to be"
              + " brought in with that of the index until rebuild-embeddings switches to another",
          live.model(),
          wanted);
    }
  }

  private Declarations declarations() {
    return new HandlersFile(on.settings().handlers().file()).read();
  }

  /** Where the index lies in the data directory {@code data}. */
  static Path indexDirectory(Path data) {
    return data.resolve("index");
  }

  /** What answers searches. */
  static IndexVerticle index(Foundations on, Declarations declared) {
    return new IndexVerticle(
        new IndexVerticle.Parts(
            on.bus(),
            indexDirectory(on.data().path()),
            on.settings().index(),
            model -> Models.search(declared, model),
            on.changes(),
            on.documents(),
            on.generations(),
            on.archive(),
            on.queue(),
            on.events(),
            on.meters(),
            on.health()));
  }

  private ArchiveVerticle archive() {
    var finished = new RedisFinishedTasks(on.redis(), on.settings().queue().shards(), on.name());
    return new ArchiveVerticle(
        finished, on.archive(), on.settings().archive(), InstantSource.system(), on.meters());
  }

  private SweepVerticle sweep() {
    return new SweepVerticle(on.queue(), on.letters(), SWEEP_EVERY, on.meters());
  }

  private ReconcileVerticle reconcile() {
    var reconciler =
        new RedisReconciler(
            on.vertx(), on.redis(), on.settings().queue(), on.name(), RECONCILE_REST);
    return new ReconcileVerticle(reconciler, RECONCILE_EVERY, on.meters());
  }

  private DepthVerticle depths() {
    return new DepthVerticle(on.queue(), on.letters(), LOOK_EVERY, on.meters());
  }

  private ScheduleVerticle schedules() {
    return new ScheduleVerticle(
        on.database(), on.queue(), InstantSource.system(), LOOK_EVERY, on.meters());
  }

  private DocumentUpkeepVerticle upkeep() {
    return new DocumentUpkeepVerticle(
        on.database(),
        on.documents(),
        on.artifacts(),
        on.queue(),
        on.settings().documents(),
        on.meters());
  }

  private GenerationVerticle generations() {
    return new GenerationVerticle(
        on.database(), on.generations(), on.artifacts(), on.queue(), on.meters());
  }

  private StreamVerticle stream(StreamSettings stream) {
    var reading =
        new StreamVerticle.Reading(stream, on.name(), STREAM_LOOK_EVERY, STREAM_TAKE_OVER);
    return new StreamVerticle(reading, on.redis(), on.queue(), on.meters());
  }

  private DispatchVerticle dispatch(RedisHandlerRegistry registry, InferenceVerticle models) {
    Settings settings = on.settings();
    DocumentIngest ingest = ingest(on);
    var handlers =
        new WorkerHandlers(
            new HandlersFile(settings.handlers().file()),
            List.of(
                new EchoType(),
                new EmbedType(on.bus()),
                new RerankType(on.bus()),
                new ClassifyType(on.bus()),
                new GenerateType(on.bus()),
                new SearchType(on.bus(), on.tuning().defaults()),
                new MeasureType(on.tuning(), on.bus()),
                new IngestType(ingest),
                new SyncType(synchronizer()),
                new JobType(registry, on.queue()::children)),
            registry,
            models::declare);
    return new DispatchVerticle(
        on.name(),
        on.queue(),
        new RedisRateLimits(on.redis()),
        handlers,
        DispatchSettings.of(settings.shutdown().grace(), settings.handlers().reload()),
        on.meters());
  }

  private static Outbound outbound(Foundations on) {
    return Outbound.open(on.vertx(), on.settings().outbound(), Version.current());
  }

  /** What brings documents in. */
  static DocumentIngest ingest(Foundations on) {
    Settings settings = on.settings();
    return new DocumentIngest(
        new DocumentIngest.Parts(
            on.vertx(),
            on.database(),
            on.documents(),
            on.generations(),
            on.artifacts(),
            outbound(on),
            on.bus()),
        settings.documents());
  }

  private Synchronizer synchronizer() {
    Outbound outbound = outbound(on);
    long fileBytesMax = on.settings().documents().fileBytesMax().bytes();
    var buckets = new Buckets(on.settings().s3(), fileBytesMax);
    var connectors =
        new Connectors(Foundations.places(on.settings()), fileBytesMax, outbound, buckets);
    return new Synchronizer(
        new Synchronizer.Parts(
            on.database(), on.sources(), on.documents(), on.artifacts(), on.queue(), connectors));
  }

  private HttpVerticle http(RedisHandlerRegistry registry, GenerationNews news) {
    Settings settings = on.settings();
    var notices = new Notices(on.health(), settings);
    var server =
        new HttpVerticle(
            new HttpServices(
                settings.http(),
                settings.shutdown().grace(),
                on.queue(),
                on.letters(),
                on.tasks(),
                on.events(),
                registry,
                on.schedules(),
                on.sources(),
                on.tuning(),
                on.documents(),
                on.generations(),
                news,
                on.artifacts(),
                on.bus(),
                on.meters(),
                new SystemInfo(Version.current(), settings.roles(), notices::now)));
    servers.add(server);
    return server;
  }

  private void deploy(
      String name, Supplier<? extends Deployable> verticle, DeploymentOptions options) {
    String id = on.vertx().deployVerticle(verticle, options).await();
    closing.add(
        name, STOP_WITHIN.plus(on.settings().shutdown().grace()), () -> on.vertx().undeploy(id));
  }

  private static DeploymentOptions eventLoop() {
    return new DeploymentOptions();
  }

  private static DeploymentOptions virtualThread() {
    return new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD);
  }
}
