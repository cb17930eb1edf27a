package io.millrace.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millrace.process.DataDirectory;
import io.millrace.process.EngineException;
import io.millrace.process.FileTree;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PostgresEngineIT {
  private static final Path PROGRAMS = Path.of("target", "test-programs").toAbsolutePath();
  private static final Map<String, String> FAST = Map.of("fsync", "off");
  private static final int NOBODY = 65_534;

  private final Vertx vertx = Vertx.vertx();
  private Path home;
  private DataDirectory data;
  private PostgresEngine engine;

  @BeforeEach
  void open() throws IOException {
    home = Files.createTempDirectory("mr-test-" + ProcessHandle.current().pid() + "-");
    data = DataDirectory.open(home.resolve("data"), PROGRAMS);
    engine = new PostgresEngine(data, FAST);
  }

  @AfterEach
  void leaveNothing() throws Exception {
    engine.stop();
    await(vertx.close());
    data.close();
    FileTree.delete(home);
  }

  @Test
  void aHalfMadeClusterAndAStrangersPidAreNoObstacle() throws Exception {
    Files.createDirectories(data.path().resolve("postgres.new"));
    Files.writeString(data.path().resolve("postgres.new/PG_VERSION"), "18");
    engine.start();
    engine.stop();
    // After a crash and a restart of the machine the number belongs to somebody else: us, here.
    long stranger = ProcessHandle.current().pid();
    Files.writeString(
        data.path().resolve("postgres/postmaster.pid"), stranger + "\n/elsewhere\n0\n5432\n");

    engine.start();

    assertThat(answers()).isTrue();
    assertThat(ProcessHandle.current().isAlive()).isTrue();
  }

  @Test
  void anotherConfigurationReplacesTheChildAndItsFilesStay() throws Exception {
    engine.start();
    var _ = await(database().query("CREATE TABLE kept (n int)"));
    String before = pid();

    engine = new PostgresEngine(data, Map.of("fsync", "off", "work_mem", "5MB"));
    engine.start();

    assertThat(pid()).isNotEqualTo(before);
    var rows = await(database().query("SHOW work_mem"));
    assertThat(rows.iterator().next().getString(0)).isEqualTo("5MB");
    assertThat(await(database().query("SELECT * FROM kept")).size()).isZero();
  }

  @Test
  void stoppingBeforeTheStartIsFine() {
    engine.stop();

    assertThat(engine.alive()).isFalse();
  }

  @Test
  void aListenerThatCameFirstHearsOnceTheDatabaseIsThere() throws Exception {
    Listener listener = database().listen("early", _ -> {});
    assertThat(listener.ready().isComplete()).isFalse();

    engine.start();

    await(listener.ready());
    await(listener.close());
  }

  @Test
  void whereNamespacesAreForbiddenRootRunsItAsNobody() throws Exception {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    engine = new PostgresEngine(data, FAST, _ -> Account.of(NOBODY));
    assumeThat(reachable()).isTrue();

    engine.start();

    assertThat(answers()).isTrue();
    assertThat(Files.getAttribute(Path.of("/proc", pid()), "unix:uid")).isEqualTo(NOBODY);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.path())))
        .as("others may pass, not look")
        .isEqualTo("rwx-----x");
  }

  @Test
  void aDirectoryThatNobodyMayEnterIsSaidInOurWords() {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    engine = new PostgresEngine(data, FAST, _ -> Account.of(NOBODY));

    assertThatThrownBy(engine::start)
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("may not enter")
        .hasMessageContaining("database.url");
  }

  private boolean reachable() {
    for (Path path = PROGRAMS; path != null; path = path.getParent()) {
      try {
        if (!PosixFilePermissions.toString(Files.getPosixFilePermissions(path)).endsWith("x")) {
          return false;
        }
      } catch (IOException _) {
        return false;
      }
    }
    return true;
  }

  private boolean answers() throws Exception {
    return await(database().query("SELECT 1")).size() == 1;
  }

  private Database database() {
    return Database.open(vertx, engine.uri(), 1);
  }

  private String pid() throws IOException {
    return Files.readAllLines(data.path().resolve("postgres/postmaster.pid")).getFirst().strip();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
