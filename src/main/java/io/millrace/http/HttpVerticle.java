package io.millrace.http;

import io.millrace.inference.ModelClient;
import io.millrace.settings.SettingsException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The public server, on an event loop; several instances share one port. It serves once it has
 * started, and ends its streams and finishes what is in flight when it stops.
 */
public final class HttpVerticle extends VerticleBase {
  private static final Duration IDLE_MIN = Duration.ofSeconds(60);

  /** A free port, the same for all instances; for 0 each would take its own. */
  private static final int ANY_PORT = -1;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpServices services;
  private @Nullable HttpServer server;
  private @Nullable OpenStreams streams;

  /** A server that works with {@code services}; each instance takes the same ones. */
  public HttpVerticle(HttpServices services) {
    this.services = services;
  }

  @Override
  public Future<?> start() {
    var settings = services.settings();
    int instances = Math.max(1, context.getInstanceCount());
    int streamsMax = Math.max(1, settings.streamsMax() / instances);
    OpenStreams opened = new OpenStreams(vertx, streamsMax, settings.ping());
    var followed =
        new FeedStreams(context, services.events(), services.handlers(), services.generationNews());
    streams = opened;
    followed.start();
    services.meters().part("millrace_http_streams", opened::count);
    HttpServer listening = vertx.createHttpServer(options());
    listening.requestHandler(router(opened, followed));
    listening.invalidRequestHandler(InvalidRequests::answer);
    return listening
        .listen(settings.port() == 0 ? ANY_PORT : settings.port(), settings.host())
        .onSuccess(bound -> server = bound)
        .recover(cause ->
            Future.failedFuture(
                SettingsException.cannotListen("http", settings.host(), settings.port(), cause)));
  }

  private HttpServerOptions options() {
    Duration idle = services.settings().waitMax().plus(PATIENCE);
    return new HttpServerOptions()
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setIdleTimeout((int) Math.max(IDLE_MIN.toSeconds(), idle.toSeconds()))
        // An upgrade to HTTP/2 would first collect the whole body in the heap.
        .setHttp2ClearTextEnabled(false)
        .setHandle100ContinueAutomatically(true)
        .setMaxInitialLineLength(8 << 10)
        .setMaxHeaderSize(16 << 10)
        .setMaxFormFields(16)
        .setMaxFormAttributeSize(4 << 10);
  }

  private Router router(OpenStreams opened, FeedStreams followed) {
    Contract contract = Contract.load();
    Router router = Router.router(vertx);
    router.route().handler(new RequestMeter(services.meters()));
    router.route().handler(HttpVerticle::harden);
    router.route().handler(new HostGuard(services.settings().hostNames()));
    var api =
        new ApiRouter(
            context, contract, this::bodyBytesMax, services.settings().waitMax().plus(PATIENCE));
    var covers = new HashSet<>(ApiRouter.under(contract, "/api/"));
    covers.addAll(ApiRouter.under(contract, "/v1/"));
    api.mount(router, covers, operations(contract, opened, followed));
    router.route().handler(api::refuseMethods);
    mountPages(router);
    router
        .route()
        .handler(routing -> Answers.write(routing, Refusal.notFound("There is nothing here.")));
    router.route().failureHandler(routing -> failed(routing, routing.failure()));
    for (int status : new int[] {400, 404, 405, 406, 413, 414, 415, 500}) {
      router.errorHandler(status, routing -> failed(routing, routing.failure()));
    }
    return router;
  }

  private long bodyBytesMax(Operation operation) {
    var settings = services.settings();
    return ApiError.spokenAt(operation.path())
        ? settings.textsBytesMax().bytes()
        : settings.bodyBytesMax().bytes();
  }

  private Map<String, Call.Handler> operations(
      Contract contract, OpenStreams opened, FeedStreams followed) {
    var all = new HashMap<String, Call.Handler>();
    var submissions = new Submissions(services.handlers());
    var waits = new TaskWait(vertx, services.events(), services.tasks());
    var tasks = new TaskOperations(services, submissions, waits);
    all.putAll(tasks.handlers());
    all.putAll(
        new ScheduleOperations(services.schedules(), tasks, submissions, InstantSource.system())
            .handlers());
    all.putAll(new DeadLetterOperations(services.letters(), services.tasks()).handlers());
    all.putAll(new EventOperations(services, opened, followed).handlers());
    all.putAll(new HandlerOperations(services.handlers()).handlers());
    all.putAll(new DocumentOperations(services.documents(), services.artifacts()).handlers());
    all.putAll(new ReprocessOperations(services.documents(), tasks).handlers());
    all.putAll(new GenerationOperations(services.generations(), services.bus()).handlers());
    all.putAll(new SourceOperations(services.sources(), services.tasks(), tasks).handlers());
    all.putAll(new UploadOperation(services).handlers());
    all.putAll(new SearchOperations(services.bus(), services.tuning().defaults()).handlers());
    all.putAll(new TestSetOperations(services.tuning().sets()).handlers());
    all.putAll(new TestRunOperations(services.tuning(), services.tasks(), tasks).handlers());
    var portions =
        new Portions(vertx, new ModelClient(services.bus()), services.settings().waitMax());
    all.putAll(new EmbeddingOperations(portions).handlers());
    all.putAll(new RerankOperations(portions).handlers());
    all.putAll(
        new ModelOperations(services.bus(), services.settings().waitMax(), Instant.now())
            .handlers());
    all.putAll(new SystemOperations(services.system(), services.settings(), contract).handlers());
    return all;
  }

  private void mountPages(Router router) {
    router
        .route("/api/docs")
        .handler(routing ->
            routing
                .response()
                .setStatusCode(307)
                .putHeader("Location", "/docs/api")
                .end()
                .onFailure(routing::fail));
    router.route().handler(new StaticSite(vertx, "/webroot"));
  }

  /** What browsers are told not to do with anything from here. */
  private static void harden(RoutingContext routing) {
    routing
        .response()
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin")
        .putHeader("Cross-Origin-Opener-Policy", "same-origin")
        .putHeader(
            "Content-Security-Policy",
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
                + " form-action 'self'; frame-ancestors 'none'");
    routing.next();
  }

  private static void failed(RoutingContext routing, @Nullable Throwable failure) {
    if (routing.statusCode() == 400) {
      Answers.write(routing, Refusal.malformed("The request cannot be read."));
    } else if (failure != null) {
      Answers.fail(routing, failure);
    } else {
      Answers.write(routing, Refusal.notFound("There is nothing here."));
    }
  }

  /** The port it listens on, once started. */
  public int port() {
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server.actualPort();
  }

  @Override
  public Future<?> stop() {
    if (streams != null) {
      streams.stop();
    }
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(services.grace().toMillis(), TimeUnit.MILLISECONDS);
  }
}
