package io.millrace.app;

import io.millrace.document.Generation;
import io.millrace.evaluate.Evaluation;
import io.millrace.evaluate.JudgedCollection;
import io.millrace.handler.Declarations;
import io.millrace.handler.HandlersFile;
import io.millrace.index.IndexVerticle;
import io.millrace.inference.InferenceVerticle;
import io.millrace.settings.Settings;
import io.millrace.settings.SettingsException;
import io.vertx.core.Deployable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code millrace eval}: measures the search on a judged collection. The table goes to standard
 * output, all else to standard error.
 *
 * @param directory the collection; empty when only help is wanted
 * @param data where documents and index are kept for another run; empty for a temporary directory
 */
record EvalCommand(
    Optional<Path> directory,
    Optional<String> qrels,
    Optional<Path> data,
    Optional<Path> config,
    Map<String, String> settings) {
  /** The first argument. */
  static final String NAME = "eval";

  private static final Logger LOG = LoggerFactory.getLogger(EvalCommand.class);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  private static final String USAGE =
      """
      Usage: millrace eval DIRECTORY [options]

      Brings corpus.jsonl of DIRECTORY in as documents, asks its queries.jsonl, and prints how well
      keyword, vector and hybrid search find what its qrels/*.tsv judge to be relevant.
      Each of these files may be packed by gzip (corpus.jsonl.gz).

        --qrels NAME         which judgements: a file of qrels/ (test, else the only one)
        --data DIR           keep documents and index there, and use what is there already
        --config FILE        settings file (conf/millrace.yaml when it is there)
        --set KEY=VALUE      override one setting, such as handlers.file=my-handlers.yaml
        --help               print this
      """;

  EvalCommand {
    settings = Map.copyOf(settings);
  }

  /**
   * Reads the arguments after {@link #NAME}.
   *
   * @throws SettingsException for an argument it does not know, with the usage
   */
  static EvalCommand parse(List<String> arguments) {
    Deque<String> rest = new ArrayDeque<>(arguments);
    Map<String, String> settings = new HashMap<>();
    Optional<Path> directory = Optional.empty();
    Optional<String> qrels = Optional.empty();
    Optional<Path> data = Optional.empty();
    Optional<Path> config = Optional.empty();
    while (!rest.isEmpty()) {
      String option = rest.pop();
      switch (option) {
        case "--help", "-h" -> {
          return new EvalCommand(Optional.empty(), qrels, data, config, settings);
        }
        case "--qrels" -> qrels = Optional.of(CommandLine.value(option, rest, USAGE));
        case "--data" -> data = Optional.of(Path.of(CommandLine.value(option, rest, USAGE)));
        case "--config" -> config = Optional.of(Path.of(CommandLine.value(option, rest, USAGE)));
        case "--set" -> CommandLine.set(CommandLine.value(option, rest, USAGE), settings);
        default -> {
          if (option.startsWith("-") || directory.isPresent()) {
            throw new SettingsException("Unknown argument " + option + ".\n\n" + USAGE);
          }
          directory = Optional.of(Path.of(option));
        }
      }
    }
    if (directory.isEmpty()) {
      throw new SettingsException("eval needs a directory.\n\n" + USAGE);
    }
    return new EvalCommand(directory, qrels, data, config, settings);
  }

  /** Measures and prints; blocks. */
  void run() {
    if (directory.isEmpty()) {
      System.out.print(USAGE);
      return;
    }
    PrintStream out = System.out;
    System.setOut(System.err);
    JudgedCollection collection = JudgedCollection.read(directory.get(), qrels);
    Path kept = data.orElseGet(EvalCommand::temporary);
    var closing = new Closing();
    StopSignals.onFirst(() -> breakOff(closing, kept));
    try {
      out.print(measure(collection, kept, closing));
      out.flush();
    } finally {
      closing.closeAll();
      forget(kept);
    }
  }

  private String measure(JudgedCollection collection, Path kept, Closing closing) {
    var arguments = new HashMap<>(settings);
    arguments.put("data", kept.toString());
    Settings read = Main.settings(config, arguments);
    Declarations declared = new HandlersFile(read.handlers().file()).read();
    Foundations on = Foundations.open(read, Optional.empty(), closing);
    String model = generation(on, Models.first(declared)).model();
    IndexVerticle index = Millrace.index(on, declared);
    deploy(on, closing, "index", index);
    InferenceVerticle models = Models.verticle(on, declared);
    deploy(on, closing, "inference", models);
    var parts =
        new Evaluation.Parts(
            on.vertx(),
            on.bus(),
            on.documents(),
            on.artifacts(),
            Millrace.ingest(on),
            on.changes(),
            index::passages,
            model,
            Models.search(declared, model).reranker());
    return new Evaluation(parts, LOG::info).run(collection).markdown();
  }

  /** What is there of another model is brought in anew, so nothing of it needs to be kept. */
  private static Generation generation(Foundations on, Optional<String> model) {
    Generation live = on.generations().ensure(model).await();
    if (live.model().equals(model.orElse(""))) {
      return live;
    }
    Generation begun = on.generations().begin(model, false).await();
    return on.generations().switchTo(begun.id(), true).await();
  }

  private static void deploy(Foundations on, Closing closing, String name, Deployable verticle) {
    String id = on.vertx().deployVerticle(verticle).await();
    closing.add(name, STOP_WITHIN, () -> on.vertx().undeploy(id));
  }

  private void breakOff(Closing closing, Path kept) {
    closing.breakOff();
    closing.closeAll();
    forget(kept);
    Runtime.getRuntime().halt(1);
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("millrace-eval");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void forget(Path kept) {
    if (data.isPresent()) {
      return;
    }
    try (Stream<Path> all = Files.walk(kept)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("{} could not be deleted: {}", kept, e.toString());
    }
  }
}
