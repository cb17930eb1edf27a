package io.millrace.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets in only requests that name this server: a page of another site must reach it neither by its
 * own name (DNS rebinding) nor by ours (cross-site requests).
 */
final class HostGuard implements Handler<RoutingContext> {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

  private final Set<String> names;

  /** {@code names} are let in besides the names of the loopback. */
  HostGuard(List<String> names) {
    this.names = new HashSet<>(LOOPBACK);
    names.forEach(name -> this.names.add(name.toLowerCase(Locale.ROOT)));
  }

  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    HostAndPort host = request.authority();
    if (host == null || host.host().isEmpty()) {
      context.fail(Refusal.malformed("The request names no host.").asException());
    } else if (!names.contains(host.host().toLowerCase(Locale.ROOT))) {
      context.fail(
          Refusal.forbidden("This server does not answer under that name; see http.hostNames.")
              .asException());
    } else if (!ownOrigin(request.getHeader("Origin"), host)) {
      context.fail(Refusal.forbidden("Pages of other sites are not let in.").asException());
    } else {
      context.next();
    }
  }

  private boolean ownOrigin(@Nullable String origin, HostAndPort host) {
    if (origin == null) {
      return true;
    }
    try {
      var uri = new URI(origin);
      String name = uri.getHost();
      return name != null
          && names.contains(name.toLowerCase(Locale.ROOT))
          && (!LOOPBACK.contains(name.toLowerCase(Locale.ROOT)) || samePort(uri, host));
    } catch (URISyntaxException _) {
      return false;
    }
  }

  /** Another port of the loopback is another program, perhaps another person's. */
  private static boolean samePort(URI origin, HostAndPort host) {
    int usual = "https".equals(origin.getScheme()) ? 443 : 80;
    int from = origin.getPort() < 0 ? usual : origin.getPort();
    int to = host.port() <= 0 ? usual : host.port();
    return from == to;
  }
}
