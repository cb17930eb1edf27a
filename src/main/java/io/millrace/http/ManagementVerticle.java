package io.millrace.http;

import io.millrace.observe.HealthChecks;
import io.millrace.observe.Meters;
import io.millrace.settings.ManagementSettings;
import io.millrace.settings.SettingsException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The server for operators: health by dependency, and meters. */
public final class ManagementVerticle extends VerticleBase {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ManagementSettings settings;
  private final HealthChecks checks;
  private final Meters meters;
  private @Nullable HttpServer server;

  /** Shows {@code checks} and {@code meters}. */
  public ManagementVerticle(ManagementSettings settings, HealthChecks checks, Meters meters) {
    this.settings = settings;
    this.checks = checks;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    Contract contract = Contract.load();
    Router router = Router.router(vertx);
    var covers = new HashSet<>(ApiRouter.under(contract, "/health"));
    covers.addAll(ApiRouter.under(contract, "/metrics"));
    var api = new ApiRouter(context, contract, none -> 0, PATIENCE);
    api.mount(
        router,
        covers,
        Map.of(
            "getLiveness",
            call -> Future.succeededFuture(Reply.ok(new JsonObject().put("status", "up"))),
            "getReadiness",
            this::health,
            "getHealth",
            this::health,
            "getMetrics",
            this::metrics));
    router.route().handler(api::refuseMethods);
    router
        .route()
        .handler(routing -> Answers.write(routing, Refusal.notFound("There is nothing here.")));
    router.errorHandler(
        400, routing -> Answers.write(routing, Refusal.malformed("The address cannot be read.")));
    return vertx
        .createHttpServer()
        .requestHandler(router)
        .invalidRequestHandler(InvalidRequests::answer)
        .listen(settings.port(), settings.host())
        .onSuccess(bound -> server = bound)
        .recover(cause ->
            Future.failedFuture(
                SettingsException.cannotListen(
                    "management", settings.host(), settings.port(), cause)));
  }

  private Future<Reply> health(Call call) {
    return checks
        .look()
        .map(report -> {
          boolean allUp = report.checks().values().stream().allMatch(HealthChecks.Health::up);
          var each = new JsonObject();
          report
              .checks()
              .forEach((name, health) ->
                  each.put(
                      name,
                      new JsonObject()
                          .put("status", health.up() ? "up" : "down")
                          .put("detail", health.detail())));
          String status = !report.ready() ? "down" : allUp ? "up" : "degraded";
          return new Reply.Body(
              report.ready() ? 200 : 503,
              new JsonObject().put("status", status).put("checks", each),
              Map.of());
        });
  }

  /** Gauges may look at slow things; the event loop must not wait for them. */
  private Future<Reply> metrics(Call call) {
    return vertx
        .executeBlocking(meters::scrape, false)
        .map(Objects::requireNonNull)
        .map(text ->
            new Reply.Bytes("text/plain; version=0.0.4; charset=utf-8", Buffer.buffer(text)));
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
    return server == null ? Future.succeededFuture() : server.shutdown(1, TimeUnit.SECONDS);
  }
}
