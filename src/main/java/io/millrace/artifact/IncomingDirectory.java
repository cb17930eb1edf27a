package io.millrace.artifact;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory in which one process keeps its uploads in progress. An operating-system lock says
 * that the process lives; directories whose lock is free are leftovers.
 */
final class IncomingDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IncomingDirectory.class);
  private static final String LOCK_SUFFIX = ".lock";

  private final Path path;
  private final Path lockFile;
  private final FileChannel lock;

  private IncomingDirectory(Path path, Path lockFile, FileChannel lock) {
    this.path = path;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /** A fresh directory below {@code parent}, after leftovers of dead processes were removed. */
  static IncomingDirectory open(Path parent) throws IOException {
    Files.createDirectories(parent);
    removeLeftovers(parent);
    while (true) {
      String name = UUID.randomUUID().toString();
      Path lockFile = parent.resolve(name + LOCK_SUFFIX);
      FileChannel lock =
          FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      lock.lock();
      if (Files.exists(lockFile)) {
        return new IncomingDirectory(Files.createDirectory(parent.resolve(name)), lockFile, lock);
      }
      lock.close(); // Another process that starts took the file for a leftover before the lock.
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      delete(path);
      Files.deleteIfExists(lockFile);
      lock.close();
    } catch (IOException e) {
      LOG.warn("Uploads in progress could not be removed; the next start does", e);
    }
  }

  private static void removeLeftovers(Path parent) throws IOException {
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(parent, "*" + LOCK_SUFFIX)) {
      for (Path lockFile : locks) {
        removeIfDead(parent, lockFile);
      }
    }
  }

  private static void removeIfDead(Path parent, Path lockFile) throws IOException {
    String file = lockFile.getFileName().toString();
    Path directory = parent.resolve(file.substring(0, file.length() - LOCK_SUFFIX.length()));
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
      if (channel.tryLock() == null) {
        return;
      }
      delete(directory);
      Files.deleteIfExists(lockFile);
      LOG.info("Removed unfinished uploads of an earlier process");
    } catch (OverlappingFileLockException heldByThisProcess) {
      LOG.debug("{} belongs to this process", directory);
    }
  }

  /** Directories in progress are flat: generated names, no subdirectories. */
  private static void delete(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(directory);
  }
}
