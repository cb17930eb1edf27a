package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millrace.process.DataDirectory;
import io.millrace.process.EngineException;
import io.millrace.process.EngineMark;
import io.millrace.process.FileTree;
import io.millrace.process.RunningProcess;
import io.millrace.process.Waiting;
import io.millrace.sql.Database;
import io.millrace.sql.PostgresEngine;
import io.millrace.testing.RedisText;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EmbeddedEnginesIT {
  private static final Path PROGRAMS = Path.of("target", "test-programs").toAbsolutePath();
  private static final Duration BACK_MAX = Duration.ofSeconds(60);
  private static final int NOBODY = 65_534;

  /** A cluster that was made once: only the first test pays for making its own. */
  private static Path seed;

  private final Vertx vertx = Vertx.vertx();
  private Path home;
  private Path data;

  @BeforeAll
  static void makeSeed() throws IOException {
    seed = Files.createTempDirectory("mr-test-" + ProcessHandle.current().pid() + "-");
    try (DataDirectory directory = DataDirectory.open(seed, PROGRAMS)) {
      PostgresEngine engine = new PostgresEngine(directory, Map.of("fsync", "off"));
      engine.start();
      engine.stop();
    }
  }

  @AfterAll
  static void deleteSeed() throws IOException {
    FileTree.delete(seed);
  }

  @BeforeEach
  void makeHome() throws IOException {
    home = Files.createTempDirectory("mr-test-" + ProcessHandle.current().pid() + "-");
    data = home.resolve("data");
  }

  @AfterEach
  void leaveNothing() throws Exception {
    for (String file : List.of("postgres/postmaster.pid", "redis/redis.pid")) {
      if (Files.exists(data.resolve(file))) {
        RunningProcess.find(pid(file)).ifPresent(EmbeddedEnginesIT::end);
      }
    }
    await(vertx.close());
    FileTree.delete(home);
  }

  @Test
  void bothStartAnswerAndStopAndMayBeStoppedTwice() throws Exception {
    try (DataDirectory directory = open()) {
      EmbeddedEngines engines = await(start(directory));
      long redis = pid("redis/redis.pid");
      long postgres = pid("postgres/postmaster.pid");
      remember(engines);
      assertThat(recalled(engines)).isTrue();
      assertThat(engines.health()).allSatisfy((_, health) -> assertThat(health.up()).isTrue());
      assertThat(session(redis))
          .as("not in our session: Ctrl-C is not theirs")
          .isNotEqualTo(session(ProcessHandle.current().pid()));
      assertThat(session(postgres)).isNotEqualTo(session(ProcessHandle.current().pid()));

      await(engines.stop());
      await(engines.stop());

      assertThat(RunningProcess.find(redis)).isEmpty();
      assertThat(RunningProcess.find(postgres)).isEmpty();
      assertThat(data.resolve("endpoints")).doesNotExist();
    }
  }

  @Test
  void theFilesOutliveAStop() throws Exception {
    sow();
    try (DataDirectory directory = open()) {
      EmbeddedEngines first = await(start(directory));
      remember(first);
      await(first.stop());

      EmbeddedEngines second = await(start(directory));

      assertThat(recalled(second)).isTrue();
      await(second.stop());
    }
  }

  @Test
  void afterAKillOfTheOwnerTheSameProcessesAreAdoptedWithAllTheyAcknowledged() throws Exception {
    sow();
    try (OwnerProcess owner = OwnerProcess.start(data, PROGRAMS)) {
      remember(owner.redisUri(), owner.databaseUri());
      owner.kill();
    }
    long redis = pid("redis/redis.pid");
    long postgres = pid("postgres/postmaster.pid");

    try (DataDirectory directory = open()) {
      EmbeddedEngines engines = await(start(directory));

      assertThat(pid("redis/redis.pid")).isEqualTo(redis);
      assertThat(pid("postgres/postmaster.pid")).isEqualTo(postgres);
      assertThat(recalled(engines)).isTrue();
      await(engines.stop());
      assertThat(RunningProcess.find(redis)).isEmpty();
      assertThat(RunningProcess.find(postgres)).isEmpty();
    }
  }

  @Test
  void afterAKillOfEverythingTheFilesAreTakenUp() throws Exception {
    sow();
    try (OwnerProcess owner = OwnerProcess.start(data, PROGRAMS)) {
      remember(owner.redisUri(), owner.databaseUri());
      owner.kill();
    }
    kill("redis/redis.pid");
    kill("postgres/postmaster.pid");

    try (DataDirectory directory = open()) {
      EmbeddedEngines engines = await(start(directory));

      assertThat(recalled(engines)).isTrue();
      await(engines.stop());
    }
  }

  @ParameterizedTest
  @CsvSource({"redis/redis.mark", "postgres.mark"})
  void aChildWithAnotherNonceIsReplaced(String markFile) throws Exception {
    sow();
    try (OwnerProcess owner = OwnerProcess.start(data, PROGRAMS)) {
      remember(owner.redisUri(), owner.databaseUri());
      owner.kill();
    }
    long redis = pid("redis/redis.pid");
    long postgres = pid("postgres/postmaster.pid");
    EngineMark mark = EngineMark.load(data.resolve(markFile)).orElseThrow();
    new EngineMark("0123456789abcdef", mark.version(), mark.configuration())
        .save(data.resolve(markFile));

    try (DataDirectory directory = open()) {
      EmbeddedEngines engines = await(start(directory));

      assertThat(pid("redis/redis.pid") == redis).isEqualTo(!markFile.contains("redis"));
      assertThat(pid("postgres/postmaster.pid") == postgres).isEqualTo(markFile.contains("redis"));
      assertThat(recalled(engines)).isTrue();
      await(engines.stop());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"redis/redis.pid", "postgres/postmaster.pid"})
  void aKilledEngineComesBackByItselfWithItsData(String pidFile) throws Exception {
    sow();
    try (DataDirectory directory = open()) {
      EmbeddedEngines engines = await(start(directory));
      remember(engines);
      long before = pid(pidFile);

      kill(pidFile);

      assertThat(
              Waiting.until(
                  () -> comeBack(pidFile, before, engines), BACK_MAX, Duration.ofMillis(50)))
          .as("it came back")
          .isTrue();
      assertThat(recalled(engines)).isTrue();
      await(engines.stop());
    }
  }

  @Test
  void aDirectoryInUseIsRefusedWithPidAndStartTimeOfItsOwner() throws Exception {
    sow();
    try (OwnerProcess owner = OwnerProcess.start(data, PROGRAMS)) {
      assertThatThrownBy(this::open)
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("process " + owner.pid() + ", started at 20")
          .hasMessageContaining("--join");
      assertThat(owner.stop()).isZero();
    }
    open().close();
  }

  @Test
  void aSecondProcessJoinsAndLeavesTheEnginesAlone() throws Exception {
    sow();
    try (OwnerProcess owner = OwnerProcess.start(data, PROGRAMS)) {
      remember(owner.redisUri(), owner.databaseUri());

      EmbeddedEngines joined = EmbeddedEngines.join(data, "", "");

      assertThat(recalled(joined)).isTrue();
      await(joined.stop());
      assertThat(recalled(joined)).isTrue();
      assertThat(EmbeddedEngines.join(data, "redis://elsewhere", "").redisUri())
          .isEqualTo("redis://elsewhere");
      assertThat(owner.stop()).isZero();
    }
    assertThatThrownBy(() -> EmbeddedEngines.join(data, "", ""))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("no Millrace is ready in");
  }

  @Test
  void joiningEnginesThatAreGoneSaysSo() throws Exception {
    sow();
    try (OwnerProcess owner = OwnerProcess.start(data, PROGRAMS)) {
      owner.kill();
    }
    kill("redis/redis.pid");

    assertThatThrownBy(() -> EmbeddedEngines.join(data, "", ""))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("does not answer");
  }

  @Test
  void filesOfAnotherMajorVersionAreRefusedWithTheWayOutAndNothingKeepsRunning() throws Exception {
    Files.createDirectories(data.resolve("postgres"));
    Files.writeString(data.resolve("postgres/PG_VERSION"), "17\n");

    try (DataDirectory directory = open()) {
      assertThatThrownBy(() -> await(start(directory)))
          .cause()
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("PostgreSQL 17")
          .hasMessageContaining("database.url");
    }

    assertThat(data.resolve("redis/redis.pid")).doesNotExist();
  }

  @Test
  void aDeepDataDirectoryGetsItsSocketsElsewhere() throws Exception {
    Path deep = home.resolve("long-name-".repeat(12)).resolve("and a space");
    try (DataDirectory directory = DataDirectory.open(deep, PROGRAMS)) {
      EmbeddedEngines engines = await(start(directory));

      remember(engines);
      assertThat(recalled(engines)).isTrue();
      assertThat(engines.redisUri()).doesNotContain("long-name");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.runtime())))
          .isEqualTo("rwx------");
      await(engines.stop());
      FileTree.delete(directory.runtime());
    }
  }

  @Test
  void givenServersAreUsedAsGivenAndNothingIsStarted() throws Exception {
    try (DataDirectory directory = open()) {
      EmbeddedEngines engines =
          await(
              EmbeddedEngines.start(
                  vertx, directory, "rediss://cache:6380", "postgresql://a:b@host/c"));

      assertThat(engines.redisUri()).isEqualTo("rediss://cache:6380");
      assertThat(engines.databaseUri()).isEqualTo("postgresql://a:b@host/c");
      assertThat(engines.health()).isEmpty();
      assertThat(data.resolve("redis")).doesNotExist();
      assertThat(data.resolve("postgres")).doesNotExist();
      await(engines.stop());
    }
  }

  @Test
  void anOrdinaryUserRunsThemTooAndRootMayTakeThemOver() throws Exception {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(data);
    Files.setAttribute(data, "unix:uid", NOBODY);
    Path programs = home.resolve("programs");
    Files.createDirectories(programs);
    Files.setAttribute(programs, "unix:uid", NOBODY);
    String classPath = OwnerProcess.classPathFor(Files.createDirectories(home.resolve("lib")));

    try (OwnerProcess owner =
        OwnerProcess.start(
            List.of("setpriv", "--reuid=" + NOBODY, "--clear-groups"), classPath, data, programs)) {
      remember(owner.redisUri(), owner.databaseUri());
      assertThat(owner.stop()).isZero();
    }

    try (DataDirectory directory = DataDirectory.open(data, programs)) {
      EmbeddedEngines engines = await(start(directory));
      assertThat(recalled(engines)).isTrue();
      assertThat(Files.getAttribute(data.resolve("postgres/PG_VERSION"), "unix:uid"))
          .isEqualTo(NOBODY);
      await(engines.stop());
    }
  }

  /** Gives the data directory a cluster, as an earlier run would have left it. */
  private void sow() throws IOException {
    Path from = seed.resolve("postgres");
    Files.createDirectories(data);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(
            file,
            data.resolve("postgres").resolve(from.relativize(file)),
            StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private DataDirectory open() {
    return DataDirectory.open(data, PROGRAMS);
  }

  private Future<EmbeddedEngines> start(DataDirectory directory) {
    return EmbeddedEngines.start(vertx, directory, "", "");
  }

  private void remember(EmbeddedEngines engines) throws Exception {
    remember(engines.redisUri(), engines.databaseUri());
  }

  private void remember(String redisUri, String databaseUri) throws Exception {
    assertThat(RedisText.ask(redisUri, "SET remembered yes")).startsWith("+OK");
    RedisText.awaitWritten(redisUri);
    Database database = Database.open(vertx, databaseUri, 1);
    var _ = await(database.query("CREATE TABLE remembered (word text)"));
    var _ = await(database.query("INSERT INTO remembered VALUES ($1)", Tuple.of("yes")));
    await(database.close());
  }

  private boolean recalled(EmbeddedEngines engines) throws Exception {
    Database database = Database.open(vertx, engines.databaseUri(), 1);
    int rows = await(database.query("SELECT * FROM remembered")).size();
    await(database.close());
    return rows == 1 && RedisText.ask(engines.redisUri(), "GET remembered").contains("yes");
  }

  private boolean comeBack(String pidFile, long before, EmbeddedEngines engines) {
    try {
      return pid(pidFile) != before
          && engines.health().values().stream().allMatch(health -> health.up())
          && recalled(engines);
    } catch (Exception _) {
      return false; // not yet
    }
  }

  private void kill(String pidFile) throws IOException {
    end(RunningProcess.find(pid(pidFile)).orElseThrow());
  }

  private static void end(RunningProcess process) {
    process.kill();
    assertThat(process.awaitEnd(BACK_MAX)).isTrue();
  }

  private long pid(String pidFile) throws IOException {
    return Long.parseLong(Files.readAllLines(data.resolve(pidFile)).getFirst().strip());
  }

  private static String session(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3];
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
  }
}
