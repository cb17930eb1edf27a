package io.millrace.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The one directory that holds everything Millrace keeps on this machine, owned by one process at a
 * time through a lock of the operating system, which the death of that process frees.
 *
 * <pre>
 *   millrace.lock   the lock; pid and start time of its owner
 *   endpoints       where the engines answer, for processes that join; written when ready
 *   bin/            unpacked programs
 *   run/            sockets, when its path is short enough
 *   redis/          Redis: configuration, log, append-only files
 *   postgres/       PostgreSQL: the cluster; postgres.log beside it
 * </pre>
 */
public final class DataDirectory implements AutoCloseable {
  /**
   * Directories this JVM holds: the system's lock does not hold against its own process, and
   * closing any other handle of the lock file would free it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final Path runtime;
  private final Binaries binaries;
  private final FileChannel channel;
  private boolean closed;

  private DataDirectory(Path path, Path runtime, Binaries binaries, FileChannel channel) {
    this.path = path;
    this.runtime = runtime;
    this.binaries = binaries;
    this.channel = channel;
  }

  /**
   * Makes the directory, with mode 0700, when it is missing and takes its lock.
   *
   * @throws EngineException when another process owns it; the message names its pid and start time
   */
  public static DataDirectory open(Path directory) {
    return open(directory, directory.resolve("bin"));
  }

  /** The same, with the unpacked programs elsewhere, where several data directories share them. */
  public static DataDirectory open(Path directory, Path programs) {
    try {
      Path path = makePrivate(directory.toAbsolutePath()).toRealPath();
      if (!HELD.add(path)) {
        throw refusal(path, thisProcess());
      }
      FileChannel channel = null;
      try {
        channel = lock(path);
        return new DataDirectory(
            path, RuntimeDirectory.forData(path), new Binaries(programs), channel);
      } catch (IOException | EngineException e) {
        if (channel != null) {
          channel.close();
        }
        boolean _ = HELD.remove(path);
        throw e;
      }
    } catch (IOException e) {
      throw new EngineException(
          "cannot use the data directory " + directory + ": " + e.getMessage(), e);
    }
  }

  /** The directory itself, absolute and without links. */
  public Path path() {
    return path;
  }

  /** The private directory for sockets: mode 0700 and short enough for any name of ours in it. */
  public Path runtime() {
    return runtime;
  }

  /** The unpacked programs. */
  public Binaries binaries() {
    return binaries;
  }

  /** The part of one engine, made with mode 0700 when it is missing. */
  public Path part(String engine) {
    try {
      return makePrivate(path.resolve(engine));
    } catch (IOException e) {
      throw new EngineException("cannot make " + path.resolve(engine) + ": " + e.getMessage(), e);
    }
  }

  /** Frees the lock; twice is fine. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      channel.close();
    } catch (IOException e) {
      throw new EngineException("cannot free the lock of " + path + ": " + e.getMessage(), e);
    } finally {
      boolean _ = HELD.remove(path);
    }
  }

  /** What exists keeps its mode: the operator may have chosen it. */
  private static Path makePrivate(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory.resolveSibling("."));
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return directory;
  }

  private static FileChannel lock(Path path) throws IOException {
    Path file = path.resolve("millrace.lock");
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    @Nullable FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      throw refusal(path, Files.readString(file).strip());
    }
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(thisProcess().getBytes(StandardCharsets.UTF_8)));
    return channel;
  }

  private static String thisProcess() {
    return "process %d, started at %s"
        .formatted(
            ProcessHandle.current().pid(),
            ProcessHandle.current()
                .info()
                .startInstant()
                .orElseGet(InstantSource.system()::instant)
                .truncatedTo(ChronoUnit.SECONDS));
  }

  private static EngineException refusal(Path path, String owner) {
    return new EngineException(
        "the data directory %s is in use by %s; stop that one, join it with --join %s, or choose another directory"
            .formatted(path, owner.isEmpty() ? "another process" : owner, path));
  }
}
