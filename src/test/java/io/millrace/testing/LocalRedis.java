package io.millrace.testing;

import io.millrace.process.DataDirectory;
import io.millrace.process.RunningProcess;
import io.millrace.redis.RedisEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Redis for each test class, from the jar, with the settings of production:
 * {@code @RegisterExtension static final LocalRedis REDIS = new LocalRedis();}
 */
public final class LocalRedis implements BeforeAllCallback, AfterAllCallback {
  private static final Duration END_MAX = Duration.ofSeconds(30);

  private @Nullable DataDirectory data;
  private @Nullable RedisEngine engine;

  /** Where it listens, such as {@code unix:///tmp/.../redis.sock}. */
  public String uri() {
    return engine().uri();
  }

  /** Ends it as a crash would, once what it has acknowledged is in its file. */
  public void kill() {
    RedisText.awaitWritten(uri());
    RunningProcess process = process();
    process.kill();
    if (!process.awaitEnd(END_MAX)) {
      throw new IllegalStateException("Redis survived its kill");
    }
  }

  /** Stops it in order when it runs, and starts it again on the same files and the same socket. */
  public void restart() {
    engine().stop();
    engine().start();
  }

  /** Where its files lie. */
  public Path directory() {
    return data().path().resolve("redis");
  }

  /** Empties it. */
  public void flush() {
    String answer = RedisText.ask(uri(), "FLUSHALL");
    if (!answer.startsWith("+OK")) {
      throw new IllegalStateException("FLUSHALL answered " + answer);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    data = ThrowAway.directory();
    engine = new RedisEngine(data);
    engine.start();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    engine().stop();
    if (data != null) {
      ThrowAway.delete(data);
    }
  }

  private RunningProcess process() {
    Path pidFile = directory().resolve("redis.pid");
    try {
      return RunningProcess.find(Long.parseLong(Files.readString(pidFile).strip()))
          .orElseThrow(() -> new IllegalStateException("Redis does not run"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private DataDirectory data() {
    if (data == null) {
      throw new IllegalStateException("the extension has not begun");
    }
    return data;
  }

  private RedisEngine engine() {
    if (engine == null) {
      throw new IllegalStateException("the extension has not begun");
    }
    return engine;
  }
}
