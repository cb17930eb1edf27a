package io.millrace.artifact;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Keeps bytes under the hash of their content; the same bytes twice are one artifact. */
public interface ArtifactStore extends AutoCloseable {
  /**
   * Takes over the finished temporary file {@code upload} (which is gone afterwards).
   *
   * @return its id, 64 lower-case hexadecimal digits of SHA-256, and size
   */
  Future<Artifact> put(Path upload);

  /** A readable local file with the bytes of {@code id}; fails with {@code NotFound}. */
  Future<Path> get(String id);

  /** Removes the bytes; removing what is not there is fine. */
  Future<Void> delete(String id);

  /** Ids of what was put before {@code moment}, and not again since. */
  Future<List<String>> putBefore(Instant moment);

  /** A directory on the same file system for uploads in progress. */
  Path incoming();

  /** Gives {@link #incoming} up; closing twice is fine. */
  @Override
  void close();

  /** What is kept. */
  record Artifact(String id, long bytes) {}
}
