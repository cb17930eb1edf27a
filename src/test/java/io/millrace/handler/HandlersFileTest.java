package io.millrace.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Device;
import io.millrace.model.ModelSpec;
import io.millrace.model.ModelTask;
import io.millrace.model.Pooling;
import io.millrace.model.Precision;
import io.millrace.queue.RateLimits.Rate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HandlersFileTest {
  @Test
  void theFileInTheJarDeclaresTheHandlersAndTheirModel(@TempDir Path empty) {
    Declarations declared = new HandlersFile(empty.resolve("handlers.yaml")).read();

    assertThat(declared.handlers())
        .extracting(HandlerDeclaration::name)
        .containsExactly("echo", "embed", "ingest", "job", "measure", "search", "sync");
    assertThat(declared.models())
        .extracting(ModelSpec::name)
        .containsExactly("bge-small-en", "e5-small-en");
    assertThat(declared.handler("echo").orElseThrow().config().json())
        .isEqualTo("{\"greeting\":\"hello\"}");
  }

  @Test
  void aFileThatIsThereIsReadInsteadOfTheOneInTheJar(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("handlers.yaml");
    Files.writeString(file, "handlers: { shout: { type: echo } }");

    Declarations declared = new HandlersFile(file).read();

    assertThat(declared.handlers()).extracting(HandlerDeclaration::name).containsExactly("shout");
  }

  @Test
  void everythingSetIsRead() {
    Declarations declared =
        HandlersFile.parse(
            """
            models:
              house: { provider: directory, path: models/house, task: embed, device: "cuda:1",
                       requireGpu: true, load: eager, unloadAfter: 5m, version: v2, pooling: last,
                       normalize: false, prefixes: { query: "q: ", passage: "p: " },
                       maxLength: 256, precision: fp16, deterministic: true,
                       languages: [en, de] }
            handlers:
              e: { type: embed, model: house, description: d, version: 7, concurrency: 9,
                   lease: 20s, timeout: 3m, config: { a: 1 },
                   retry: { attempts: 4, first: 2s, factor: 1.5, cap: 30s, jitter: none } }
            """);

    assertThat(declared.models().getFirst())
        .isEqualTo(
            new ModelSpec(
                "house",
                ModelSpec.Provider.DIRECTORY,
                Optional.of("models/house"),
                Optional.of("v2"),
                ModelTask.EMBED,
                Optional.of(Pooling.LAST),
                Optional.of(false),
                Optional.of("q: "),
                Optional.of("p: "),
                Optional.of(256),
                new Device.Cuda(1),
                Optional.of(Precision.FP16),
                true,
                ModelSpec.Load.EAGER,
                Duration.ofMinutes(5),
                Optional.of(true),
                Optional.empty(),
                List.of("en", "de")));
    HandlerDeclaration handler = declared.handlers().getFirst();
    assertThat(handler.version()).isEqualTo(7);
    assertThat(handler.concurrency()).isEqualTo(9);
    assertThat(handler.lease()).isEqualTo(Duration.ofSeconds(20));
    assertThat(handler.timeout()).isEqualTo(Duration.ofMinutes(3));
    assertThat(handler.retry())
        .isEqualTo(
            new RetryPolicy(
                4, Duration.ofSeconds(2), 1.5, Duration.ofSeconds(30), RetryPolicy.Jitter.NONE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          handlers: {echo: {type: echo, lese: 10s}}            | handlers.echo.lese: unknown key; allowed: concurrency, config, description, lease
          foo: 1                                               | foo: unknown key; allowed: handlers, models
          handlers: {echo: {type: ecko}}                       | handlers.echo.type: must be one of classify, echo, embed, generate, ingest, job, measure, rerank, search, sync
          handlers: {echo: {lease: 10s}}                       | handlers.echo: type is missing
          handlers: {echo: {type: echo, lease: 10}}            | handlers.echo.lease: must be a duration such as 10s, 5m, from 1s to 1h
          handlers: {echo: {type: echo, rate: {}}}             | handlers.echo.rate: must have either perSecond or minInterval
          handlers: {echo: {type: echo, rate: {perSecond: 0}}} | handlers.echo.rate.perSecond: must be a number from 0.001 to 100000
          handlers: {echo: {type: echo, rate: {minInterval: 0s}}} | handlers.echo.rate.minInterval: must be a duration above zero
          handlers: {echo: {type: echo, rate: {minInterval: 1s, burst: 2}}} | handlers.echo.rate.burst: must be absent beside minInterval
          handlers: {echo: {type: echo, lease: 2h}}            | handlers.echo.lease: must be 1s to 1h
          handlers: {echo: {type: echo, retry: {attempts: 0}}} | handlers.echo.retry.attempts: must be a whole number from 1 to 100
          handlers: {echo: {type: echo, retry: {cap: 10ms}}}   | handlers.echo.retry.cap: must be a duration, not below retry.first
          handlers: {Echo: {type: echo}}                       | handlers.Echo: must be a name like ^[a-z]
          handlers: {echo: {type: echo, concurrency: many}}    | handlers.echo.concurrency: must be a whole number from 1 to 4096
          handlers: {echo: {type: echo, model: m}}             | handlers.echo.model: must be one of [], not m
          handlers: {}                                         | handlers: must be an object of handlers by name
          handlers: [                                          | not valid YAML
          3                                                    | must be an object
          """)
  void whatCannotBeUsedIsRefusedByItsKeyWithWhatIsAllowed(String yaml, String message) {
    String whole = yaml.startsWith("foo") ? yaml + "\nhandlers: {echo: {type: echo}}" : yaml;

    assertThatThrownBy(() -> HandlersFile.parse(whole))
        .isInstanceOf(DeclarationException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aModelThatGeneratesSaysHowManyAnswersItWritesAtOnce() {
    assertThat(model("task: generate, slots: 8").slots()).contains(8);
    assertThat(model("task: generate").slots()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          task: embed, slots: 8    | models.m.slots: must be absent where task is not generate
          task: generate, slots: 0 | models.m.slots: must be a whole number from 1 to 64
          task: generate, slots: 65 | models.m.slots: must be a whole number from 1 to 64
          task: generate, slots: many | models.m.slots: must be a whole number from 1 to 64
          """)
  void slotsThatMakeNoSenseAreRefused(String declared, String message) {
    assertThatThrownBy(() -> model(declared))
        .isInstanceOf(DeclarationException.class)
        .hasMessage(message);
  }

  private static ModelSpec model(String declared) {
    String model =
        "models: { m: { provider: directory, path: somewhere, %s } }".formatted(declared);
    return HandlersFile.parse(model + "\nhandlers: { echo: { type: echo } }").models().getFirst();
  }

  @Test
  void aDirectoryModelNeedsItsPath() {
    assertThatThrownBy(() ->
            HandlersFile.parse(
                """
                models: { m: { provider: directory, task: embed } }
                handlers: { echo: { type: echo } }
                """))
        .isInstanceOf(DeclarationException.class)
        .hasMessage("models.m.path: must be given where provider is directory");
  }

  @Test
  void aRateIsStartsPerSecondWithABurstOrAnIntervalBetweenTwo() {
    String yaml =
        """
        handlers:
          a: {type: echo, rate: {perSecond: 4, burst: 10}}
          b: {type: echo, rate: {minInterval: 3s}}
          c: {type: echo}
        """;

    assertThat(HandlersFile.parse(yaml).handlers())
        .extracting(HandlerDeclaration::rate)
        .containsExactly(
            Optional.of(new Rate(Duration.ofMillis(250), 10)),
            Optional.of(new Rate(Duration.ofSeconds(3), 1)),
            Optional.empty());
  }
}
