package io.millrace.sql;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.pgclient.PgConnectOptions;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;

/** Runs the files of {@code db/migration} that the database has not seen; blocks. */
final class Migrations {
  private static final String LOCATION = "classpath:db/migration";

  private Migrations() {}

  static int run(String uri) {
    try {
      return Flyway.configure()
          .dataSource(dataSource(PgConnectOptions.fromUri(uri)))
          .locations(LOCATION)
          .validateMigrationNaming(true)
          .load()
          .migrate()
          .migrationsExecuted;
    } catch (FlywayException e) {
      if (e.getCause() instanceof SQLException cause && unreachable(cause)) {
        throw new ProblemException(
            new Problem.Unavailable(
                "postgres", "the database cannot be reached", Duration.ofSeconds(1)));
      }
      throw e;
    }
  }

  private static boolean unreachable(SQLException cause) {
    return cause.getSQLState() != null && cause.getSQLState().startsWith("08");
  }

  private static DataSource dataSource(PgConnectOptions options) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setDatabaseName(options.getDatabase());
    source.setUser(options.getUser());
    source.setPassword(options.getPassword());
    source.setPortNumbers(new int[] {options.getPort()});
    source.setApplicationName("millrace-migrations");
    if (options.isUsingDomainSocket()) {
      source.setServerNames(new String[] {"localhost"});
      source.setSocketFactory(UnixSocketFactory.class.getName());
      source.setSocketFactoryArg(options.getHost() + "/.s.PGSQL." + options.getPort());
      source.setSslMode("disable");
      source.setGssEncMode("disable");
    } else {
      source.setServerNames(new String[] {options.getHost()});
      source.setSslMode(options.getSslMode().value);
    }
    return source;
  }
}
