package io.millrace.house;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.testing.JarProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Looks into the jar that people get. */
class JarIT {
  private static final Path OLD_JAVAS = Path.of("/usr/lib/jvm");

  @Test
  void anOldJavaSaysInOneLineThatItIsTooOld() throws Exception {
    Optional<Path> old = oldJava();
    assumeTrue(old.isPresent(), "this machine has no older Java");

    Process process =
        new ProcessBuilder(old.get().toString(), "-jar", JarProcess.jar().toString())
            .redirectErrorStream(true)
            .start();
    List<String> lines = process.inputReader().lines().toList();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(lines)
        .singleElement()
        .asString()
        .startsWith("Millrace needs Java 25 or newer; this is Java ");
  }

  @Test
  void theMainClassLoadsInJava8() throws IOException {
    try (var jar = new JarFile(JarProcess.jar().toFile())) {
      byte[] bytes = jar.getInputStream(jar.getEntry("io/millrace/Launcher.class")).readAllBytes();

      assertThat(bytes[7]).as("major version of the class file").isEqualTo((byte) 52);
    }
  }

  @Test
  void holdsPagesManualModelEnginesAndLicences() throws IOException {
    try (var jar = new JarFile(JarProcess.jar().toFile())) {
      assertThat(jar.stream().map(JarEntry::getName))
          .contains(
              "webroot/index.html",
              "manual/search.md",
              "handlers.yaml",
              "openapi.yaml",
              "bge-small-en-v1.5-q.onnx",
              "e5-small-v2-q.onnx",
              "redis-server-7.0.15-linux-amd64",
              "postgres-linux-x86_64.txz",
              "META-INF/LICENSE",
              "META-INF/NOTICE")
          .noneMatch(name -> name.contains(".dSYM/"))
          .noneMatch(name -> name.endsWith(".dll"));
    }
  }

  @Test
  void noticeNamesEveryProgramAndModelInside() throws IOException {
    try (var jar = new JarFile(JarProcess.jar().toFile())) {
      String notice =
          new String(
              jar.getInputStream(jar.getEntry("META-INF/NOTICE")).readAllBytes(),
              StandardCharsets.UTF_8);

      assertThat(notice)
          .contains(
              "Redis 7.0.15",
              "PostgreSQL 18",
              "bge-small-en-v1.5",
              "e5-small-v2",
              "ONNX Runtime 1.29.0");
    }
  }

  @Test
  void holdsEveryEntryOnceAndMergesServices() throws IOException {
    try (var jar = new JarFile(JarProcess.jar().toFile())) {
      assertThat(jar.stream().collect(groupingBy(JarEntry::getName)).values())
          .allSatisfy(entries -> assertThat(entries).hasSize(1));
      assertThat(services(jar, "java.sql.Driver")).contains("org.postgresql.Driver");
      assertThat(services(jar, "org.flywaydb.core.extensibility.Plugin"))
          .anyMatch(name -> name.contains("PostgreSQLDatabaseType"));
      assertThat(services(jar, "org.apache.lucene.codecs.Codec"))
          .anyMatch(name -> name.contains("Lucene"));
    }
  }

  private static List<String> services(JarFile jar, String name) throws IOException {
    try (var lines = jar.getInputStream(jar.getEntry("META-INF/services/" + name))) {
      return new String(lines.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static Optional<Path> oldJava() throws IOException {
    if (!Files.isDirectory(OLD_JAVAS)) {
      return Optional.empty();
    }
    try (Stream<Path> homes = Files.list(OLD_JAVAS)) {
      return homes
          .filter(home -> home.getFileName().toString().matches(".*\\b(8|11|17|21)\\b.*"))
          .map(home -> home.resolve("bin").resolve("java"))
          .filter(Files::isExecutable)
          .findFirst();
    }
  }
}
