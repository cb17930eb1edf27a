package io.millrace.index;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Copies the last commit of an index, whether a process writes to it or not. Files of a commit
 * never change, they only vanish when a later commit replaces them; so each is linked first, which
 * takes no time, and all is tried again when one has vanished meanwhile.
 */
final class IndexFiles {
  private static final int TRIES_MAX = 20;

  private IndexFiles() {}

  /**
   * Makes {@code target}, which must not exist yet, a copy of the last commit in {@code source}.
   *
   * @throws org.apache.lucene.index.IndexNotFoundException when there is none
   */
  static void copy(Path source, Path target) throws IOException {
    Path near = source.resolveSibling(source.getFileName() + ".copy-" + target.getFileName());
    if (!Files.isDirectory(source)) {
      throw new IndexNotFoundException(source.toString());
    }
    remove(near);
    try {
      linkLastCommit(source, near);
      Files.createDirectories(target.toAbsolutePath().getParent());
      Files.createDirectory(target);
      Path commit = null;
      for (Path file : list(near)) {
        if (file.getFileName().toString().startsWith(IndexFileNames.SEGMENTS)) {
          commit = file;
        } else {
          linkOrCopy(file, target.resolve(file.getFileName()));
        }
      }
      if (commit != null) {
        // The last one: a copy that was broken off is no index.
        linkOrCopy(commit, target.resolve(commit.getFileName()));
      }
    } finally {
      remove(near);
    }
  }

  private static void linkLastCommit(Path source, Path target) throws IOException {
    for (int left = TRIES_MAX; ; left--) {
      try (Directory directory = FSDirectory.open(source)) {
        Files.createDirectory(target);
        for (String file : SegmentInfos.readLatestCommit(directory).files(true)) {
          linkOrCopy(source.resolve(file), target.resolve(file));
        }
        return;
      } catch (NoSuchFileException replaced) {
        remove(target);
        if (left == 0) {
          throw replaced;
        }
      }
    }
  }

  /** Links where the file system can; what is copied is read through one open file. */
  private static void linkOrCopy(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (NoSuchFileException | FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException noLinks) {
      Files.copy(from, to);
    }
  }

  /** The bytes of all files in {@code directory}. */
  static long bytes(Path directory) throws IOException {
    long bytes = 0;
    for (Path file : list(directory)) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  /** Removes a directory of files, if it is there. */
  static void remove(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      for (Path file : list(directory)) {
        Files.deleteIfExists(file);
      }
      Files.delete(directory);
    }
  }

  private static Collection<Path> list(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.toList();
    }
  }
}
