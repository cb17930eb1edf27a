package io.millrace.app;

import io.millrace.archive.PostgresArchive;
import io.millrace.artifact.DirectoryArtifactStore;
import io.millrace.changelog.PostgresChangeLog;
import io.millrace.document.PostgresDocuments;
import io.millrace.document.PostgresGenerations;
import io.millrace.index.IndexReport;
import io.millrace.index.IndexUpkeep;
import io.millrace.process.DataDirectory;
import io.millrace.process.EngineException;
import io.millrace.settings.Settings;
import io.millrace.settings.SettingsException;
import io.millrace.sql.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code millrace index}: checks, copies and renews the search index of a process, while it runs or
 * not. What it found goes to standard output, all else to standard error.
 *
 * @param into where a snapshot is to lie
 * @param join the data directory of the process whose database the index was made from
 */
record IndexCommand(
    Ask ask,
    Optional<Path> into,
    Optional<Path> join,
    Optional<Path> config,
    Map<String, String> settings) {
  /** The first argument. */
  static final String NAME = "index";

  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  private static final String USAGE =
      """
      Usage: millrace index check [options]
             millrace index snapshot DIRECTORY [options]
             millrace index rebuild [options]

      check     reads all files of the search index and compares it with the database; ends with 1
                when something is wrong
      snapshot  copies the index, as of its last commit, into DIRECTORY, which must not hold one
      rebuild   has the index built anew from the database: at once by the process that runs, which
                shows the old one meanwhile, else at the next start

      All three work while Millrace runs and while it does not.

        --data DIR           the data directory of the process whose index it is (data)
        --join DIR           the data directory of the process that it joins
        --config FILE        settings file (conf/millrace.yaml when it is there)
        --set KEY=VALUE      override one setting, such as database.url=postgresql://...
        --help               print this
      """;

  /** What is to be done. */
  enum Ask {
    CHECK,
    SNAPSHOT,
    REBUILD,
    HELP
  }

  IndexCommand {
    settings = Map.copyOf(settings);
  }

  /**
   * Reads the arguments after {@link #NAME}.
   *
   * @throws SettingsException for an argument it does not know, with the usage
   */
  static IndexCommand parse(List<String> arguments) {
    Deque<String> rest = new ArrayDeque<>(arguments);
    Map<String, String> settings = new HashMap<>();
    Optional<Ask> ask = Optional.empty();
    Optional<Path> into = Optional.empty();
    Optional<Path> join = Optional.empty();
    Optional<Path> config = Optional.empty();
    while (!rest.isEmpty()) {
      String option = rest.pop();
      switch (option) {
        case "--help", "-h" -> {
          return new IndexCommand(Ask.HELP, into, join, config, settings);
        }
        case "--data" -> settings.put("data", CommandLine.value(option, rest, USAGE));
        case "--join" -> join = Optional.of(Path.of(CommandLine.value(option, rest, USAGE)));
        case "--config" -> config = Optional.of(Path.of(CommandLine.value(option, rest, USAGE)));
        case "--set" -> CommandLine.set(CommandLine.value(option, rest, USAGE), settings);
        default -> {
          if (ask.isEmpty()) {
            ask = Optional.of(ask(option));
          } else if (ask.get() == Ask.SNAPSHOT && into.isEmpty() && !option.startsWith("-")) {
            into = Optional.of(Path.of(option));
          } else {
            throw new SettingsException("Unknown argument " + option + ".\n\n" + USAGE);
          }
        }
      }
    }
    if (ask.isEmpty()) {
      throw new SettingsException("index needs to be told what to do.\n\n" + USAGE);
    }
    if (ask.get() == Ask.SNAPSHOT && into.isEmpty()) {
      throw new SettingsException("index snapshot needs a directory.\n\n" + USAGE);
    }
    return new IndexCommand(ask.get(), into, join, config, settings);
  }

  private static Ask ask(String word) {
    return switch (word) {
      case "check" -> Ask.CHECK;
      case "snapshot" -> Ask.SNAPSHOT;
      case "rebuild" -> Ask.REBUILD;
      default -> throw new SettingsException("Unknown argument " + word + ".\n\n" + USAGE);
    };
  }

  /** Does it and prints what came of it; blocks. Answers whether all is well. */
  boolean run() throws IOException {
    if (ask == Ask.HELP) {
      System.out.print(USAGE);
      return true;
    }
    PrintStream out = System.out;
    System.setOut(System.err);
    Settings read = Main.settings(config, settings);
    if (!Files.isDirectory(read.data())) {
      throw new SettingsException("There is no data directory " + read.data() + ".");
    }
    var upkeep = new IndexUpkeep(Millrace.indexDirectory(read.data()));
    return switch (ask) {
      case CHECK -> print(check(read, upkeep), out);
      case SNAPSHOT -> print(upkeep.snapshot(into.orElseThrow()), out);
      case REBUILD -> {
        upkeep.askForRebuild();
        out.println("It is built anew: now, when its process runs, else at the next start.");
        yield true;
      }
      case HELP -> throw new IllegalStateException("answered above");
    };
  }

  private List<IndexReport> check(Settings read, IndexUpkeep upkeep) throws IOException {
    var closing = new Closing();
    StopSignals.onFirst(() -> {
      closing.closeAll();
      Runtime.getRuntime().halt(1);
    });
    Vertx vertx = Vertx.vertx();
    closing.add("vertx", STOP_WITHIN, vertx::close);
    try {
      String uri = databaseUri(read, vertx, closing);
      Database database = Database.open(vertx, uri, read.database().connectionsMax());
      closing.add("database", STOP_WITHIN, database::close);
      Path shared = join.orElse(read.data());
      try (var artifacts = DirectoryArtifactStore.open(vertx, shared.resolve("artifacts"))) {
        return upkeep.check(
            new IndexUpkeep.Truth(
                new PostgresChangeLog(database),
                new PostgresDocuments(database, artifacts, new SecureRandom()),
                new PostgresGenerations(database),
                new PostgresArchive(database)));
      }
    } finally {
      closing.closeAll();
    }
  }

  /** Where the database is: named, that of a running process, or started for the moment. */
  private String databaseUri(Settings read, Vertx vertx, Closing closing) {
    String url = read.database().url();
    if (!url.isEmpty()) {
      return url;
    }
    String noRedis = "none";
    if (join.isPresent()) {
      return EmbeddedEngines.join(join.get(), noRedis, url).databaseUri();
    }
    DataDirectory data;
    try {
      data = DataDirectory.open(read.data());
    } catch (EngineException inUse) {
      return EmbeddedEngines.join(read.data(), noRedis, url).databaseUri();
    }
    closing.add("data directory", STOP_WITHIN, () -> closed(data));
    EmbeddedEngines engines = EmbeddedEngines.start(vertx, data, noRedis, url).await();
    closing.add("engines", STOP_WITHIN, engines::stop);
    return engines.databaseUri();
  }

  private static Future<Void> closed(DataDirectory data) {
    data.close();
    return Future.succeededFuture();
  }

  private static boolean print(List<IndexReport> reports, PrintStream out) {
    boolean good = true;
    for (IndexReport report : reports) {
      out.printf("%s: %s, in %s%n", report.name(), report.good() ? "good" : "BAD", report.path());
      report.lines().forEach(line -> out.println("  " + line));
      good &= report.good();
    }
    out.flush();
    return good;
  }
}
