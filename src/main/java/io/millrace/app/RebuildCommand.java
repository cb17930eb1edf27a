package io.millrace.app;

import io.millrace.access.Scope;
import io.millrace.document.Generation;
import io.millrace.document.Generation.State;
import io.millrace.document.Generations;
import io.millrace.document.Generations.Counted;
import io.millrace.document.PostgresGenerations;
import io.millrace.handler.Declarations;
import io.millrace.handler.HandlersFile;
import io.millrace.model.ModelSpec;
import io.millrace.model.ModelTask;
import io.millrace.settings.Settings;
import io.millrace.settings.SettingsException;
import io.millrace.sql.Database;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * {@code millrace rebuild-embeddings}: has the running Millrace build another generation of the
 * index, and tells how far it is. Breaking the command off does not break the building off.
 */
record RebuildCommand(Ask ask, Optional<Path> config, Map<String, String> settings) {
  /** The first argument. */
  static final String NAME = "rebuild-embeddings";

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);
  private static final int FAILURES_SHOWN = 20;
  private static final String ONLY_ONE = "--list, --switch, --retry or --drop.";
  private static final String USAGE =
      """
      Usage: millrace rebuild-embeddings [--model NAME | --no-model] [options]

      Has the Millrace that runs bring all documents into another generation of the search index,
      beside the one that is searched, and switch to it when all are there. Search answers meanwhile,
      and what is uploaded, changed or deleted is right in both. The generation before is kept. Once
      begun, it goes on without this command; asked again, the command shows how far it is.

        --model NAME         the model that reads passages and questions (that of the ingest handler
                             in handlers.yaml)
        --no-model           none: only words are compared
        --no-switch          do not switch when all documents are there
        --no-wait            begin, and do not wait
        --list               print the generations there are, and do nothing else
        --switch ID          switch to a generation, also back to the one before
        --incomplete         with --switch: although documents are missing in it, which are found by
                             their words only until they are there
        --retry ID           try the documents again that failed in a generation
        --drop ID            delete a generation that is not searched, or give up the one being built
        --data DIR           the data directory of the process that runs (data)
        --config FILE        settings file (conf/millrace.yaml when it is there)
        --set KEY=VALUE      override one setting, such as database.url=postgresql://...
        --help               print this
      """;

  private static final Ask.Build BUILD = new Ask.Build(Optional.empty(), false, true, true);

  RebuildCommand {
    settings = Map.copyOf(settings);
  }

  /** What is to be done. */
  sealed interface Ask {
    /**
     * Build another one.
     *
     * @param model whose; empty for that of the handlers
     * @param none whether there is to be none
     */
    record Build(Optional<String> model, boolean none, boolean switches, boolean waits)
        implements Ask {}

    /** Switch to one. */
    record Switch(long id, boolean incomplete) implements Ask {}

    /** Try again what failed in one. */
    record Retry(long id) implements Ask {}

    /** Delete one. */
    record Drop(long id) implements Ask {}

    /** Print what there is. */
    record Show() implements Ask {}

    /** Print the usage. */
    record Help() implements Ask {}
  }

  /**
   * Reads the arguments after {@link #NAME}.
   *
   * @throws SettingsException for an argument it does not know, with the usage, and for arguments
   *     that do not go together
   */
  static RebuildCommand parse(List<String> arguments) {
    Deque<String> rest = new ArrayDeque<>(arguments);
    Map<String, String> settings = new HashMap<>();
    Optional<Path> config = Optional.empty();
    Optional<Ask> other = Optional.empty();
    Ask.Build build = BUILD;
    boolean incomplete = false;
    while (!rest.isEmpty()) {
      String option = rest.pop();
      switch (option) {
        case "--help", "-h" -> {
          return new RebuildCommand(new Ask.Help(), config, settings);
        }
        case "--data" -> settings.put("data", CommandLine.value(option, rest, USAGE));
        case "--config" -> config = Optional.of(Path.of(CommandLine.value(option, rest, USAGE)));
        case "--set" -> CommandLine.set(CommandLine.value(option, rest, USAGE), settings);
        case "--incomplete" -> incomplete = true;
        case "--list" -> other = only(other, new Ask.Show());
        case "--switch" -> other = only(other, new Ask.Switch(id(option, rest), false));
        case "--retry" -> other = only(other, new Ask.Retry(id(option, rest)));
        case "--drop" -> other = only(other, new Ask.Drop(id(option, rest)));
        default -> build = building(build, option, rest);
      }
    }
    if (other.isPresent() && !build.equals(BUILD)) {
      throw new SettingsException("What is to be built does not go with " + ONLY_ONE);
    }
    Ask ask = other.orElse(build);
    if (incomplete) {
      ask = incomplete(ask);
    }
    return new RebuildCommand(ask, config, settings);
  }

  private static Optional<Ask> only(Optional<Ask> before, Ask asked) {
    if (before.isPresent()) {
      throw new SettingsException("One at a time: " + ONLY_ONE);
    }
    return Optional.of(asked);
  }

  private static Ask incomplete(Ask ask) {
    if (ask instanceof Ask.Switch(long id, boolean _)) {
      return new Ask.Switch(id, true);
    }
    throw new SettingsException("--incomplete goes with --switch only.");
  }

  private static Ask.Build building(Ask.Build asked, String option, Deque<String> rest) {
    return switch (option) {
      case "--model" -> {
        Optional<String> model = Optional.of(CommandLine.value(option, rest, USAGE));
        yield new Ask.Build(model, false, asked.switches(), asked.waits());
      }
      case "--no-model" -> new Ask.Build(Optional.empty(), true, asked.switches(), asked.waits());
      case "--no-switch" -> new Ask.Build(asked.model(), asked.none(), false, asked.waits());
      case "--no-wait" -> new Ask.Build(asked.model(), asked.none(), asked.switches(), false);
      default -> throw new SettingsException("Unknown argument " + option + ".\n\n" + USAGE);
    };
  }

  private static long id(String option, Deque<String> rest) {
    String value = CommandLine.value(option, rest, USAGE);
    if (!value.matches("[1-9]\\d{0,17}")) {
      throw new SettingsException(option + " wants the id of a generation, not " + value + ".");
    }
    return Long.parseLong(value);
  }

  /** Does it and prints what came of it; blocks. Answers whether all is well. */
  boolean run() {
    if (ask instanceof Ask.Help) {
      System.out.print(USAGE);
      return true;
    }
    PrintStream out = System.out;
    System.setOut(System.err);
    Settings read = Main.settings(config, settings);
    String noRedis = "none";
    String uri = EmbeddedEngines.join(read.data(), noRedis, read.database().url()).databaseUri();
    var closing = new Closing();
    Vertx vertx = Vertx.vertx();
    closing.add("vertx", CLOSE_WITHIN, vertx::close);
    try {
      Database database = Database.open(vertx, uri, 2);
      closing.add("database", CLOSE_WITHIN, database::close);
      return run(new PostgresGenerations(database), read, out);
    } finally {
      closing.closeAll();
    }
  }

  private boolean run(Generations generations, Settings read, PrintStream out) {
    return switch (ask) {
      case Ask.Build build -> build(generations, build, model(build, read), out);
      case Ask.Switch(long id, boolean incomplete) -> {
        out.println(line(counted(generations, generations.switchTo(id, incomplete).await().id())));
        yield true;
      }
      case Ask.Retry(long id) -> {
        out.printf("%d documents are tried again.%n", generations.retry(id).await());
        yield true;
      }
      case Ask.Drop(long id) -> {
        Void _ = generations.drop(id).await();
        out.printf("Generation %d is being deleted.%n", id);
        yield true;
      }
      case Ask.Show() -> {
        generations.counted().await().forEach(one -> out.println(line(one)));
        yield true;
      }
      case Ask.Help() -> throw new IllegalStateException("answered above");
    };
  }

  /** The one to build with; a name that cannot embed is refused here, with those that can. */
  private static Optional<String> model(Ask.Build asked, Settings read) {
    if (asked.none()) {
      return Optional.empty();
    }
    Declarations declared = new HandlersFile(read.handlers().file()).read();
    List<String> names =
        declared.models().stream()
            .filter(model -> model.task() == ModelTask.EMBED)
            .map(ModelSpec::name)
            .toList();
    Optional<String> model = asked.model().or(() -> Models.first(declared));
    model
        .filter(name -> !names.contains(name))
        .ifPresent(name -> {
          throw new SettingsException(
              "handlers.yaml declares no model %s that embeds; it declares %s."
                  .formatted(name, names));
        });
    return model;
  }

  private static boolean build(
      Generations generations, Ask.Build asked, Optional<String> model, PrintStream out) {
    Optional<Generation> building =
        generations.all().await().stream()
            .filter(one -> one.state() == State.BUILDING)
            .filter(one -> one.model().equals(model.orElse("")))
            .findFirst();
    long id =
        building
            .map(Generation::id)
            .orElseGet(() -> generations.begin(model, asked.switches()).await().id());
    boolean waits = asked.waits();
    String last = "";
    while (true) {
      Counted now = counted(generations, id);
      String line = line(now);
      if (!line.equals(last)) {
        out.println(line);
        last = line;
      }
      boolean done = now.generation().state() != State.BUILDING;
      boolean stands = now.ended() && (now.failed() > 0 || !now.generation().switchWhenComplete());
      if (!waits || done || stands) {
        return ended(generations, now, waits, out);
      }
      pause();
    }
  }

  private static boolean ended(
      Generations generations, Counted now, boolean waited, PrintStream out) {
    long id = now.generation().id();
    generations
        .failures(Scope.DEFAULT, id, FAILURES_SHOWN)
        .await()
        .forEach(failure ->
            out.printf("  %s/%s: %s%n", failure.collection(), failure.name(), failure.error()));
    if (waited && now.generation().state() == State.BUILDING) {
      out.printf(
          "%s rebuild-embeddings --switch %d%s%n",
          "Switch to it with: millrace", id, now.failed() > 0 ? " --incomplete" : "");
    }
    return now.failed() == 0;
  }

  private static Counted counted(Generations generations, long id) {
    return generations.get(id).await();
  }

  private static String line(Counted counted) {
    Generation one = counted.generation();
    return "Generation %d (%s) is %s: %d of %d documents%s"
        .formatted(
            one.id(),
            one.hasModel() ? one.model() : "no model",
            one.state().label(),
            counted.done(),
            counted.documents(),
            counted.failed() == 0 ? "" : ", " + counted.failed() + " failed");
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
