package io.millrace.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The pages in this jar. Each file is read once and kept, plain and compressed. Names under {@code
 * /assets/} carry a hash of their content, so browsers may keep them for ever; everything else is
 * asked for again each time and answered with 304 when it is the same.
 */
final class StaticSite implements Handler<RoutingContext> {
  private static final Pattern NAME = Pattern.compile("/[A-Za-z0-9_-][A-Za-z0-9._/-]{0,200}");
  private static final int COMPRESS_BYTES_MIN = 1024;
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("wasm", "application/wasm"));

  private final Vertx vertx;
  private final String root;
  private final Map<String, Page> pages = new ConcurrentHashMap<>();

  /** Serves what lies below {@code root} on the classpath. */
  StaticSite(Vertx vertx, String root) {
    this.vertx = vertx;
    this.root = root;
  }

  /** One file; {@code zipped} is empty where compressing gains nothing. */
  private record Page(String type, String etag, Buffer plain, Optional<Buffer> zipped) {}

  /**
   * Answers with the file of that name; with {@code index.html} for a place within the application,
   * which its script finds by itself; and passes everything else on.
   */
  @Override
  public void handle(RoutingContext routing) {
    HttpMethod method = routing.request().method();
    boolean reads = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    String path = routing.normalizedPath();
    if (!reads || path.startsWith("/api/") || path.startsWith("/v1/")) {
      routing.next();
    } else if (isName(path)) {
      serve(routing, path);
    } else if (isPlace(path, routing.request().getHeader("Accept"))) {
      serve(routing, "/index.html");
    } else {
      routing.next();
    }
  }

  private static boolean isPlace(String path, @Nullable String accept) {
    return path.indexOf('.', path.lastIndexOf('/')) < 0
        && (accept == null || Negotiation.accepts(accept, "text/html"));
  }

  private void serve(RoutingContext routing, String path) {
    page(path)
        .onSuccess(
            page -> page.ifPresentOrElse(found -> write(routing, path, found), routing::next))
        .onFailure(routing::fail);
  }

  private static boolean isName(String path) {
    return NAME.matcher(path).matches()
        && !path.contains("..")
        && TYPES.containsKey(path.substring(path.lastIndexOf('.') + 1));
  }

  private Future<Optional<Page>> page(String path) {
    Page known = pages.get(path);
    if (known != null) {
      return Future.succeededFuture(Optional.of(known));
    }
    return vertx
        .executeBlocking(() -> read(path), false)
        .map(Objects::requireNonNull)
        .onSuccess(read -> read.ifPresent(page -> pages.put(path, page)));
  }

  private Optional<Page> read(String path) {
    try (InputStream in = StaticSite.class.getResourceAsStream(root + path)) {
      if (in == null) {
        return Optional.empty();
      }
      byte[] bytes = in.readAllBytes();
      String type = TYPES.getOrDefault(path.substring(path.lastIndexOf('.') + 1), "");
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Optional.of(
          new Page(
              type,
              '"' + HexFormat.of().formatHex(hash, 0, 12) + '"',
              Buffer.buffer(bytes),
              zipped(type, bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Optional<Buffer> zipped(String type, byte[] bytes) throws IOException {
    boolean text = type.contains("charset") || type.contains("json") || type.contains("svg");
    if (!text || bytes.length < COMPRESS_BYTES_MIN) {
      return Optional.empty();
    }
    var out = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    }
    return Optional.of(Buffer.buffer(out.toByteArray()));
  }

  private static void write(RoutingContext routing, String path, Page page) {
    HttpServerRequest request = routing.request();
    HttpServerResponse response = routing.response();
    boolean zip = page.zipped().isPresent() && takesGzip(request);
    String etag = zip ? page.etag().replaceAll("\"$", "-gzip\"") : page.etag();
    response
        .putHeader(
            "Cache-Control",
            path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache")
        .putHeader("ETag", etag)
        .putHeader("Vary", "Accept-Encoding");
    if (etag.equals(request.getHeader("If-None-Match"))) {
      response.setStatusCode(304).end().onFailure(routing::fail);
      return;
    }
    if (zip) {
      response.putHeader("Content-Encoding", "gzip");
    }
    Answers.write(routing, new Reply.Bytes(page.type(), zip ? page.zipped().get() : page.plain()));
  }

  private static boolean takesGzip(HttpServerRequest request) {
    String accepted = request.getHeader("Accept-Encoding");
    return accepted != null && accepted.contains("gzip") && !accepted.contains("gzip;q=0");
  }
}
