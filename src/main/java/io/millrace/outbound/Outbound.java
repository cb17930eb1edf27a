package io.millrace.outbound;

import io.millrace.problem.ProblemException;
import io.millrace.settings.OutboundSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The one HTTP client that asks hosts which people name. It connects only to addresses it has
 * checked, uses no proxy, keeps no cookie and no connection, and sends no credentials.
 */
public final class Outbound {
  private static final int HEADER_BYTES_MAX = 64 << 10;

  private final Context context;
  private final Parts parts;

  /** What every fetch works with. */
  record Parts(
      Vertx vertx,
      HttpClient client,
      Resolver resolver,
      AddressGuard guard,
      OutboundSettings settings,
      String userAgent,
      InstantSource clock) {}

  private Outbound(Context context, Parts parts) {
    this.context = context;
    this.parts = parts;
  }

  /**
   * Makes the client of this process, which calls itself {@code Millrace/<version>}; it is closed
   * with {@code vertx}.
   */
  public static Outbound open(Vertx vertx, OutboundSettings settings, String version) {
    return open(vertx, settings, version, host -> lookUp(vertx, host), new HttpClientOptions());
  }

  /** With another way to find addresses, and with options such as whom to trust. */
  static Outbound open(
      Vertx vertx,
      OutboundSettings settings,
      String version,
      Resolver resolver,
      HttpClientOptions options) {
    HttpClient client =
        vertx.createHttpClient(
            options
                .setConnectTimeout((int) settings.connectTimeout().toMillis())
                .setSslHandshakeTimeout(settings.connectTimeout().toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeepAlive(false)
                .setMaxHeaderSize(HEADER_BYTES_MAX));
    var guard = new AddressGuard(settings);
    var parts =
        new Parts(
            vertx,
            client,
            resolver,
            guard,
            settings,
            "Millrace/" + version,
            InstantSource.system());
    return new Outbound(vertx.getOrCreateContext(), parts);
  }

  /**
   * Writes what {@code url} answers to the new file {@code to}, which is not there when this fails.
   * Fails with {@link ProblemException}: retryable when the host may answer later.
   */
  public Future<Fetched> fetch(String url, Path to) {
    return fetchChanged(url, Optional.empty(), to).map(Optional::orElseThrow);
  }

  /**
   * As {@link #fetch}, but empty, and nothing is written, when the page is still what {@code
   * validator} stands for, which an earlier fetch of it answered.
   */
  public Future<Optional<Fetched>> fetchChanged(String url, Optional<String> validator, Path to) {
    Promise<Optional<Fetched>> done = Promise.promise();
    context.runOnContext(_ -> {
      try {
        new Fetch(parts, WebAddress.parse(url), validator, to).run().onComplete(done);
      } catch (ProblemException refused) {
        done.fail(refused);
      }
    });
    return done.future();
  }

  private static Future<List<InetAddress>> lookUp(Vertx vertx, String host) {
    return vertx
        .executeBlocking(() -> List.of(InetAddress.getAllByName(host)), false)
        .map(Objects::requireNonNull);
  }
}
