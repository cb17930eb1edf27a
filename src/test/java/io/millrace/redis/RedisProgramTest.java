package io.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.process.Binaries;
import io.millrace.process.EngineException;
import io.millrace.process.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RedisProgramTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "Redis server v=7.0.15 sha=0, 7.0.15",
    "Redis server v=8.2.1 sha=0, 8.2.1",
    "Redis server v=6.2.7 sha=0, ''",
    "Valkey server v=8.0.1 sha=0, ''",
    "nonsense, ''"
  })
  void theMachinesOwnIsTakenFromSevenOn(String says, String version) throws IOException {
    Path program = Files.writeString(directory.resolve("redis-server"), "#!/bin/sh\necho " + says);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));

    assertThat(RedisProgram.ofMachine(program.toString()).map(RedisProgram::version).orElse(""))
        .isEqualTo(version);
  }

  @Test
  void theOneInTheJarSaysTheVersionWeKnow() {
    RedisProgram bundled = RedisProgram.bundled(new Binaries(directory), Platform.current());

    assertThat(RedisProgram.ofMachine(bundled.command())).contains(bundled);
  }

  @Test
  void anUnknownPlatformIsToldWhatToSet() {
    assertThatThrownBy(
            () -> RedisProgram.bundled(new Binaries(directory), new Platform("plan9", "mips")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("plan9-mips")
        .hasMessageContaining("redis.url");
  }

  @Test
  void filesOfANewerRedisAreRefusedAndOfAnOlderTaken() {
    RedisProgram program = new RedisProgram("redis-server", "7.0.15");

    assertThatThrownBy(() -> program.refuseNewerFiles("8.0.1", directory))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("written by Redis 8.0.1");
    assertThatCode(() -> program.refuseNewerFiles("7.0.20", directory)).doesNotThrowAnyException();
  }
}
