package io.millrace.redis;

import io.millrace.process.AtomicFile;
import io.millrace.process.ChildLog;
import io.millrace.process.ChildProcess;
import io.millrace.process.ChildProcess.Ended;
import io.millrace.process.DataDirectory;
import io.millrace.process.Engine;
import io.millrace.process.EngineException;
import io.millrace.process.EngineMark;
import io.millrace.process.Platform;
import io.millrace.process.RunningProcess;
import io.millrace.process.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Redis server as a detached child in the data directory that only listens on a unix socket: the
 * {@code redis-server} of the machine when it is 7 or newer, because it is faster, else the one in
 * the jar. Its log is {@code redis/redis.log}.
 */
public final class RedisEngine implements Engine {
  private static final Logger LOG = LoggerFactory.getLogger(RedisEngine.class);
  private static final Duration LAUNCH_MAX = Duration.ofSeconds(10);
  private static final Duration LOAD_MAX = Duration.ofMinutes(10);
  private static final Duration STOP_MAX = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(5);
  private static final String NONCE_PREFIX = "millrace:";

  private final DataDirectory data;
  private final Path directory;
  private final Path socket;
  private final Path markFile;
  private final Path pidFile;
  private final Path log;
  private final String configuration;
  private @Nullable RunningProcess child;

  /** For the files in {@code data}. */
  public RedisEngine(DataDirectory data) {
    this.data = data;
    this.directory = data.part("redis");
    this.socket = data.runtime().resolve("redis.sock");
    this.markFile = directory.resolve("redis.mark");
    this.pidFile = directory.resolve("redis.pid");
    this.log = directory.resolve("redis.log");
    this.configuration = configuration();
  }

  @Override
  public String name() {
    return "redis";
  }

  @Override
  public String uri() {
    return "unix://" + socket;
  }

  @Override
  public Path socket() {
    return socket;
  }

  @Override
  public boolean alive() {
    RunningProcess known = child;
    return known != null && known.alive();
  }

  @Override
  public void start() {
    try {
      RedisProgram program = RedisProgram.find(data.binaries(), Platform.current());
      Optional<EngineMark> mark = EngineMark.load(markFile);
      Optional<RunningProcess> running = running(mark);
      if (running.isPresent() && mark.isPresent() && fits(program, mark.get())) {
        LOG.info("Adopted the running Redis, process {}", running.get().pid());
        child = running.get();
        return;
      }
      running.ifPresent(RedisEngine::end);
      mark.ifPresent(last -> program.refuseNewerFiles(last.version(), directory));
      launch(program);
    } catch (IOException e) {
      throw new EngineException("cannot prepare Redis: " + e.getMessage(), e);
    }
  }

  @Override
  public void stop() {
    RunningProcess known = child;
    if (known != null) {
      end(known);
      child = null;
    }
  }

  /**
   * The server that works in our directory, whoever started it. Two of them on the same files would
   * ruin them, so its pid file's word alone is not enough.
   */
  private Optional<RunningProcess> running(Optional<EngineMark> mark) throws IOException {
    String nonce = mark.map(EngineMark::nonce).orElse("no mark");
    Optional<RunningProcess> named = ours(pidFromFile(), nonce);
    if (named.isPresent()) {
      return named;
    }
    Optional<Long> listening = RedisProbe.processId(socket);
    Optional<RunningProcess> found = ours(listening, nonce);
    if (listening.isPresent() && found.isEmpty()) {
      throw new EngineException(
          "a Redis that is not ours answers at %s; stop it, then start again".formatted(socket));
    }
    return found;
  }

  private Optional<RunningProcess> ours(Optional<Long> pid, String nonce) {
    return pid.flatMap(RunningProcess::find)
        .filter(process -> process.worksIn(directory) || process.commandLine().contains(nonce));
  }

  private Optional<Long> pidFromFile() throws IOException {
    try {
      String text = Files.readString(pidFile).strip();
      return text.isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(text));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  private boolean fits(RedisProgram program, EngineMark mark) {
    return mark.fits(program.version(), configuration)
        && RedisProbe.ask(socket, "CONFIG GET proc-title-template").contains(title(mark))
        && RedisProbe.answers(socket);
  }

  private void launch(RedisProgram program) throws IOException {
    EngineMark mark = EngineMark.fresh(program.version(), configuration);
    mark.save(markFile);
    Path file = directory.resolve("redis.conf");
    AtomicFile.write(file, configuration + "proc-title-template " + quoted(title(mark)) + "\n");
    ChildLog.turn(log);
    Files.deleteIfExists(pidFile);
    Files.deleteIfExists(socket);
    Ended ended =
        ChildProcess.of(List.of(program.command(), file.toString())).in(directory).run(LAUNCH_MAX);
    if (!ended.succeeded()) {
      throw failure("did not start: " + ended.output());
    }
    RunningProcess process = awaitPid(mark).orElseThrow(() -> failure("ended at once"));
    child = process;
    if (!Waiting.until(() -> RedisProbe.answers(socket) || !process.alive(), LOAD_MAX, POLL)) {
      throw failure("did not load its files within " + LOAD_MAX);
    }
    if (!process.alive()) {
      throw failure("ended while it started");
    }
    LOG.info("Started Redis {}, process {}", program.version(), process.pid());
  }

  private Optional<RunningProcess> awaitPid(EngineMark mark) throws IOException {
    boolean _ = Waiting.until(() -> Files.exists(pidFile) && size(pidFile) > 0, LAUNCH_MAX, POLL);
    return running(Optional.of(mark));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException _) {
      return 0; // not there yet
    }
  }

  private EngineException failure(String what) {
    return new EngineException("Redis " + what + "; its log is " + log);
  }

  private static void end(RunningProcess process) {
    LOG.info("Stopping Redis, process {}", process.pid());
    process.terminate(); // it writes what is left of its append-only file
    if (!process.awaitEnd(STOP_MAX)) {
      LOG.warn("Redis did not stop within {}; killing it", STOP_MAX);
      process.kill();
      boolean _ = process.awaitEnd(STOP_MAX);
    }
  }

  /**
   * Stream nodes keep their default of 4,096 bytes: below it Redis 7.0.15 corrupts a stream, and
   * ends with a failed assertion in listpack.c, soon after an entry larger than a node. (The build
   * in the jar does; Debian's does not.) Hashes stay compact up to values of 1,024 bytes, because a
   * task is a hash: with an input of 100 bytes it takes half of the memory, and no more time.
   */
  private String configuration() {
    return """
    # Written by Millrace at every start.
    port 0
    unixsocket %s
    unixsocketperm 700
    daemonize yes
    dir %s
    pidfile %s
    logfile %s
    appendonly yes
    appendfsync everysec
    save ""
    maxmemory-policy noeviction
    maxclients 1000
    hash-max-listpack-value 1024
    """
        .formatted(
            quoted(socket.toString()),
            quoted(directory.toString()),
            quoted(pidFile.toString()),
            quoted(log.toString()));
  }

  private static String title(EngineMark mark) {
    return "{title} {unixsocket} " + NONCE_PREFIX + mark.nonce();
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
