package io.millrace.sql;

import io.millrace.process.Binaries;
import io.millrace.process.EngineException;
import io.millrace.process.Platform;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of PostgreSQL that the jar carries: {@code initdb}, {@code pg_ctl}, {@code
 * postgres}.
 */
final class PostgresPrograms {
  /** The version in the jar; a test compares it with what the program says. */
  static final String VERSION = "18.6";

  /** Cluster files of another major version cannot be opened. */
  static final String MAJOR = "18";

  private PostgresPrograms() {}

  /** The directory of the programs, unpacked when need be. */
  static Path directory(Binaries binaries, Platform platform) {
    String archive = archive(platform);
    if (PostgresPrograms.class.getResource(archive) == null) {
      throw new EngineException(
          "there is no PostgreSQL for %s in this jar; set database.url to a PostgreSQL server (postgresql://user:password@host/name)"
              .formatted(platform));
    }
    return binaries
        .unpacked("postgres", VERSION, directory -> unpack(archive, directory))
        .resolve("bin");
  }

  private static String archive(Platform platform) {
    String arch =
        switch (platform.arch()) {
          case "amd64" -> "x86_64";
          case "arm64" -> "arm_64";
          default -> platform.arch();
        };
    return "/postgres-" + platform.os() + "-" + arch + ".txz";
  }

  private static void unpack(String archive, Path directory) throws IOException {
    try (@Nullable InputStream resource = PostgresPrograms.class.getResourceAsStream(archive)) {
      if (resource == null) {
        throw new IOException("the resource " + archive + " is gone");
      }
      try (var tar =
          new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(resource)))) {
        for (TarArchiveEntry entry = tar.getNextEntry();
            entry != null;
            entry = tar.getNextEntry()) {
          Path file = directory.resolve(entry.getName()).normalize();
          if (file.startsWith(directory) && wanted(entry.getName())) {
            write(entry, tar, file);
          }
        }
      }
    }
  }

  /** The archive also brings what only compilers need: a sixth of its size. */
  private static boolean wanted(String name) {
    return !name.endsWith(".a") && !name.contains("/pkgconfig/") && !name.contains("/pgxs/");
  }

  private static void write(TarArchiveEntry entry, InputStream content, Path file)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(file);
      return;
    }
    Files.createDirectories(file.resolveSibling("."));
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(content, file);
    Set<PosixFilePermission> mode =
        EnumSet.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.OTHERS_READ);
    if ((entry.getMode() & 0100) != 0) {
      mode.addAll(
          EnumSet.of(
              PosixFilePermission.OWNER_EXECUTE,
              PosixFilePermission.GROUP_EXECUTE,
              PosixFilePermission.OTHERS_EXECUTE));
    }
    Files.setPosixFilePermissions(file, mode);
  }
}
