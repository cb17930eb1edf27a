package io.millrace.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.access.Scope;
import io.millrace.bus.Bus;
import io.millrace.document.Ingest;
import io.millrace.document.Ingest.Ended;
import io.millrace.document.Ingest.Subject;
import io.millrace.handler.classify.ClassifyType;
import io.millrace.handler.echo.EchoType;
import io.millrace.handler.embed.EmbedType;
import io.millrace.handler.generate.GenerateType;
import io.millrace.handler.ingest.IngestType;
import io.millrace.handler.rerank.RerankType;
import io.millrace.handler.search.SearchType;
import io.millrace.index.SearchPassages;
import io.millrace.index.SearchPassages.Filters;
import io.millrace.index.SearchPassages.Hit;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Mode;
import io.millrace.index.SearchPassages.Range;
import io.millrace.inference.Cancel;
import io.millrace.inference.Classify;
import io.millrace.inference.Embed;
import io.millrace.inference.Embed.Vectors;
import io.millrace.inference.Rerank;
import io.millrace.inference.Timing;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.task.Outcome;
import io.millrace.testing.UsualSearches;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HandlerTypesTest {
  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx, Duration.ofSeconds(20));
  private final Recorded context = new Recorded();
  private final List<Ingest.Request> ingested = new ArrayList<>();
  private Ended ended = new Ended.Stopped();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private List<HandlerType> types() {
    Ingest ingest =
        (owner, request, progress, stopping) -> {
          ingested.add(request);
          progress.at("chunk", 1, 2);
          return ended;
        };
    return List.of(
        new EchoType(),
        new EmbedType(bus),
        new RerankType(bus),
        new ClassifyType(bus),
        new GenerateType(bus),
        new SearchType(bus, new UsualSearches()),
        new IngestType(ingest));
  }

  private TaskHandler handler(String type, String config) {
    return types().stream()
        .filter(candidate -> candidate.name().equals(type))
        .findFirst()
        .orElseThrow()
        .make(Recorded.declaration(type, Optional.of("m"), config));
  }

  private Outcome run(String type, String input) {
    return handler(type, "{}").run(Recorded.task(input, 0), context);
  }

  @Test
  void everyTypeDeclaresASchemaThatRefusesUnknownMembersAndTitlesEachKnownOne() {
    for (HandlerType type : types()) {
      JsonObject schema = new JsonObject(type.inputSchema());

      assertThat(new SchemaCheck(schema).wrong(new JsonObject().put("nonsense", 1))).isPresent();
      schema
          .getJsonObject("properties")
          .forEach(property ->
              assertThat(((JsonObject) property.getValue()).getString("title"))
                  .as(type.name() + " " + property.getKey())
                  .isNotBlank());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo   | {\"greetings\":\"x\"} | config.greetings: unknown key; allowed: greeting",
        "echo   | {\"greeting\":3}      | config.greeting: must be a text",
        "search | {\"a\":1}             | config.a: unknown key; allowed: none",
      })
  void configThatATypeDoesNotKnowIsRefused(String type, String config, String message) {
    assertThatThrownBy(() -> handler(type, config))
        .isInstanceOf(DeclarationException.class)
        .hasMessage(message);
  }

  @Test
  void embedNeedsAModel() {
    HandlerDeclaration without = Recorded.declaration("embed", Optional.empty(), "{}");

    assertThatThrownBy(() -> new EmbedType(bus).make(without))
        .isInstanceOf(DeclarationException.class)
        .hasMessage("model: must be given where type is embed");
  }

  @Test
  void echoSaysBackWithItsGreetingAfterItsSleepAndProgress() {
    TaskHandler echo = handler("echo", "{\"greeting\":\"hi\"}");

    Outcome outcome =
        echo.run(Recorded.task("{\"text\":\"a\",\"sleep\":\"2s\",\"progress\":4}", 0), context);

    assertThat(Recorded.result(outcome)).isEqualTo("{\"text\":\"a\",\"greeting\":\"hi\"}");
    assertThat(context.slept).isEqualTo(Duration.ofSeconds(2));
    assertThat(context.told).containsExactly("sleep 1/4", "sleep 2/4", "sleep 3/4", "sleep 4/4");
  }

  @Test
  void echoFailsOnlyAsOftenAsItIsAskedTo() {
    String input = "{\"text\":\"a\",\"fail\":\"retryable\",\"failures\":1}";
    TaskHandler echo = handler("echo", "{}");

    assertThat(echo.run(Recorded.task(input, 0), context)).isInstanceOf(Outcome.Failed.class);
    assertThat(echo.run(Recorded.task(input, 1), context)).isInstanceOf(Outcome.Succeeded.class);
  }

  @Test
  void echoStopsWhenItIsTold() {
    context.stop();

    assertThat(run("echo", "{\"text\":\"a\",\"sleep\":\"1h\"}")).isEqualTo(new Outcome.Cancelled());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo   | {}                                            | /text",
        "echo   | {\"text\":\"a\",\"sleep\":\"soon\"}             | /sleep",
        "echo   | {\"text\":\"a\",\"progress\":1.5}              | /progress",
        "echo   | {\"text\":\"a\",\"fail\":\"maybe\"}             | /fail",
        "embed  | {\"texts\":[]}                                | /texts",
        "embed  | {\"texts\":[\"a\",3]}                          | /texts/1",
        "embed  | {\"texts\":[\"a\",\"\"]}                        | /texts/1",
        "embed  | {\"texts\":[\"a\"],\"kind\":\"x\"}               | /kind",
        "rerank | {\"documents\":[\"a\"]}                      | /query",
        "rerank | {\"query\":\" \",\"documents\":[\"a\"]}      | /query",
        "rerank | {\"query\":\"q\",\"documents\":[]}           | /documents",
        "rerank | {\"query\":\"q\",\"documents\":[\"a\",\"\"]}    | /documents/1",
        "rerank | {\"query\":\"q\",\"documents\":[\"a\"],\"limit\":0} | /limit",
        "classify | {}                                        | /texts",
        "search | {\"query\":\" \"}                              | /query",
        "search | {\"query\":\"a\",\"limit\":101}                | /limit",
        "search | {\"query\":\"a\",\"mode\":\"x\"}                | /mode",
        "search | {\"query\":\"a\",\"filters\":{\"documents\":1}} | /filters/documents",
        "ingest | {}                                            | /url",
        "ingest | {\"artifact\":\"ab\"}                          | /collection",
        "ingest | {\"url\":\"http://a\"}                        | /collection",
        "ingest | {\"url\":\"http://a\",\"documentId\":\"d1\"}    | /url",
        "ingest | {\"url\":\"http://a\",\"artifact\":\"ab\"}      | /url",
      })
  void wrongInputIsRefusedByItsPointer(String type, String input, String pointer) {
    assertThatThrownBy(() -> run(type, input))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem())
                    .isInstanceOfSatisfying(
                        Problem.Invalid.class,
                        invalid -> assertThat(invalid.pointer()).isEqualTo(pointer)));
  }

  @Test
  void embedAsksOnceAndKeepsTheOrder() {
    List<Integer> asked = new ArrayList<>();
    bus.serve(
            Embed.at("m"),
            question -> {
              asked.add(question.texts().size());
              List<float[]> rows =
                  question.texts().stream()
                      .map(text -> new float[] {Float.parseFloat(text), 0.5f})
                      .toList();
              return Future.succeededFuture(new Vectors("m-v1", rows, rows.size() * 3));
            })
        .await();
    JsonArray texts = new JsonArray();
    IntStream.range(0, 70).forEach(i -> texts.add(Integer.toString(i)));

    Outcome outcome = run("embed", new JsonObject().put("texts", texts).encode());

    JsonObject result = new JsonObject(Recorded.result(outcome));
    assertThat(asked).containsExactly(70);
    assertThat(result.getString("model")).isEqualTo("m-v1");
    assertThat(result.getInteger("dimensions")).isEqualTo(2);
    assertThat(result.getInteger("tokens")).isEqualTo(210);
    assertThat(result.getJsonArray("vectors").size()).isEqualTo(70);
    assertThat(result.getJsonArray("vectors").getJsonArray(69).getDouble(0)).isEqualTo(69.0);
  }

  @Test
  void embedThatIsToStopTakesItsQuestionBack() {
    Promise<Vectors> answer = Promise.promise();
    bus.serve(
            Embed.at("m"),
            _ -> {
              context.stop();
              return answer.future();
            })
        .await();
    bus.serve(
            Cancel.ADDRESS,
            cancel -> {
              answer.fail(new ProblemException(new Problem.Conflict(cancel.id())));
              return Future.succeededFuture(cancel);
            })
        .await();

    assertThat(run("embed", "{\"texts\":[\"a\"]}")).isInstanceOf(Outcome.Cancelled.class);
  }

  @Test
  void rerankAnswersTheBestFirst() {
    bus.serve(
            Rerank.at("m"),
            question -> {
              List<Double> values =
                  question.documents().stream().map(text -> 1 / Double.parseDouble(text)).toList();
              assertThat(question.query()).isEqualTo("q");
              return Future.succeededFuture(
                  new Rerank.Scores("m-v1", values, values.size() * 5, Timing.NONE));
            })
        .await();
    JsonArray documents = new JsonArray();
    IntStream.range(0, 40).forEach(i -> documents.add(Integer.toString(40 - i)));

    Outcome outcome =
        run(
            "rerank",
            new JsonObject()
                .put("query", "q")
                .put("documents", documents)
                .put("limit", 2)
                .encode());

    assertThat(new JsonObject(Recorded.result(outcome)).encode())
        .isEqualTo(
            """
            {"model":"m-v1","tokens":200,"results":[{"index":39,"score":1.0},\
            {"index":38,"score":0.5}]}\
            """);
  }

  @Test
  void classifyNamesTheStrongestLabelOfEachText() {
    List<float[]> rows = List.of(new float[] {0.25f, 0.75f}, new float[] {0.5f, 0.125f});
    bus.serve(
            Classify.at("m"),
            _ ->
                Future.succeededFuture(
                    new Classify.Labelled("m-v1", List.of("no", "yes"), rows, 9, Timing.NONE)))
        .await();

    Outcome outcome = run("classify", "{\"texts\":[\"a\",\"b\"]}");

    assertThat(new JsonObject(Recorded.result(outcome)).encode())
        .isEqualTo(
            """
            {"model":"m-v1","tokens":9,"results":[{"label":"yes","scores":{"no":0.25,"yes":0.75}},\
            {"label":"no","scores":{"no":0.5,"yes":0.125}}]}\
            """);
  }

  @Test
  void embedFailsWithTheProblemOfWhoAnswers() {
    Problem busy = new Problem.TooMany("full", Duration.ofSeconds(1));
    bus.serve(Embed.at("m"), _ -> Future.failedFuture(new ProblemException(busy))).await();

    assertThatThrownBy(() -> run("embed", "{\"texts\":[\"a\"]}"))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem()).isEqualTo(busy));
  }

  @Test
  void searchAsksForItsOwnersPassagesAndNamesEachDocumentOnce() {
    List<SearchPassages> asked = new ArrayList<>();
    Hits hits =
        new Hits(
            List.of(hit("p1", "d1", 3), hit("p2", "d2", 0), hit("p3", "d1", 4)),
            17,
            Mode.KEYWORD,
            Optional.of("no model"),
            Map.of("search", 1.5),
            Map.of(),
            Optional.empty());
    bus.serve(
            SearchPassages.ADDRESS,
            question -> {
              asked.add(question);
              return Future.succeededFuture(hits);
            })
        .await();

    Outcome outcome =
        run(
            "search",
            """
            {"query":"mill","collections":["c"],"mode":"vector","limit":3,
             "filters":{"mediaTypes":["text/html"]}}
            """);

    Filters filters = new Filters(List.of(), List.of("text/html"));
    assertThat(asked)
        .containsExactly(
            new SearchPassages(Scope.DEFAULT, "mill", List.of("c"), Mode.VECTOR, 3, filters));
    JsonObject result = new JsonObject(Recorded.result(outcome));
    assertThat(result.getLong("total")).isEqualTo(17);
    assertThat(result.getString("mode")).isEqualTo("keyword");
    assertThat(result.getString("notice")).isEqualTo("no model");
    JsonArray shown = result.getJsonArray("hits");
    assertThat(shown.getJsonObject(0).getInteger("page")).isEqualTo(3);
    assertThat(shown.getJsonObject(1).containsKey("page")).isFalse();
    assertThat(shown.getJsonObject(0).getJsonArray("highlights").encode())
        .isEqualTo("[{\"start\":0,\"end\":4}]");
    assertThat(result.getJsonArray("relevantDocuments").encode())
        .isEqualTo(
            """
            [{"documentId":"d1","name":"name","title":"Title","collection":"c","passageId":"p1"},\
            {"documentId":"d2","name":"name","title":"Title","collection":"c","passageId":"p2"}]\
            """);
  }

  private static Hit hit(String passage, String document, int page) {
    return new Hit(
        passage,
        document,
        "name",
        "Title",
        "c",
        "text/html",
        "en",
        Optional.empty(),
        0,
        page,
        10,
        20,
        "",
        "mill text",
        List.of(new Range(0, 4)),
        Map.of("bm25", 2.0),
        Map.of());
  }

  @Test
  void ingestTellsItsStagesAndWhatItMade() {
    ended = new Ended.Done("d1", "c", "A title", "text/html", 2, 7, 900);

    Outcome outcome = run("ingest", "{\"documentId\":\"d1\"}");

    assertThat(new JsonObject(Recorded.result(outcome)))
        .isEqualTo(
            new JsonObject()
                .put("documentId", "d1")
                .put("collection", "c")
                .put("title", "A title")
                .put("mediaType", "text/html")
                .put("version", 2)
                .put("passages", 7)
                .put("characters", 900));
    assertThat(context.told).containsExactly("chunk 1/2");
    assertThat(ingested.getFirst().subject()).isEqualTo(new Subject.Registered("d1"));
  }

  @Test
  void ingestTakesAPageOrAnArtifactWithItsCollection() {
    ended = new Ended.Stopped();

    var _ = run("ingest", "{\"url\":\"http://a/\",\"collection\":\"c\"}");
    var _ = run("ingest", "{\"artifact\":\"ab\",\"collection\":\"c\",\"name\":\"n\"}");

    assertThat(ingested)
        .extracting(Ingest.Request::subject)
        .containsExactly(
            new Subject.Page("http://a/", "c", Optional.empty(), List.of()),
            new Subject.Stored("ab", "c", Optional.of("n"), List.of()));
  }

  @Test
  void ingestPassesOnARefusalAndAStop() {
    Problem problem = new Problem.Invalid("", "not text");

    ended = new Ended.Refused(problem);
    assertThat(run("ingest", "{\"documentId\":\"d1\"}")).isEqualTo(new Outcome.Failed(problem));

    ended = new Ended.Stopped();
    assertThat(run("ingest", "{\"documentId\":\"d1\"}")).isEqualTo(new Outcome.Cancelled());
  }
}
