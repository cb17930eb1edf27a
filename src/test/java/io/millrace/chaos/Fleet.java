package io.millrace.chaos;

import io.millrace.process.Endpoints;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The processes under test, and the engines they share. */
final class Fleet implements AutoCloseable {
  private static final int SLOW_AT_ONCE = 64;
  private static final int LINES_MAX = 5;

  private final Path work;
  private final List<Member> servers = new ArrayList<>();
  private final List<Member> workers = new ArrayList<>();
  private final List<Member> archives = new ArrayList<>();
  private final @Nullable Engines engines;
  private final AtomicInteger turn = new AtomicInteger();

  private Fleet(Path work, @Nullable Engines engines) {
    this.work = work;
    this.engines = engines;
  }

  /** The fleet that {@code options} want, in {@code work}; only the engines run. */
  static Fleet of(Options options, Path work, PrintStream out) throws IOException {
    Path handlers = work.resolve("handlers.yaml");
    return switch (options.layout()) {
      case CLUSTER, KILLS -> {
        Files.writeString(handlers, Work.HANDLERS.formatted(SLOW_AT_ONCE));
        yield cluster(options, work, common(handlers), out);
      }
      case ONE_PROCESS -> {
        Files.writeString(handlers, Work.HANDLERS.formatted(2 * SLOW_AT_ONCE));
        var fleet = new Fleet(work, null);
        var one = new Member("one", true, common(handlers), work, out);
        fleet.servers.add(one);
        fleet.workers.add(one);
        yield fleet;
      }
    };
  }

  private static Fleet cluster(Options options, Path work, List<String> common, PrintStream out) {
    Engines engines = Engines.start(work.resolve("engines"));
    var fleet = new Fleet(work, engines);
    List<String> shared = new ArrayList<>(common);
    shared.addAll(List.of("--set", "redis.url=" + engines.redisUri()));
    shared.addAll(List.of("--set", "database.url=" + engines.databaseUri()));
    fleet.archives.add(member("archive", "archive,scheduler", shared, work, out));
    for (int i = 0; i < options.servers(); i++) {
      fleet.servers.add(member("http-" + i, "http", shared, work, out));
    }
    for (int i = 0; i < options.workers(); i++) {
      fleet.workers.add(member("worker-" + i, "worker", shared, work, out));
    }
    return fleet;
  }

  /** Starts all processes and waits until they are ready. */
  void start() {
    members().forEach(Member::start);
  }

  private static Member member(
      String name, String roles, List<String> shared, Path work, PrintStream out) {
    List<String> arguments = Stream.concat(shared.stream(), Stream.of("--roles", roles)).toList();
    return new Member(name, roles.equals("http"), arguments, work, out);
  }

  /** What every process is told. The feed is not cut, so that its readers may miss nothing. */
  private static List<String> common(Path handlers) {
    return List.of(
        "--set",
        "handlers.file=" + handlers,
        "--set",
        "documents.sample=false",
        "--set",
        "queue.feedMax=1000000",
        "--set",
        "shutdown.grace=1s");
  }

  List<Member> workers() {
    return workers;
  }

  List<Member> servers() {
    return servers;
  }

  List<Member> archives() {
    return archives;
  }

  /** All of them, each once. */
  List<Member> members() {
    return Stream.of(archives, servers, workers).flatMap(List::stream).distinct().toList();
  }

  /** The engines of a cluster; one process has its own. */
  Engines engines() {
    if (engines == null) {
      throw new IllegalStateException("the engines belong to the process");
    }
    return engines;
  }

  String redisUri() {
    return engines == null ? endpoint("redis") : engines.redisUri();
  }

  String databaseUri() {
    return engines == null ? endpoint("postgres") : engines.databaseUri();
  }

  private String endpoint(String engine) {
    return Endpoints.read(work.resolve("data-one")).uri(engine).orElseThrow();
  }

  /** A place on the server whose turn it is; empty while none serves. */
  Optional<URI> uri(String pathAndQuery) {
    int first = turn.getAndIncrement();
    for (int i = 0; i < servers.size(); i++) {
      Member server = servers.get(Math.floorMod(first + i, servers.size()));
      Optional<URI> uri = server.uri(pathAndQuery);
      if (uri.isPresent()) {
        return uri;
      }
    }
    return Optional.empty();
  }

  /** Stops all processes in order, those first that take tasks in; what did not go well. */
  List<String> stop() {
    List<String> remarks = new ArrayList<>();
    for (Member member : members().reversed()) {
      if (member.take()) {
        int code = member.stop();
        if (code != 0) {
          remarks.add("%s stopped with %d".formatted(member.name(), code));
        }
      } else {
        remarks.add(member.name() + " was not there at the end");
      }
    }
    return remarks;
  }

  /** Lines of all processes' logs that hold {@code words}, up to a handful. */
  List<String> logged(String words) throws IOException {
    try (Stream<Path> logs = Files.find(work, 2, (file, _) -> file.toString().endsWith(".log"))) {
      List<String> lines = new ArrayList<>();
      for (Path log : (Iterable<Path>) logs::iterator) {
        try (Stream<String> all = Files.lines(log)) {
          all.filter(line -> line.contains(words)).limit(LINES_MAX).forEach(lines::add);
        }
      }
      return lines;
    }
  }

  /** Ends whatever still runs. */
  @Override
  public void close() {
    members().forEach(Member::end);
    if (engines != null) {
      engines.close();
    }
  }
}
