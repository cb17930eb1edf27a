package io.millrace.redis;

import io.millrace.process.Binaries;
import io.millrace.process.ChildProcess;
import io.millrace.process.ChildProcess.Ended;
import io.millrace.process.EngineException;
import io.millrace.process.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code redis-server}: what to call and which version it is.
 *
 * @param command a path, or a name to be found on the PATH
 * @param version such as {@code 7.0.15}
 */
record RedisProgram(String command, String version) {
  /** The version in the jar. */
  static final String BUNDLED_VERSION = "7.0.15";

  private static final int MAJOR_MIN = 7;
  private static final Duration VERSION_MAX = Duration.ofSeconds(30);
  private static final Pattern VERSION = Pattern.compile("Redis server v=(\\d+)\\.(\\d+)\\.(\\d+)");
  private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+).*");

  /** The machine's own when it is new enough, else the one in the jar. */
  static RedisProgram find(Binaries binaries, Platform platform) {
    return ofMachine("redis-server").orElseGet(() -> bundled(binaries, platform));
  }

  static Optional<RedisProgram> ofMachine(String command) {
    return ChildProcess.of(List.of(command, "--version"))
        .tryRun(VERSION_MAX)
        .filter(Ended::succeeded)
        .map(ended -> VERSION.matcher(ended.output()))
        .filter(Matcher::find)
        .filter(version -> Integer.parseInt(version.group(1)) >= MAJOR_MIN)
        .map(version ->
            new RedisProgram(
                command, String.join(".", version.group(1), version.group(2), version.group(3))));
  }

  static RedisProgram bundled(Binaries binaries, Platform platform) {
    String resource = "/redis-server-" + BUNDLED_VERSION + "-" + platform;
    if (RedisProgram.class.getResource(resource) == null) {
      throw new EngineException(
          "there is no Redis for %s in this jar; put a redis-server %d or newer on the PATH, or set redis.url to a Redis server (redis://host:6379)"
              .formatted(platform, MAJOR_MIN));
    }
    Path directory =
        binaries.unpacked("redis", BUNDLED_VERSION, target -> unpack(resource, target));
    return new RedisProgram(directory.resolve("redis-server").toString(), BUNDLED_VERSION);
  }

  /** An older Redis does not read what a newer one wrote; better said before it tries. */
  void refuseNewerFiles(String writer, Path files) {
    if (release(writer) > release(version)) {
      throw new EngineException(
          "the files in %s were written by Redis %s, the one at hand is %s; put a redis-server %s or newer on the PATH again, or set redis.url"
              .formatted(files, writer, version, writer));
    }
  }

  /** Major and minor version as one number that rises. */
  private static int release(String version) {
    Matcher numbers = NUMBERS.matcher(version);
    return numbers.matches()
        ? Integer.parseInt(numbers.group(1)) * 1000 + Integer.parseInt(numbers.group(2))
        : 0;
  }

  private static void unpack(String resource, Path target) throws IOException {
    try (@Nullable InputStream in = RedisProgram.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("the resource " + resource + " is gone");
      }
      Path program = target.resolve("redis-server");
      Files.copy(in, program);
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }
}
