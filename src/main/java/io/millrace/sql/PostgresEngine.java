package io.millrace.sql;

import io.millrace.process.AtomicFile;
import io.millrace.process.ChildLog;
import io.millrace.process.ChildProcess;
import io.millrace.process.ChildProcess.Ended;
import io.millrace.process.DataDirectory;
import io.millrace.process.Engine;
import io.millrace.process.EngineException;
import io.millrace.process.EngineMark;
import io.millrace.process.FileTree;
import io.millrace.process.Platform;
import io.millrace.process.RunningProcess;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL from the jar, as a detached child in the data directory that only listens on a unix
 * socket. Its log is {@code postgres.log} beside the cluster.
 */
public final class PostgresEngine implements Engine {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresEngine.class);
  private static final Duration INIT_MAX = Duration.ofMinutes(2);
  private static final Duration START_MAX = Duration.ofMinutes(10);
  private static final Duration STOP_MAX = Duration.ofSeconds(30);
  private static final String DATABASE = "millrace";
  private static final String SOCKET = ".s.PGSQL.5432";

  private final DataDirectory data;
  private final Function<Path, Account> accounts;
  private final String configuration;
  private final boolean durable;
  private final Path cluster;
  private final Path log;
  private final Path markFile;
  private final Path socketDirectory;
  private @Nullable RunningProcess child;

  /** For the cluster in {@code data}, with the settings Millrace needs. */
  public PostgresEngine(DataDirectory data) {
    this(data, Map.of());
  }

  /** The same, with some settings replaced; tests give up durability for speed. */
  public PostgresEngine(DataDirectory data, Map<String, String> overrides) {
    this(data, overrides, Account::forFiles);
  }

  PostgresEngine(
      DataDirectory data, Map<String, String> overrides, Function<Path, Account> accounts) {
    this.data = data;
    this.accounts = accounts;
    this.cluster = data.path().resolve("postgres");
    this.log = data.path().resolve("postgres.log");
    this.markFile = data.path().resolve("postgres.mark");
    this.socketDirectory = data.runtime().resolve("pg");
    SortedMap<String, String> settings = PostgresConfiguration.with(socketDirectory, overrides);
    this.configuration = PostgresConfiguration.text(settings);
    this.durable = !"off".equals(settings.get("fsync"));
  }

  @Override
  public String name() {
    return "postgres";
  }

  @Override
  public String uri() {
    return "postgresql:///%s?host=%s&user=%s"
        .formatted(
            DATABASE,
            URLEncoder.encode(socketDirectory.toString(), StandardCharsets.UTF_8),
            PostgresConfiguration.USER);
  }

  @Override
  public Path socket() {
    return socketDirectory.resolve(SOCKET);
  }

  @Override
  public boolean alive() {
    RunningProcess known = child;
    return known != null && known.alive();
  }

  @Override
  public void start() {
    try {
      refuseOtherMajor();
      Optional<RunningProcess> running = running();
      if (running.isPresent() && fits(running.get())) {
        LOG.info("Adopted the running PostgreSQL, process {}", running.get().pid());
        child = running.get();
        return;
      }
      running.ifPresent(this::end);
      Path programs = PostgresPrograms.directory(data.binaries(), Platform.current());
      Account account = accounts.apply(cluster);
      prepareRuntime(account);
      if (!Files.exists(cluster)) {
        create(programs, account);
      }
      launch(programs, account);
    } catch (IOException e) {
      throw new EngineException("cannot prepare PostgreSQL: " + e.getMessage(), e);
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

  private void refuseOtherMajor() throws IOException {
    Path file = cluster.resolve("PG_VERSION");
    if (!Files.exists(file)) {
      return;
    }
    String major = Files.readString(file).strip();
    if (!major.equals(PostgresPrograms.MAJOR)) {
      throw new EngineException(
          "the files in %s are of PostgreSQL %s, this Millrace brings %s; export them with the Millrace that wrote them (pg_dump) and import them into a new data directory, or run a PostgreSQL %s of your own on them and set database.url"
              .formatted(cluster, major, PostgresPrograms.MAJOR, major));
    }
  }

  /** The postmaster that works in our cluster, whoever started it. */
  private Optional<RunningProcess> running() throws IOException {
    List<String> pidFile = pidFile();
    if (pidFile.isEmpty()) {
      return Optional.empty();
    }
    String nonce = EngineMark.load(markFile).map(EngineMark::nonce).orElse("no mark");
    Optional<RunningProcess> found =
        RunningProcess.find(Long.parseLong(pidFile.getFirst().strip()))
            .filter(process -> process.worksIn(cluster) || process.commandLine().contains(nonce));
    if (found.isEmpty()) {
      // Its pid may belong to a stranger by now, for whom PostgreSQL would refuse to start.
      LOG.info("PostgreSQL was not stopped in order; it will recover");
      Files.deleteIfExists(cluster.resolve("postmaster.pid"));
      Files.deleteIfExists(socket());
      Files.deleteIfExists(socketDirectory.resolve(SOCKET + ".lock"));
    }
    return found;
  }

  private List<String> pidFile() throws IOException {
    try {
      return Files.readAllLines(cluster.resolve("postmaster.pid"));
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  private boolean fits(RunningProcess process) throws IOException {
    Optional<EngineMark> mark = EngineMark.load(markFile);
    return mark.isPresent()
        && mark.get().fits(PostgresPrograms.VERSION, configuration)
        && process.commandLine().contains(clusterName(mark.get()))
        && pidFile().getLast().strip().equals("ready")
        && Files.exists(socket());
  }

  private void prepareRuntime(Account account) throws IOException {
    Files.createDirectories(socketDirectory);
    Files.setPosixFilePermissions(socketDirectory, PosixFilePermissions.fromString("rwx------"));
    account.letThrough(data.path());
    account.letThrough(data.runtime());
    account.own(socketDirectory);
  }

  /** Makes the cluster beside its place and moves it there when it is whole. */
  private void create(Path programs, Account account) throws IOException {
    Path fresh = cluster.resolveSibling("postgres.new");
    FileTree.delete(fresh);
    Files.createDirectory(fresh);
    account.own(fresh);
    account.checkReach(fresh);
    run(
        account,
        List.of(
            programs.resolve("initdb").toString(),
            "--pgdata=" + fresh,
            "--username=" + PostgresConfiguration.USER,
            "--no-sync", // once for all, below
            "--auth=trust", // the directory of the socket is private
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8"),
        null);
    Path statement = Files.createTempFile("millrace-create-", ".sql");
    try {
      Files.writeString(statement, "CREATE DATABASE " + DATABASE + "\n");
      run(
          account,
          List.of(
              programs.resolve("postgres").toString(),
              "--single",
              "-F", // no fsync: see above
              "-D",
              fresh.toString(),
              "template1"),
          statement);
    } finally {
      Files.deleteIfExists(statement);
    }
    if (durable) {
      run(
          account,
          List.of(programs.resolve("initdb").toString(), "--sync-only", "--pgdata=" + fresh),
          null);
    }
    Files.move(fresh, cluster, StandardCopyOption.ATOMIC_MOVE);
  }

  private void launch(Path programs, Account account) throws IOException {
    EngineMark mark = EngineMark.fresh(PostgresPrograms.VERSION, configuration);
    mark.save(markFile);
    AtomicFile.write(cluster.resolve("postgresql.conf"), configuration);
    ChildLog.turn(log);
    if (!Files.exists(log)) {
      Files.createFile(log);
    }
    account.own(cluster);
    account.own(cluster.resolve("postgresql.conf"));
    account.own(log);
    try {
      run(
          account,
          List.of(
              programs.resolve("pg_ctl").toString(),
              "start",
              "--wait",
              "--timeout=" + START_MAX.toSeconds(),
              "--pgdata=" + cluster,
              "--log=" + log,
              "--options=-c cluster_name=" + clusterName(mark)),
          null);
    } finally {
      child = running().orElse(null); // also one that takes too long, so that stop() ends it
    }
    if (child == null) {
      throw new EngineException("PostgreSQL ended at once; its log is " + log);
    }
    LOG.info("Started PostgreSQL {}, process {}", PostgresPrograms.VERSION, child.pid());
  }

  private void run(Account account, List<String> words, @Nullable Path input) {
    ChildProcess command = ChildProcess.of(account.command(words)).in(data.path());
    Ended ended = (input == null ? command : command.reading(input)).run(START_MAX.plus(INIT_MAX));
    if (!ended.succeeded()) {
      throw new EngineException(
          "%s failed with status %d; the log is %s: %s"
              .formatted(words.getFirst(), ended.exit(), log, ended.output()));
    }
  }

  private void end(RunningProcess process) {
    LOG.info("Stopping PostgreSQL, process {}", process.pid());
    process.signal("INT"); // its "fast" shutdown: sessions end, files are in order
    if (!process.awaitEnd(STOP_MAX)) {
      LOG.warn("PostgreSQL did not stop within {}; it will recover at the next start", STOP_MAX);
      process.signal("QUIT");
      boolean _ = process.awaitEnd(STOP_MAX);
    }
  }

  private static String clusterName(EngineMark mark) {
    return "millrace-" + mark.nonce();
  }
}
