package io.millrace.artifact;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Artifacts as files of one directory, {@code ab/cd/<hash>} below it. A file appears there by one
 * rename after its bytes are on the disk, so what can be seen is whole, whenever the process ended.
 * Several processes may share the directory.
 */
public final class DirectoryArtifactStore implements ArtifactStore {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

  /** Of files below the root. */
  private static final int DEPTH = 3;

  private static final int BUFFER_BYTES = 1 << 17;

  private final Vertx vertx;
  private final Path root;
  private final IncomingDirectory incoming;

  private DirectoryArtifactStore(Vertx vertx, Path root, IncomingDirectory incoming) {
    this.vertx = vertx;
    this.root = root;
    this.incoming = incoming;
  }

  /**
   * Opens the store in {@code root}, which is created when it is missing, and removes what uploads
   * of dead processes left there. Blocks.
   */
  public static DirectoryArtifactStore open(Vertx vertx, Path root) throws IOException {
    Path absolute = root.toAbsolutePath().normalize();
    Files.createDirectories(absolute);
    return new DirectoryArtifactStore(
        vertx, absolute, IncomingDirectory.open(absolute.resolve("incoming")));
  }

  @Override
  public Future<Artifact> put(Path upload) {
    return blocking(() -> take(upload));
  }

  @Override
  public Future<Path> get(String id) {
    return blocking(() -> {
      if (!ID.matcher(id).matches() || !Files.isRegularFile(fileOf(id))) {
        throw new ProblemException(new Problem.NotFound("There is no such artifact."));
      }
      return fileOf(id);
    });
  }

  @Override
  public Future<Void> delete(String id) {
    return blocking(
            () -> {
              if (ID.matcher(id).matches()) {
                Files.deleteIfExists(fileOf(id));
              }
              return true;
            })
        .mapEmpty();
  }

  @Override
  public Future<List<String>> putBefore(Instant moment) {
    return blocking(() -> {
      FileTime limit = FileTime.from(moment);
      try (Stream<Path> files =
          Files.find(
              root,
              DEPTH,
              (file, about) ->
                  about.isRegularFile()
                      && about.lastModifiedTime().compareTo(limit) < 0
                      && ID.matcher(file.getFileName().toString()).matches())) {
        return files.map(file -> file.getFileName().toString()).toList();
      }
    });
  }

  @Override
  public Path incoming() {
    return incoming.path();
  }

  /** Gives the incoming directory up; closing twice is fine. */
  @Override
  public void close() {
    incoming.close();
  }

  private Artifact take(Path upload) throws IOException {
    Artifact artifact = hash(upload);
    Path file = fileOf(artifact.id());
    if (Files.isRegularFile(file) && Files.size(file) == artifact.bytes()) {
      Files.setLastModifiedTime(file, Files.getLastModifiedTime(upload));
      Files.delete(upload);
      return artifact;
    }
    Path outer = root.resolve(artifact.id().substring(0, 2));
    Path shard = Files.createDirectories(outer.resolve(artifact.id().substring(2, 4)));
    try {
      Files.move(upload, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException otherFileSystem) {
      Path near = Files.createTempFile(incoming.path(), "moved", "");
      Files.copy(upload, near, StandardCopyOption.REPLACE_EXISTING);
      sync(near);
      Files.move(near, file, StandardCopyOption.ATOMIC_MOVE);
      Files.delete(upload);
    }
    sync(shard);
    sync(outer);
    sync(root);
    return artifact;
  }

  private static Artifact hash(Path file) throws IOException {
    MessageDigest digest = sha256();
    long bytes = 0;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      var buffer = ByteBuffer.allocate(BUFFER_BYTES);
      for (int read = channel.read(buffer); read >= 0; read = channel.read(buffer)) {
        bytes += read;
        digest.update(buffer.flip());
        buffer.clear();
      }
      channel.force(true);
    }
    return new Artifact(HexFormat.of().formatHex(digest.digest()), bytes);
  }

  private static void sync(Path fileOrDirectory) throws IOException {
    try (FileChannel channel = FileChannel.open(fileOrDirectory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Path fileOf(String id) {
    return root.resolve(id.substring(0, 2)).resolve(id.substring(2, 4)).resolve(id);
  }

  private <T> Future<T> blocking(Callable<T> work) {
    return vertx
        .executeBlocking(
            () -> {
              try {
                return work.call();
              } catch (NoSuchFileException missing) {
                throw new ProblemException(new Problem.NotFound("The file is no longer there."));
              }
            },
            false)
        .map(Objects::requireNonNull);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new UncheckedIOException(new IOException(everyJdkHasIt));
    }
  }
}
