package io.millrace.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.settings.S3Settings;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A bucket {@code shelf} on loopback: lists in pages of two, gives objects, fails when asked to.
 */
final class FakeS3 {
  private static final int PAGE = 2;
  private static final String SIGNED =
      "AWS4-HMAC-SHA256 Credential=the-access-key/\\d{8}/eu-test-1/s3/aws4_request, ?"
          + "SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, ?Signature=[0-9a-f]{64}";

  final NavigableMap<String, String> objects = new ConcurrentSkipListMap<>();

  /** The next answers, before any that is right; 0 never answers. */
  final Queue<Integer> failures = new ConcurrentLinkedQueue<>();

  final List<String> asked = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  FakeS3(Vertx vertx) throws Exception {
    server =
        vertx
            .createHttpServer()
            .requestHandler(this::answer)
            .listen(0, "127.0.0.1")
            .await(20, TimeUnit.SECONDS);
  }

  S3Settings settings(Duration timeout) {
    return new S3Settings(
        URI.create("http://127.0.0.1:" + server.actualPort()),
        "eu-test-1",
        "the-access-key",
        "the-secret-key",
        true,
        timeout);
  }

  private void answer(HttpServerRequest request) {
    asked.add(request.uri());
    HttpServerResponse response = request.response();
    String signature = request.getHeader("Authorization");
    Integer failure = failures.poll();
    if (failure != null) {
      if (failure > 0) {
        error(response, failure, "Planted");
      }
    } else if (signature == null || !signature.matches(SIGNED)) {
      error(response, 403, "AccessDenied");
    } else if (request.path().replaceAll("/$", "").equals("/shelf")) {
      list(request);
    } else if (request.path().startsWith("/shelf/")) {
      String key = URLDecoder.decode(request.path().substring(7).replace("+", "%2B"), UTF_8);
      String object = objects.get(key);
      if (object == null) {
        error(response, 404, "NoSuchKey");
      } else {
        var _ =
            response
                .putHeader("ETag", tag(object))
                .putHeader("Content-Type", "text/plain")
                .end(Buffer.buffer(object));
      }
    } else {
      error(response, 404, "NoSuchBucket");
    }
  }

  private void list(HttpServerRequest request) {
    String prefix = request.getParam("prefix", "");
    String after = request.getParam("continuation-token", "");
    List<String> keys =
        objects.tailMap(after, false).keySet().stream().filter(k -> k.startsWith(prefix)).toList();
    List<String> page = keys.subList(0, Math.min(PAGE, keys.size()));
    var xml = new StringBuilder("<?xml version=\"1.0\"?><ListBucketResult>");
    xml.append("<EncodingType>url</EncodingType><IsTruncated>").append(keys.size() > PAGE);
    xml.append("</IsTruncated>");
    if (keys.size() > PAGE) {
      xml.append("<NextContinuationToken>").append(page.getLast());
      xml.append("</NextContinuationToken>");
    }
    for (String key : page) {
      String object = objects.get(key);
      xml.append("<Contents><Key>").append(URLEncoder.encode(key, UTF_8)).append("</Key><ETag>");
      xml.append(tag(object).replace("\"", "&quot;")).append("</ETag><Size>");
      xml.append(object.getBytes(UTF_8).length).append("</Size></Contents>");
    }
    var _ =
        request
            .response()
            .putHeader("Content-Type", "application/xml")
            .end(xml + "</ListBucketResult>");
  }

  private static String tag(String object) {
    return "\"" + Integer.toHexString(object.hashCode()) + "\"";
  }

  private static void error(HttpServerResponse response, int status, String code) {
    var _ =
        response
            .setStatusCode(status)
            .putHeader("Content-Type", "application/xml")
            .end("<Error><Code>" + code + "</Code><Message>the-secret-key</Message></Error>");
  }
}
