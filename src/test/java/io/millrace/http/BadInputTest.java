package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.millrace.testing.ContractClient.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
  private static final Contract CONTRACT = Contract.load();

  private static final String TARGETS =
      """
      400 /api/v1/tasks?limit=0
      400 /api/v1/tasks?limit=201
      400 /api/v1/tasks?limit=99999999999999999999
      400 /api/v1/tasks?limit=ten
      400 /api/v1/tasks?limit=
      400 /api/v1/tasks?limit=1&limit=2
      400 /api/v1/tasks?cursor=AAAA
      400 /api/v1/tasks?cursor=%21%21
      400 /api/v1/tasks?cursor=
      400 /api/v1/tasks?status=lost
      400 /api/v1/tasks?from=yesterday
      400 /api/v1/tasks?from=2026-13-01T00:00:00Z
      400 /api/v1/tasks?from=2026-02-31T00:00:00Z
      400 /api/v1/tasks?q=%00
      400 /api/v1/tasks?q=%ff
      400 /api/v1/tasks?q=%zz
      400 /api/v1/tasks?q=%
      400 /api/v1/tasks?q=%c0%80
      400 /api/v1/tasks?q=%ed%a0%80
      400 /api/v1/tasks?q=
      400 /api/v1/tasks?q=
      400 /api/v1/tasks?handler=A%20b
      400 /api/v1/dlq/messages?cursor=AAAA
      400 /api/v1/dlq/messages?cursor=%21%21
      400 /api/v1/dlq/messages?cursor=MSAy
      400 /api/v1/dlq/messages?limit=201
      400 /api/v1/dlq/messages?handler=A%20b
      400 /api/v1/dlq/messages?errorType=%0A
      400 /api/v1/dlq/messages?user=
      400 /api/v1/dlq/messages?from=2026-02-31T00:00:00Z
      400 /api/v1/dlq/messages?to=tomorrow
      400 /api/v1/events?after=x
      400 /api/v1/events?after=1-1,
      400 /api/v1/events?after=-1-1
      400 /api/v1/documents/x/passages?cursor=eA
      400 /api/v1/collections/x/documents?cursor=eA
      404 /api/v1/documents/x
      404 /api/v1/documents/%00
      404 /api/v1/documents/%2e%2e%2f
      404 /api/v1/documents/..%2Fx
      404 /api/v1/documents/x/text
      404 /api/v1/documents/x/original
      404 /api/v1/tasks/x
      404 /api/v1/tasks/0-00000000000000000000000000
      404 /api/v1/tasks/%00
      404 /api/v1/tasks/x/events
      404 /api/v1/tasks/0-0%0A
      404 /api/v1/dlq/messages/x
      404 /api/v1/dlq/messages/0-00000000000000000000000000
      404 /api/v1/dlq/messages/%00
      404 /api/v1/handlers/Echo
      404 /api/v1/handlers/nobody
      404 /api/v1/collections/nobody/documents
      404 /api/v1/collections/A%20b/documents
      404 /api/v1/nothing
      404 /api/v1
      404 /api/
      404 /api/docs/nothing
      404 /assets/nothing.js
      404 /../etc/passwd.txt
      404 /assets/..%2f..%2fopenapi.yaml
      404 /favicon.none
      404 /assets/%00.js
      404 /api/v1/tasks/%zz
      404 /%
      404 /api/v1/tasks/%e0%80
      """;

  @TempDir static Path directory;
  private ServerUnderTest server;

  @BeforeAll
  void start() {
    server = new ServerUnderTest(directory);
    server.serveIndex();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @AfterEach
  void theServerLives() {
    assertThat(server.client.get("/api/v1/system").status()).isEqualTo(200);
  }

  static Stream<Operation> operations() {
    return CONTRACT.operations().stream().filter(operation -> operation.path().startsWith("/api/"));
  }

  static Stream<Operation> jsonOperations() {
    return operations().filter(operation -> operation.body().isPresent());
  }

  private static String path(Operation operation) {
    return operation.path().replaceAll("\\{\\w+}", "x");
  }

  private Answer send(String method, String target, String type, String body) {
    return server.client.send(
        server
            .client
            .request(target)
            .header("Content-Type", type)
            .method(method, HttpRequest.BodyPublishers.ofString(body)));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void anotherMethodIsRefusedWithThoseThatAreAnswered(Operation operation) {
    boolean patched =
        CONTRACT.operations().stream()
            .anyMatch(o -> o.path().equals(operation.path()) && o.method().name().equals("PATCH"));
    for (String method : List.of(patched ? "PURGE" : "PATCH", "OPTIONS", "TRACE", "PROPFIND")) {
      Answer refused = send(method, path(operation), "text/plain", "x");

      assertThat(refused.status()).as(method).isEqualTo(405);
      assertThat(refused.header("Allow").orElseThrow()).contains(operation.method().name());
    }
  }

  @ParameterizedTest
  @MethodSource("jsonOperations")
  void bodiesThatAreNoJsonAreRefused(Operation operation) {
    for (String body :
        List.of(
            "",
            "{",
            "{\"a\":1,}",
            "{\"a\":1}{",
            "nul",
            "{\"a\":1,\"a\":2}",
            "\u0000",
            "[".repeat(5000),
            "{\"a\":".repeat(3000),
            "\"\\ud8",
            "{\"a\":01}",
            "'a'",
            "{\"query\":NaN}",
            "// x")) {
      assertThat(
              send(operation.method().name(), path(operation), "application/json", body).status())
          .as(body.substring(0, Math.min(body.length(), 20)))
          .isEqualTo(400);
    }
  }

  @ParameterizedTest
  @MethodSource("jsonOperations")
  void bodiesOfTheWrongShapeAreRefusedWithAPointer(Operation operation) {
    for (String body :
        List.of(
            "null",
            "[]",
            "7",
            "\"text\"",
            "{}",
            "{\"unknown\":1}",
            "{\"handler\":null}",
            "{\"handler\":7,\"query\":7,\"tasks\":7}",
            "{\"tasks\":[]}",
            "{\"tasks\":[null]}",
            "{\"query\":\"\",\"handler\":\"Echo\"}",
            "{\"query\":\"x\",\"limit\":1e99}",
            "{\"query\":\"x\",\"limit\":1e999}",
            "{\"filter\":{\"from\":\"2026-02-30T00:00:00Z\"},\"handler\":0}",
            "{\"query\":\"\\u0000\"}",
            "{\"query\":\"\\ud800\"}",
            "{\"\\u0000\":1}",
            "{\"handler\":\"echo\",\"input\":[]}",
            "{\"handler\":\"echo\",\"input\":{\"text\":\"x\"},\"delay\":\"99999999h\"}",
            "{\"handler\":\"echo\",\"input\":{\"text\":\"x\"},\"delay\":\"soon\"}",
            "{\"handler\":\"echo\",\"input\":{\"text\":\"x\"},\"runAt\":\"2026-02-30T00:00:00Z\"}",
            "{\"handler\":\"echo\",\"input\":{\"text\":\"x\"},\"runAt\":\"tomorrow\"}",
            "{\"handler\":\"echo\",\"input\":{\"text\":\"x\"},\"runAt\":\"2027-01-01T00:00:00Z\","
                + "\"delay\":\"1s\"}",
            "{\"handler\":\"echo\",\"input\":{\"text\":\"x\"},\"project\":\"../x\"}")) {
      Answer refused = send(operation.method().name(), path(operation), "application/json", body);

      assertThat(refused.status()).as(body).isEqualTo(422);
      assertThat(refused.json().containsKey("pointer")).as(body).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("jsonOperations")
  void aBodyOfTenMegabytesIsTooLarge(Operation operation) {
    String body = "{\"query\":\"" + "x".repeat(10 << 20) + "\"}";

    Answer refused = send(operation.method().name(), path(operation), "application/json", body);

    assertThat(refused.status()).isEqualTo(413);
    assertThat(refused.json().getLong("bytesMax")).isEqualTo(1 << 20);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void aLargeBodyWhereNoneIsTakenDoesNoHarm(Operation operation) {
    if (operation.id().equals("streamEvents")) {
      return; // It answers, and never ends.
    }
    Answer answer =
        send(operation.method().name(), path(operation), "text/plain", "x".repeat(10 << 20));

    assertThat(answer.status()).isNotEqualTo(500);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void bodiesOfAnotherTypeAreRefused(Operation operation) {
    if (operation.bodyType().isEmpty()) {
      return;
    }
    for (String type :
        List.of(
            "text/plain",
            "application/xml",
            "application/json; charset=utf-16",
            "nonsense",
            "multipart/form-data;",
            ";",
            "application/jsonx")) {
      Answer refused = send(operation.method().name(), path(operation), type, "{\"query\":\"x\"}");

      assertThat(refused.status()).as(type).isIn(400, 415);
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void anUnknownParameterIsRefusedByName(Operation operation) {
    Answer refused =
        send(operation.method().name(), path(operation) + "?unknown=1", "application/json", "{}");

    assertThat(refused.status()).isIn(400, 415);
    if (refused.status() == 400) {
      assertThat(refused.json().getString("parameter")).isEqualTo("query/unknown");
    }
  }

  static Stream<Arguments> targets() {
    return Stream.concat(
            TARGETS.lines(),
            Stream.of(
                "400 /api/v1/tasks?q=" + "x".repeat(501),
                "404 /api/v1/documents/" + "x".repeat(1000)))
        .map(line -> Arguments.of(Integer.parseInt(line.substring(0, 3)), line.substring(4)));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void wrongAddressesGetTheirProblem(int status, String target) throws IOException {
    assertThat(raw("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 " + status)
        .contains("application/problem+json")
        .doesNotContain("Exception", "at io.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Last-Event-ID: abc", "Last-Event-ID: 1-1\r\nLast-Event-ID: 2-2"})
  void wrongPlacesInAStreamAreRefused(String header) throws IOException {
    assertThat(raw("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void anEmptyIdempotencyKeyIsRefused() throws IOException {
    assertThat(
            raw(
                "POST /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key:\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"))
        .startsWith("HTTP/1.1 400")
        .contains("header/Idempotency-Key");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /api/v1/tasks?wait=61s HTTP/1.1", "POST /api/v1/tasks?wait=x HTTP/1.1",
        "POST /api/v1/tasks?wait=10 HTTP/1.1", "POST /api/v1/tasks?wait=999999999h HTTP/1.1"
      })
  void wrongWaitsAreRefused(String line) throws IOException {
    String body = "{\"handler\":\"echo\",\"input\":{\"text\":\"x\"}}";

    assertThat(
            raw(
                line
                    + "\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
                    + "Content-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void requestsThatAreNoHttpAreRefusedAndTheConnectionIsClosed() throws IOException {
    assertThat(raw("NONSENSE\r\n\r\n"))
        .matches(answer -> answer.startsWith(" 400", 8), "400")
        .contains("problem+json");
    assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"))
        .matches(answer -> answer.startsWith(" 431", 8), "431");
    assertThat(raw("GET /" + "x".repeat(10_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .matches(answer -> answer.startsWith(" 414", 8), "414");
    assertThat(raw("GET /api/v1/system HTTP/1.1\r\nHost: localhost\r\nBad Header: 1\r\n\r\n"))
        .matches(answer -> answer.startsWith(" 400", 8), "400");
    assertThat(raw("GET /api/v1/system HTTP/1.1\r\nConnection: close\r\n\r\n"))
        .matches(answer -> answer.startsWith(" 400", 8), "400");
    assertThat(
            raw(
                "POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json"
                    + "\r\nContent-Length: x\r\n\r\n{}"))
        .matches(answer -> answer.startsWith(" 400", 8), "400");
  }

  @Test
  void pagesOfOtherSitesAreNotLetIn() throws IOException {
    assertThat(withHeaders("Host: evil.example")).startsWith("HTTP/1.1 403");
    assertThat(withHeaders("Host: localhost.evil.example")).startsWith("HTTP/1.1 403");
    assertThat(withHeaders("Host: localhost:1\r\nOrigin: https://evil.example"))
        .startsWith("HTTP/1.1 403");
    assertThat(withHeaders("Host: localhost:8080\r\nOrigin: http://localhost:3000"))
        .startsWith("HTTP/1.1 403");
    assertThat(withHeaders("Host: localhost:8080\r\nOrigin: null")).startsWith("HTTP/1.1 403");
    assertThat(withHeaders("Host: localhost:8080\r\nOrigin: http://localhost:8080"))
        .startsWith("HTTP/1.1 200");
    assertThat(withHeaders("Host: [::1]:8080")).startsWith("HTTP/1.1 200");
    assertThat(withHeaders("Host: Millrace.example\r\nOrigin: https://millrace.example"))
        .startsWith("HTTP/1.1 200");
  }

  private String withHeaders(String headers) throws IOException {
    return raw("GET /api/v1/system HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n");
  }

  @Test
  void aBodyThatEndsEarlyDoesNoHarm() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      write(
          socket,
          "POST /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "Content-Length: 100\r\n\r\n{\"handler\":");
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /** Sends bytes as they are and reads until the server closes, or the answer is whole. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      socket.setSoTimeout(30_000);
      write(socket, request);
      InputStream in = socket.getInputStream();
      var text = new StringBuilder();
      var buffer = new byte[8192];
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        text.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
        if (text.indexOf("\r\n\r\n") > 0 && text.toString().stripTrailing().endsWith("}")) {
          break;
        }
      }
      if (text.isEmpty()) {
        fail("no answer to " + request.lines().findFirst().orElse(""));
      }
      return text.toString();
    }
  }
}
