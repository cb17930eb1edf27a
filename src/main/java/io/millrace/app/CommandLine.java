package io.millrace.app;

import io.millrace.settings.SettingsException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was asked for on the command line.
 *
 * @param join the data directory of a running process whose engines are used
 * @param settings keys and values that override file and environment
 */
record CommandLine(
    Ask ask, Optional<Path> config, Optional<Path> join, Map<String, String> settings) {
  static final String USAGE =
      """
      Usage: java -jar millrace.jar [options]
             java -jar millrace.jar eval DIRECTORY [options]   (eval --help tells more)
             java -jar millrace.jar index WHAT [options]       (index --help tells more)
             java -jar millrace.jar rebuild-embeddings [options]   (--help tells more)

        --config FILE        settings file (conf/millrace.yaml when it is there)
        --roles LIST         what this process does: http,worker,index,archive,scheduler (all)
        --data DIR           where everything is kept (data)
        --join DIR           use the engines of the running process that owns this data directory
        --set KEY=VALUE      override one setting, such as http.port=9000
        --version            print the version
        --help               print this

      Every setting can also come from the environment: http.port is MILLRACE_HTTP_PORT.
      """;

  /** What is to be done. */
  enum Ask {
    SERVE,
    HELP,
    VERSION
  }

  CommandLine {
    settings = Map.copyOf(settings);
  }

  /**
   * Reads the arguments of {@code main}.
   *
   * @throws SettingsException for an argument it does not know, with the usage
   */
  static CommandLine parse(List<String> arguments) {
    Deque<String> rest = new ArrayDeque<>(arguments);
    Map<String, String> settings = new HashMap<>();
    Optional<Path> config = Optional.empty();
    Optional<Path> join = Optional.empty();
    Ask ask = Ask.SERVE;
    while (!rest.isEmpty()) {
      String option = rest.pop();
      switch (option) {
        case "--help", "-h" -> ask = Ask.HELP;
        case "--version" -> ask = Ask.VERSION;
        case "--config" -> config = Optional.of(Path.of(value(option, rest, USAGE)));
        case "--join" -> join = Optional.of(Path.of(value(option, rest, USAGE)));
        case "--roles" -> settings.put("roles", value(option, rest, USAGE));
        case "--data" -> settings.put("data", value(option, rest, USAGE));
        case "--set" -> set(value(option, rest, USAGE), settings);
        default -> throw new SettingsException("Unknown argument " + option + ".\n\n" + USAGE);
      }
    }
    return new CommandLine(ask, config, join, settings);
  }

  static String value(String option, Deque<String> rest, String usage) {
    if (rest.isEmpty()) {
      throw new SettingsException(option + " needs a value.\n\n" + usage);
    }
    return rest.pop();
  }

  static void set(String assignment, Map<String, String> settings) {
    int equals = assignment.indexOf('=');
    if (equals < 1) {
      throw new SettingsException("--set wants KEY=VALUE, not \"" + assignment + "\".");
    }
    settings.put(assignment.substring(0, equals), assignment.substring(equals + 1));
  }
}
