package io.millrace.http;

import static io.millrace.http.FakeInference.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.inference.Embed;
import io.millrace.model.TextKind;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.testing.Await;
import io.millrace.testing.ContractClient.Answer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelEndpointsTest {
  private static final String EMBEDDINGS = "/v1/embeddings";
  private static final String RERANK = "/v1/rerank";

  private static final List<String> LARGE = Collections.nCopies(40, "x".repeat(50_000));

  @TempDir Path directory;
  private ServerUnderTest server;
  private FakeInference inference;

  @BeforeEach
  void start() {
    server = new ServerUnderTest(directory);
    inference = new FakeInference(server.bus);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void oneTextIsAnsweredAsOpenAiAnswersIt() {
    Answer answer = embed(new JsonObject().put("input", "mill").put("user", "u-1"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json())
        .isEqualTo(
            new JsonObject(
                """
                {"object": "list",
                 "data": [{"object": "embedding", "index": 0, "embedding": [4.0, 0.5, -0.25, 1.0E-9]}],
                 "model": "house-model",
                 "usage": {"prompt_tokens": 3, "total_tokens": 3}}
                """));
    assertThat(answer.header("Server-Timing"))
        .hasValue("queue;dur=1.500, tokenize;dur=0.250, inference;dur=4.000");
    assertThat(answer.header("X-Queue-Time")).hasValue("2");
    assertThat(inference.embeds)
        .singleElement()
        .satisfies(asked -> {
          assertThat(asked.textKind()).isEqualTo(TextKind.PASSAGE);
          assertThat(asked.dimensions()).isZero();
        });
  }

  @Test
  void base64HoldsTheFloatsLittleEndian() {
    Answer answer =
        embed(
            new JsonObject()
                .put("input", new JsonArray().add("a").add("four"))
                .put("encoding_format", "base64"));

    byte[] bytes =
        Base64.getDecoder()
            .decode(answer.json().getJsonArray("data").getJsonObject(1).getString("embedding"));
    float[] row = new float[4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(row);
    assertThat(row).containsExactly(4f, 0.5f, -0.25f, 1e-9f);
  }

  @Test
  void whatMayBeAbsentMayBeNull() {
    Answer vectors =
        embed(
            new JsonObject()
                .put("input", "x")
                .putNull("encoding_format")
                .putNull("dimensions")
                .putNull("input_type")
                .putNull("user"));
    Answer order =
        rerank(
            new JsonObject()
                .put("query", "q")
                .put("documents", new JsonArray().add("x"))
                .putNull("top_n")
                .putNull("return_documents"));

    assertThat(List.of(vectors, order)).extracting(Answer::status).containsOnly(200);
  }

  @Test
  void whatTheTextsAreAndHowManyDimensionsAreWantedReachesTheModel() {
    Answer answer =
        embed(new JsonObject().put("input", "x").put("input_type", "query").put("dimensions", 64));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(inference.embeds)
        .singleElement()
        .satisfies(asked -> {
          assertThat(asked.textKind()).isEqualTo(TextKind.QUERY);
          assertThat(asked.dimensions()).isEqualTo(64);
        });
  }

  @Test
  void manyTextsTravelInPortionsAndAreAnsweredInTheirOrder() {
    List<String> texts = IntStream.range(0, 2048).mapToObj(i -> "x".repeat(1 + i % 97)).toList();

    Answer answer = embed(new JsonObject().put("input", new JsonArray(texts)));

    JsonArray data = answer.json().getJsonArray("data");
    assertThat(data.size()).isEqualTo(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      JsonObject item = data.getJsonObject(i);
      assertThat(item.getInteger("index")).isEqualTo(i);
      assertThat(item.getJsonArray("embedding").getDouble(0)).isEqualTo(texts.get(i).length());
    }
    assertThat(answer.json().getJsonObject("usage").getInteger("total_tokens")).isEqualTo(3 * 2048);
    assertThat(inference.embeds)
        .allMatch(asked -> asked.texts().size() <= Portions.TEXTS_MAX)
        .extracting(Embed::id)
        .doesNotHaveDuplicates();
  }

  @Test
  void aRequestOfTextsMayBeLargerThanOtherBodies() {
    Answer texts = embed(new JsonObject().put("input", new JsonArray(LARGE)));
    Answer search =
        server.client.post(
            "/api/v1/search", new JsonObject().put("query", String.join("", LARGE)).encode());

    assertThat(texts.status()).isEqualTo(200);
    assertThat(search.status()).isEqualTo(413);
  }

  @Test
  void longTextsTravelInSmallerPortions() {
    List<String> texts = Collections.nCopies(10, "word ".repeat(8_000));

    Answer answer = embed(new JsonObject().put("input", new JsonArray(texts)));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(inference.embeds).hasSize(10);
  }

  @Test
  void whatIsFullAtTheFirstPortionIs429WithRetryAfter() {
    inference.embedding = question -> busy();

    Answer answer = embed(new JsonObject().put("input", "x"));

    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.header("Retry-After")).hasValue("1");
    assertThat(error(answer).getString("type")).isEqualTo("rate_limit_error");
    assertThat(error(answer).getString("code")).isEqualTo("rate_limit_exceeded");
  }

  @Test
  void aLaterPortionWaitsForItsTurnInstead() {
    var refused = new AtomicInteger();
    inference.embedding =
        question ->
            question.texts().getFirst().equals("later") && refused.getAndIncrement() < 2
                ? busy()
                : FakeInference.vectors(question);
    List<String> texts = new ArrayList<>(Collections.nCopies(Portions.TEXTS_MAX, "first"));
    texts.add("later");

    Answer answer = embed(new JsonObject().put("input", new JsonArray(texts)));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().getJsonArray("data").size()).isEqualTo(Portions.TEXTS_MAX + 1);
    assertThat(refused).hasValue(3);
  }

  private static Future<Embed.Vectors> busy() {
    return Future.failedFuture(
        new ProblemException(new Problem.TooMany("Full.", Duration.ofMillis(20))));
  }

  @Test
  void aClientThatLeavesTakesItsQuestionsBack() throws IOException {
    inference.embedding = question -> Future.future(never -> {});
    JsonArray texts = new JsonArray(Collections.nCopies(10 * Portions.TEXTS_MAX, "x"));
    byte[] body =
        new JsonObject()
            .put("model", MODEL)
            .put("input", texts)
            .encode()
            .getBytes(StandardCharsets.UTF_8);

    try (var socket = new Socket("localhost", server.server.port())) {
      socket
          .getOutputStream()
          .write(
              ("POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                      + "Content-Length: "
                      + body.length
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(body);
      socket.getOutputStream().flush();
      Await.until("the first portions", () -> inference.embeds.size() == 4);
      assertThat(inference.cancelled).isEmpty();
    }

    Await.until("all to be taken back", () -> inference.cancelled.size() == 4);
    assertThat(inference.cancelled)
        .containsExactlyInAnyOrderElementsOf(inference.embeds.stream().map(Embed::id).toList());
    assertThat(inference.embeds).as("and none asked after").hasSize(4);
  }

  @Test
  void aPortionThatFailsTakesTheOthersBack() {
    inference.embedding =
        question ->
            question.texts().getFirst().equals("bad")
                ? Future.failedFuture(
                    new ProblemException(
                        new Problem.Unavailable("inference", "It stops.", Duration.ofSeconds(1))))
                : Future.future(never -> {});
    List<String> texts = new ArrayList<>(Collections.nCopies(Portions.TEXTS_MAX, "first"));
    texts.add("bad");

    Answer answer = embed(new JsonObject().put("input", new JsonArray(texts)));

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).hasValue("1");
    Await.until("the first to be taken back", () -> !inference.cancelled.isEmpty());
    assertThat(inference.cancelled).contains(inference.embeds.getFirst().id());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"input": "x"}                                           | model
          {"model": "", "input": "x"}                              | model
          {"model": 7, "input": "x"}                               | model
          {"model": "house-model"}                                 | input
          {"model": "house-model", "input": []}                    | input
          {"model": "house-model", "input": {}}                    | input
          {"model": "house-model", "input": " "}                   | input
          {"model": "house-model", "input": ["x", ""]}             | input.1
          {"model": "house-model", "input": ["x", null]}           | input.1
          {"model": "house-model", "input": ["x", {}]}             | input.1
          {"model": "house-model", "input": [1, 2, 3]}             | input
          {"model": "house-model", "input": [[1, 2], [3]]}         | input
          {"model": "house-model", "input": "x", "dimensions": 0}  | dimensions
          {"model": "house-model", "input": "x", "dimensions": 1.5}| dimensions
          {"model": "house-model", "input": "x", "encoding_format": "int8"} | encoding_format
          {"model": "house-model", "input": "x", "input_type": "song"} | input_type
          {"model": "house-model", "input": "x", "truncate": true} | truncate
          """)
  void aWrongBodyIs400AndNamesTheMember(String body, String param) {
    Answer answer = server.client.post(EMBEDDINGS, body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(error(answer).getString("param")).isEqualTo(param);
    assertThat(error(answer).getString("type")).isEqualTo("invalid_request_error");
    assertThat(inference.embeds).isEmpty();
  }

  @Test
  void tooManyAndTooLongTextsAreRefusedBeforeAnyModelSeesThem() {
    JsonArray many = new JsonArray(Collections.nCopies(2049, "x"));

    assertThat(error(embed(new JsonObject().put("input", many))).getString("param"))
        .isEqualTo("input");
    assertThat(error(embed(new JsonObject().put("input", "x".repeat(200_001)))).getString("param"))
        .isEqualTo("input");
    assertThat(inference.embeds).isEmpty();
  }

  @Test
  void tokenIdsAreRefusedWithTheWayOut() {
    Answer answer =
        embed(new JsonObject().put("input", new JsonArray().add(new JsonArray().add(9906))));

    assertThat(error(answer).getString("message")).contains("Token ids", "Send the texts");
  }

  @Test
  void moreDimensionsThanTheModelHasAreRefusedByIt() {
    inference.embedding =
        question ->
            Future.failedFuture(
                new ProblemException(new Problem.Invalid("/dimensions", "There are 4.")));

    Answer answer = embed(new JsonObject().put("input", "x").put("dimensions", 5));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(error(answer).getString("param")).isEqualTo("dimensions");
    assertThat(error(answer).getString("message")).isEqualTo("There are 4.");
  }

  @Test
  void anUnknownModelIsModelNotFound() {
    Answer answer = server.client.post(EMBEDDINGS, "{\"model\":\"gpt-17\",\"input\":\"x\"}");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(error(answer).getString("code")).isEqualTo("model_not_found");
    assertThat(error(answer).getString("param")).isEqualTo("model");
    assertThat(server.client.get("/v1/models/gpt-17").status()).isEqualTo(404);
    assertThat(error(server.client.get("/v1/models/gpt-17")).getString("code"))
        .isEqualTo("model_not_found");
  }

  @Test
  void everyOtherErrorUnderV1SpeaksTheSameLanguage() {
    Answer nowhere = server.client.get("/v1/nothing");
    Answer method = server.client.get(EMBEDDINGS);
    Answer malformed = server.client.post(EMBEDDINGS, "{");
    Answer large = server.client.post(EMBEDDINGS, " ".repeat(9 << 20));
    Answer type =
        server.client.send(
            server
                .client
                .request(EMBEDDINGS)
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("x")));
    Answer foreign =
        server.client.send(
            server.client.request("/v1/models").header("Origin", "http://evil.example").GET());

    assertThat(List.of(nowhere, method, malformed, large, type, foreign))
        .extracting(Answer::status)
        .containsExactly(404, 405, 400, 413, 415, 403);
    assertThat(List.of(nowhere, method, malformed, large, type, foreign))
        .extracting(answer -> error(answer).getString("code"))
        .containsExactly(
            "not_found",
            "method_not_allowed",
            "malformed",
            "too_large",
            "unsupported_media_type",
            "forbidden");
    assertThat(method.header("Allow")).hasValue("POST");
    assertThat(error(foreign).getString("type")).isEqualTo("permission_error");
  }

  @Test
  void documentsAreOrderedByTheirScores() {
    Answer answer =
        rerank(
            new JsonObject()
                .put("query", "what turns the mill")
                .put(
                    "documents",
                    new JsonArray()
                        .add("a very long document")
                        .add(new JsonObject().put("text", "short").put("id", 7))
                        .add("middle text"))
                .put("top_n", 2)
                .put("return_documents", true));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json())
        .isEqualTo(
            new JsonObject(
                """
                {"model": "house-model",
                 "results": [
                   {"index": 1, "relevance_score": 0.2, "document": {"text": "short"}},
                   {"index": 2, "relevance_score": %s, "document": {"text": "middle text"}}],
                 "usage": {"total_tokens": 15}}
                """
                    .formatted(1.0 / 11)));
    assertThat(answer.header("Server-Timing")).isPresent();
  }

  @Test
  void manyDocumentsKeepTheirIndexesOverPortions() {
    List<String> documents = IntStream.range(0, 1000).mapToObj(i -> "x".repeat(1000 - i)).toList();

    Answer answer =
        rerank(new JsonObject().put("query", "q").put("documents", new JsonArray(documents)));

    JsonArray results = answer.json().getJsonArray("results");
    assertThat(results.size()).isEqualTo(1000);
    for (int i = 0; i < 1000; i++) {
      assertThat(results.getJsonObject(i).getInteger("index")).isEqualTo(999 - i);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"model": "m", "documents": ["x"]}                       | query
          {"model": "m", "query": " ", "documents": ["x"]}         | query
          {"model": "m", "query": "q"}                             | documents
          {"model": "m", "query": "q", "documents": []}            | documents
          {"model": "m", "query": "q", "documents": ["x", ""]}     | documents.1
          {"model": "m", "query": "q", "documents": [1]}           | documents.0
          {"model": "m", "query": "q", "documents": [{}]}          | documents.0.text
          {"model": "m", "query": "q", "documents": ["x"], "top_n": 0} | top_n
          """)
  void aWrongQuestionOfOrderIs400AndNamesTheMember(String body, String param) {
    Answer answer = server.client.post(RERANK, body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(error(answer).getString("param")).isEqualTo(param);
  }

  @Test
  void modelsAreListedInBothForms() {
    JsonObject listed =
        server.client.get("/api/v1/models").json().getJsonArray("items").getJsonObject(0);
    JsonObject api = server.client.get("/v1/models").json();

    assertThat(listed)
        .isEqualTo(
            new JsonObject(
                """
                {"name": "house-model", "version": "house-1", "task": "embed", "provider": "directory",
                 "state": "unloaded", "waiting": 3,
                 "instances": [
                   {"process": "worker-1", "state": "unloaded", "device": "cpu", "waiting": 3,
                    "memoryBytes": 123456, "loadMs": 78, "lastUsedAt": "2026-11-21T10:00:00.000Z"}]}
                """));
    assertThat(api.getString("object")).isEqualTo("list");
    assertThat(api.getJsonArray("data").getJsonObject(0))
        .isEqualTo(server.client.get("/v1/models/" + MODEL).json())
        .isEqualTo(
            new JsonObject()
                .put("id", MODEL)
                .put("object", "model")
                .put("created", api.getJsonArray("data").getJsonObject(0).getLong("created"))
                .put("owned_by", "millrace"));
  }

  @Test
  void aModelIsBroughtIntoMemoryAndOut() {
    Answer in = server.client.post("/api/v1/models/" + MODEL + "/load", "");
    Answer out = server.client.post("/api/v1/models/" + MODEL + "/unload", "");

    assertThat(in.json().getString("state")).isEqualTo("ready");
    assertThat(out.json().getString("state")).isEqualTo("unloaded");
    assertThat(server.client.post("/api/v1/models/gpt-17/load", "").status()).isEqualTo(404);
  }

  @Test
  void withoutAnyWorkerAllAre503() {
    try (var alone = new ServerUnderTest(directory.resolve("alone"))) {
      List<Answer> answers =
          List.of(
              alone.client.post(EMBEDDINGS, "{\"model\":\"m\",\"input\":\"x\"}"),
              alone.client.get("/v1/models"),
              alone.client.get("/v1/models/m"),
              alone.client.get("/api/v1/models"),
              alone.client.post("/api/v1/models/m/load", ""));

      assertThat(answers).extracting(Answer::status).containsOnly(503);
      assertThat(answers)
          .allSatisfy(answer -> {
            assertThat(answer.header("Retry-After")).isPresent();
            assertThat(answer.text()).contains("role worker");
          });
    }
  }

  private Answer embed(JsonObject body) {
    return server.client.post(EMBEDDINGS, body.put("model", MODEL).encode());
  }

  private Answer rerank(JsonObject body) {
    return server.client.post(RERANK, body.put("model", MODEL).encode());
  }

  private static JsonObject error(Answer answer) {
    return answer.json().getJsonObject("error");
  }
}
