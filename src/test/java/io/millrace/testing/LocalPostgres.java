package io.millrace.testing;

import io.millrace.process.DataDirectory;
import io.millrace.sql.Database;
import io.millrace.sql.PostgresEngine;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A fresh, migrated database for each test class, in one real PostgreSQL that all tests of a JVM
 * share: {@code @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();}
 */
public final class LocalPostgres implements BeforeAllCallback, AfterAllCallback {
  private static final int CONNECTIONS_MAX = 8;
  private static final long ANSWER_MAX_SECONDS = 60;
  private static final String TEMPLATE = "millrace";

  private @Nullable Server server;
  private @Nullable String name;

  /** Where this class's database is. */
  public String uri() {
    return server().uriOf(name());
  }

  /** Opens a pool on this class's database; the caller closes it, or its {@code vertx}. */
  public Database database(Vertx vertx) {
    return Database.open(vertx, uri(), CONNECTIONS_MAX);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    server =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(LocalPostgres.class))
            .computeIfAbsent("server", _ -> Server.start(), Server.class);
    name = server.create();
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    server().drop(name());
  }

  private Server server() {
    if (server == null) {
      throw new IllegalStateException("the extension has not begun");
    }
    return server;
  }

  private String name() {
    if (name == null) {
      throw new IllegalStateException("the extension has not begun");
    }
    return name;
  }

  /** The one server; its migrated database is the template of the others. */
  private static final class Server implements AutoCloseable {
    private final DataDirectory data = ThrowAway.directory();
    private final PostgresEngine engine =
        new PostgresEngine(
            data, Map.of("fsync", "off", "synchronous_commit", "off", "full_page_writes", "off"));
    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger made = new AtomicInteger();
    private @Nullable Database admin;

    static Server start() {
      Server server = new Server();
      try {
        server.engine.start();
        Database template = Database.open(server.vertx, server.engine.uri(), 1);
        Void _ = await(template.migrate());
        server.admin = Database.open(server.vertx, server.uriOf("postgres"), 1);
        return server;
      } catch (Exception e) {
        server.close();
        throw new IllegalStateException("no PostgreSQL for the tests", e);
      }
    }

    String uriOf(String database) {
      return engine.uri().replace("///" + TEMPLATE + "?", "///" + database + "?");
    }

    String create() throws Exception {
      String database = "test_" + made.incrementAndGet();
      var _ =
          await(
              admin()
                  .query(
                      "CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy"
                          .formatted(database, TEMPLATE)));
      return database;
    }

    void drop(String database) throws Exception {
      var _ = await(admin().query("DROP DATABASE " + database + " WITH (FORCE)"));
    }

    @Override
    public void close() {
      vertx.close().toCompletionStage().toCompletableFuture().join();
      engine.stop();
      ThrowAway.delete(data);
    }

    private Database admin() {
      if (admin == null) {
        throw new IllegalStateException("the server has not started");
      }
      return admin;
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .get(ANSWER_MAX_SECONDS, TimeUnit.SECONDS);
  }
}
