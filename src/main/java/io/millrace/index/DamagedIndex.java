package io.millrace.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of an index that cannot be trusted any more. They are kept for whoever wants to know what
 * happened, once and where there is room; the index itself is built anew.
 */
final class DamagedIndex {
  private static final Logger LOG = LoggerFactory.getLogger(DamagedIndex.class);

  /** What is added to the name of the index's directory. */
  static final String SUFFIX = ".damaged";

  private DamagedIndex() {}

  /** Leaves {@code path} without an index. */
  static void setAside(Directory directory, Path path) throws IOException {
    Path aside = path.resolveSibling(path.getFileName() + SUFFIX);
    try (Lock ours = directory.obtainLock(IndexWriter.WRITE_LOCK_NAME)) {
      ours.ensureValid();
      empty(aside);
      boolean kept = Files.getFileStore(path).getUsableSpace() > bytes(directory);
      for (String file : directory.listAll()) {
        if (file.equals(IndexWriter.WRITE_LOCK_NAME)) {
          continue;
        }
        if (kept) {
          Files.move(path.resolve(file), Files.createDirectories(aside).resolve(file));
        } else {
          directory.deleteFile(file);
        }
      }
      LOG.warn(
          "The index in {} is damaged and is built anew from the database; its files {}",
          path,
          kept ? "are kept in " + aside + " and may be deleted" : "were deleted to make room");
    }
  }

  private static void empty(Path aside) throws IOException {
    if (Files.isDirectory(aside)) {
      try (var files = Files.list(aside)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static long bytes(Directory directory) throws IOException {
    long bytes = 0;
    for (String file : directory.listAll()) {
      bytes += directory.fileLength(file);
    }
    return bytes;
  }
}
