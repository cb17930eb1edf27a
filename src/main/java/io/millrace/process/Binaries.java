package io.millrace.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the programs of the jar lie once they are unpacked: one directory per name and version. A
 * kill in the middle leaves only a directory that the next unpacking ignores.
 */
public final class Binaries {
  private static final Logger LOG = LoggerFactory.getLogger(Binaries.class);
  private static final String MARKER_SUFFIX = ".complete";
  private static final String UNPACKING = ".unpacking-";
  private static final Duration UNPACKING_MAX = Duration.ofHours(1);

  private final Path root;

  /** In {@code root}, which is made when it is needed. */
  public Binaries(Path root) {
    this.root = root.toAbsolutePath();
  }

  /** Fills an empty directory with the files of one program. */
  @FunctionalInterface
  public interface Unpacking {
    /** Writes the files into {@code directory}. */
    void into(Path directory) throws IOException;
  }

  /**
   * The directory that holds {@code name} in {@code version}, unpacked now when it is not there or
   * not whole.
   */
  public Path unpacked(String name, String version, Unpacking unpacking) {
    Path target = root.resolve(name + "-" + version);
    Path marker = root.resolve(name + "-" + version + MARKER_SUFFIX);
    try {
      if (whole(target, marker)) {
        return target;
      }
      LOG.info("Unpacking {} {} to {}", name, version, target);
      Files.createDirectories(root);
      sweep();
      Path fresh = Files.createTempDirectory(root, UNPACKING);
      try {
        unpacking.into(fresh);
        // createTempDirectory made it private; the engine may run as another user.
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        String measure = FileTree.measure(fresh);
        FileTree.delete(target);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        AtomicFile.write(marker, measure);
      } finally {
        FileTree.delete(fresh);
      }
      return target;
    } catch (IOException e) {
      throw new EngineException(
          "cannot unpack " + name + " " + version + " to " + root + ": " + e.getMessage(), e);
    }
  }

  /** Deletes what killed processes left half unpacked. */
  private void sweep() throws IOException {
    Instant oldest = InstantSource.system().instant().minus(UNPACKING_MAX);
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(root, UNPACKING + "*")) {
      for (Path leftover : leftovers) {
        if (Files.getLastModifiedTime(leftover).toInstant().isBefore(oldest)) {
          FileTree.delete(leftover);
        }
      }
    }
  }

  /** Whether all is there that was unpacked: a power cut may leave a directory with holes. */
  private static boolean whole(Path target, Path marker) throws IOException {
    return Files.isRegularFile(marker)
        && Files.isDirectory(target)
        && Files.readString(marker).equals(FileTree.measure(target));
  }
}
