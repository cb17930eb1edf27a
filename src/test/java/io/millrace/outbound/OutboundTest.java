package io.millrace.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.settings.OutboundSettings;
import io.millrace.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final Map<String, List<InetAddress>> names = new ConcurrentHashMap<>();
  private final AtomicInteger lookUps = new AtomicInteger();
  private Consumer<HttpServerRequest> site = request -> request.response().end("words");
  private HttpServer server;

  @BeforeEach
  void listen() throws Exception {
    names.put("wiki.test", List.of(LOOPBACK));
    server =
        vertx
            .createHttpServer()
            .requestHandler(request -> site.accept(request))
            .listen(0, "127.0.0.1")
            .await(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    var _ = vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void aPageIsWrittenAndNamed() throws Exception {
    var seen = new AtomicReference<Map<String, String>>();
    site =
        request -> {
          var headers = new ConcurrentHashMap<String, String>();
          request
              .headers()
              .forEach(header ->
                  headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
          headers.put("uri", request.uri());
          seen.set(headers);
          request
              .response()
              .putHeader("Content-Type", "text/markdown; charset=utf-8")
              .end("# Mill");
        };

    Fetched fetched = fetch(outbound(), url("/a/guide.md?x=1#part"));

    assertThat(fetched.source()).isEqualTo(url("/a/guide.md?x=1"));
    assertThat(fetched.name()).isEqualTo("guide.md");
    assertThat(fetched.mediaType()).contains("text/markdown; charset=utf-8");
    assertThat(file()).hasContent("# Mill");
    assertThat(seen.get())
        .containsEntry("host", "wiki.test:" + server.actualPort())
        .containsEntry("uri", "/a/guide.md?x=1")
        .containsEntry("user-agent", "Millrace/7")
        .containsEntry("accept-encoding", "identity")
        .doesNotContainKeys("cookie", "authorization", "referer");
  }

  @Test
  void aRedirectIsFollowedAndTheAskedUrlStaysTheSource() {
    site =
        request -> {
          HttpServerResponse response = request.response();
          if (request.path().equals("/")) {
            var _ =
                response
                    .setStatusCode(302)
                    .putHeader("Set-Cookie", "a=b")
                    .putHeader("Location", "/next?x")
                    .end();
          } else {
            var _ = response.end(String.valueOf(request.getHeader("Cookie")));
          }
        };

    Fetched fetched = fetch(outbound(), url("/"));

    assertThat(fetched.source()).isEqualTo(url("/"));
    assertThat(fetched.name()).isEqualTo("next");
    assertThat(file()).hasContent("null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.2:%d/", "http://inner.test:%d/", "http://[::1]:%d/"})
  void aRedirectToAForbiddenAddressIsRefused(String where) {
    names.put("inner.test", List.of(InetAddress.ofLiteral("127.0.0.3")));
    var asked = new AtomicInteger();
    site =
        request -> {
          asked.incrementAndGet();
          var _ =
              request
                  .response()
                  .setStatusCode(301)
                  .putHeader("Location", where.formatted(server.actualPort()))
                  .end();
        };

    Problem problem = refusal(outbound(), url("/"));

    assertThat(problem).isInstanceOf(Problem.Invalid.class);
    assertThat(problem.detail()).contains("not a public address").doesNotContain("127.0.0.3");
    assertThat(asked).hasValue(1);
  }

  @Test
  void aLoopOfRedirectsEnds() {
    var asked = new AtomicInteger();
    site =
        request -> {
          asked.incrementAndGet();
          var _ = request.response().setStatusCode(307).putHeader("Location", "/").end();
        };

    Problem problem = refusal(outbound(), url("/"));

    assertThat(problem).isInstanceOf(Problem.Invalid.class);
    assertThat(problem.detail()).contains("more than 5 times");
    assertThat(asked).hasValue(6);
  }

  @Test
  void aNameOfWhichOneAddressIsForbiddenIsRefused() {
    names.put("wiki.test", List.of(LOOPBACK, InetAddress.ofLiteral("10.0.0.1")));
    var asked = new AtomicInteger();
    site = request -> asked.incrementAndGet();

    assertThat(refusal(outbound(), url("/")).retryable()).isFalse();
    assertThat(asked).hasValue(0);
  }

  @Test
  void withoutAllowanceNothingInsideIsAsked() {
    var asked = new AtomicInteger();
    site = request -> asked.incrementAndGet();
    Outbound strict = outbound("allow", new JsonArray());

    for (String host : List.of("wiki.test", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]")) {
      Problem problem = refusal(strict, "http://" + host + ":" + server.actualPort() + "/");
      assertThat(problem.detail()).as(host).contains("not a public address");
      assertThat(problem.retryable()).isFalse();
    }
    assertThat(asked).hasValue(0);
  }

  @Test
  void theRealResolverFindsLocalhostAndItIsRefused() {
    Outbound real = Outbound.open(vertx, settings("allow", new JsonArray()), "7");

    for (String host : List.of("localhost", "localhost.", "LOCALHOST")) {
      assertThat(refusal(real, "http://" + host + ":" + server.actualPort() + "/").detail())
          .contains("localhost is not a public address");
    }
  }

  @Test
  void theCheckedAddressIsConnectedToAndTheNameLookedUpOnce() {
    names.put("wiki.test", List.of(LOOPBACK));

    var _ = fetch(outbound(), url("/"));

    assertThat(lookUps).hasValue(1);
  }

  @Test
  void theNextCheckedAddressIsTriedWhenOneRefuses() {
    names.put("wiki.test", List.of(InetAddress.ofLiteral("127.0.0.4"), LOOPBACK));

    Fetched fetched =
        fetch(outbound("allow", new JsonArray().add("127.0.0.0/8")), url("/words.txt"));

    assertThat(fetched.name()).isEqualTo("words.txt");
  }

  @Test
  void anUnknownNameMayBeTriedAgain() {
    names.remove("wiki.test");

    Problem problem = refusal(outbound(), url("/"));

    assertThat(problem.retryable()).isTrue();
    assertThat(problem.detail()).contains("no host named wiki.test");
  }

  @Test
  void aSlowBodyIsCutAtTheTimeLimit() {
    var gone = Promise.<Void>promise();
    site =
        request -> {
          request.connection().closeHandler(gone::complete);
          HttpServerResponse response = request.response().setChunked(true);
          var _ = response.write("one word");
        };

    Problem problem = refusal(outbound("timeout", "300ms"), url("/"));

    assertThat(problem).isInstanceOf(Problem.TimedOut.class);
    assertThat(problem.retryable()).isTrue();
    assertThat(gone.future().toCompletionStage().toCompletableFuture())
        .succeedsWithin(Duration.ofSeconds(20));
  }

  @Test
  void anEndlessBodyIsCutAtTheByteLimit() {
    var gone = Promise.<Void>promise();
    site =
        request -> {
          request.connection().closeHandler(gone::complete);
          pour(request.response().setChunked(true));
        };

    Problem problem = refusal(outbound("bytesMax", "1MB"), url("/"));

    assertThat(problem).isEqualTo(new Problem.TooLarge("A page may have 1048576 bytes.", 1 << 20));
    assertThat(gone.future().toCompletionStage().toCompletableFuture())
        .succeedsWithin(Duration.ofSeconds(20));
  }

  private static void pour(HttpServerResponse response) {
    if (!response.closed()) {
      response.write(Buffer.buffer(new byte[64 << 10])).onSuccess(_ -> pour(response));
    }
  }

  @Test
  void aBodyOfExactlyTheLimitIsTakenAndOneMoreIsNot() {
    Outbound outbound = outbound("bytesMax", "5");

    assertThat(fetch(outbound, url("/a")).name()).isEqualTo("a");
    site = request -> request.response().end("words!");
    assertThat(refusal(outbound, url("/b"), directory.resolve("other")))
        .isInstanceOf(Problem.TooLarge.class);
  }

  @Test
  void aBombOfCompressedBytesIsNotUnpacked() throws Exception {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[8 << 20]);
    }
    site =
        request ->
            request
                .response()
                .putHeader("Content-Encoding", "gzip")
                .end(Buffer.buffer(packed.toByteArray()));

    Problem problem = refusal(outbound(), url("/"));

    assertThat(problem.retryable()).isFalse();
    assertThat(problem.detail()).contains("compresses");
  }

  @ParameterizedTest
  @CsvSource({
    "404, not-found, false",
    "410, not-found, false",
    "400, invalid, false",
    "401, invalid, false",
    "403, invalid, false",
    "204, invalid, false",
    "206, invalid, false",
    "304, invalid, false",
    "302, invalid, false",
    "408, unavailable, true",
    "425, unavailable, true",
    "429, too-many, true",
    "500, unavailable, true",
    "503, unavailable, true",
  })
  void anAnswerWithoutAPageIsToldByItsStatus(int status, String type, boolean retryable) {
    site = request -> request.response().setStatusCode(status).end();

    Problem problem = refusal(outbound(), url("/"));

    assertThat(problem.type()).isEqualTo(type);
    assertThat(problem.retryable()).isEqualTo(retryable);
    assertThat(problem.detail()).contains(Integer.toString(status));
  }

  @Test
  void whenToComeBackIsHeard() {
    var after = new AtomicReference<>("17");
    site =
        request ->
            request.response().setStatusCode(503).putHeader("Retry-After", after.get()).end();
    Outbound outbound = outbound();

    assertThat(retryAfter(outbound)).isEqualTo(Duration.ofSeconds(17));
    after.set("999999999");
    assertThat(retryAfter(outbound)).isEqualTo(Duration.ofHours(1));
    after.set("soon");
    assertThat(retryAfter(outbound)).isEqualTo(Duration.ofSeconds(1));
    after.set(
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.now().plusSeconds(1_000).atOffset(ZoneOffset.UTC)));
    assertThat(retryAfter(outbound)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(1_000));
    after.set("Sun, 06 Nov 1994 08:49:37 GMT");
    assertThat(retryAfter(outbound)).isZero();
  }

  private Duration retryAfter(Outbound outbound) {
    return refusal(outbound, url("/")) instanceof Problem.Unavailable unavailable
        ? unavailable.retryAfter()
        : Duration.ofDays(-1);
  }

  @Test
  void aRefusedConnectionMayBeTriedAgainAndTellsNoAddress() throws Exception {
    int free;
    try (var socket = new ServerSocket(0, 1, LOOPBACK)) {
      free = socket.getLocalPort();
    }

    Problem problem = refusal(outbound(), "http://wiki.test:" + free + "/");

    assertThat(problem.retryable()).isTrue();
    assertThat(problem.detail()).contains("wiki.test does not answer").doesNotContain("127.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSH-2.0-x\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"})
  void anAnswerThatIsBrokenOffOrNoHttpMayBeTriedAgain(String bytes) throws Exception {
    var broken =
        vertx
            .createNetServer()
            .connectHandler(
                socket -> socket.handler(_ -> socket.write(bytes).onComplete(_ -> socket.close())))
            .listen(0, "127.0.0.1")
            .await(20, TimeUnit.SECONDS);

    Problem problem = refusal(outbound(), "http://wiki.test:" + broken.actualPort() + "/");

    assertThat(problem).isInstanceOf(Problem.Unavailable.class);
  }

  @Test
  void aFullOrMissingDirectoryIsNotThePagesFault() {
    Outbound outbound = outbound();

    assertThat(refusal(outbound, url("/"), directory.resolve("no/such/place")))
        .isInstanceOfSatisfying(
            Problem.Unavailable.class,
            problem -> assertThat(problem.dependency()).isEqualTo("artifacts"));
  }

  private String url(String target) {
    return "http://wiki.test:" + server.actualPort() + target;
  }

  private Path file() {
    return directory.resolve("page");
  }

  private Fetched fetch(Outbound outbound, String url) {
    return outbound
        .fetch(url, file())
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
  }

  private Problem refusal(Outbound outbound, String url) {
    return refusal(outbound, url, file());
  }

  /** Why it was refused; nothing may be left of it. */
  private static Problem refusal(Outbound outbound, String url, Path to) {
    var failure = new AtomicReference<Problem>();
    assertThatThrownBy(() -> outbound.fetch(url, to).await(20, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(ProblemException.class, thrown -> failure.set(thrown.problem()));
    assertThat(to).doesNotExist();
    return failure.get();
  }

  private Outbound outbound() {
    return outbound("timeout", "20s");
  }

  private Outbound outbound(String key, Object value) {
    return Outbound.open(vertx, settings(key, value), "7", this::resolve, new HttpClientOptions());
  }

  private static OutboundSettings settings(String key, Object value) {
    var section = new JsonObject().put("allow", new JsonArray().add("127.0.0.1")).put(key, value);
    return Settings.read(new JsonObject().put("outbound", section), Map.of()).outbound();
  }

  private Future<List<InetAddress>> resolve(String host) {
    lookUps.incrementAndGet();
    List<InetAddress> found = names.get(host);
    return found == null
        ? Future.failedFuture(new UnknownHostException(host))
        : Future.succeededFuture(found);
  }
}
