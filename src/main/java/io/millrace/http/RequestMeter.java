package io.millrace.http;

import io.millrace.observe.Meters;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** Counts requests and how long they took, by the template of their route, never by their path. */
final class RequestMeter implements Handler<RoutingContext> {
  private static final String NO_ROUTE = "none";

  private final Meters meters;

  RequestMeter(Meters meters) {
    this.meters = meters;
  }

  @Override
  public void handle(RoutingContext routing) {
    long begun = System.nanoTime();
    routing.addEndHandler(ended -> {
      String route = routing.get(ApiRouter.ROUTE);
      meters.record(
          "millrace_http_request",
          Duration.ofNanos(System.nanoTime() - begun),
          "method",
          method(routing),
          "route",
          route == null ? NO_ROUTE : route,
          "status",
          Integer.toString(routing.response().getStatusCode()));
    });
    routing.next();
  }

  /** Clients may invent methods; meters may not grow with them. */
  private static String method(RoutingContext routing) {
    String name = routing.request().method().name();
    return switch (name) {
      case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" -> name;
      default -> "other";
    };
  }
}
