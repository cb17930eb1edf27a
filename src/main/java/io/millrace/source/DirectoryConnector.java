package io.millrace.source;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Files below a directory. Links are not followed, hidden and special files not seen, and nothing
 * is read whose real place is not below the directory, which is itself below an allowed root.
 */
final class DirectoryConnector implements Connector {
  private static final int READS_MAX = 3;
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final Path root;
  private final long bytesMax;

  private DirectoryConnector(Path root, long bytesMax) {
    this.root = root;
    this.bytesMax = bytesMax;
  }

  /**
   * Opens {@code path} if its real place is below one of {@code roots}.
   *
   * @param bytesMax the largest file that is read
   */
  static DirectoryConnector open(String path, List<Path> roots, long bytesMax) {
    try {
      Path real = Path.of(path).toRealPath();
      for (Path root : roots) {
        if (Files.isDirectory(root) && real.startsWith(root.toRealPath())) {
          if (!Files.isDirectory(real)) {
            throw away("It is no directory.");
          }
          return new DirectoryConnector(real, bytesMax);
        }
      }
    } catch (IOException e) {
      throw away("It is not there, or may not be read.");
    }
    throw new ProblemException(
        new Problem.Invalid(
            "/path", "The directory leads out of what the operator allows with documents.roots."));
  }

  @Override
  public boolean list(Visitor visitor) {
    var walk = new Walk(visitor);
    try {
      Path _ = Files.walkFileTree(root, walk);
    } catch (IOException e) {
      throw away("A part of it cannot be listed: " + e.getMessage());
    }
    return !walk.stopped;
  }

  private final class Walk extends SimpleFileVisitor<Path> {
    private final Visitor visitor;
    private boolean stopped;

    Walk(Visitor visitor) {
      this.visitor = visitor;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      return !directory.equals(root) && isHidden(directory)
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (!attributes.isRegularFile() || isHidden(file)) {
        return FileVisitResult.CONTINUE;
      }
      String key = root.relativize(file).toString().replace('\\', '/');
      stopped = !visitor.visit(new Item(key, Optional.of(version(attributes))));
      return stopped ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException && !file.equals(root)) {
        return FileVisitResult.CONTINUE; // It went while the others were listed.
      }
      throw failure;
    }
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  private static String version(BasicFileAttributes file) {
    return file.size()
        + "-"
        + file.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS);
  }

  @Override
  public Content read(Item item, Optional<String> known, Path to) {
    Path file = root.resolve(item.key());
    try {
      for (int i = 0; i < READS_MAX; i++) {
        String before = version(attributes(file));
        copy(file, to);
        if (before.equals(version(attributes(file)))) {
          String uri = file.toUri().toString();
          return new Content.Bytes(uri, item.key(), Optional.empty(), before);
        }
      }
    } catch (NoSuchFileException _) {
      return new Content.Gone();
    } catch (IOException e) {
      throw unreadable("The file cannot be read: " + e.getMessage());
    }
    throw unreadable("The file changed while it was read, " + READS_MAX + " times.");
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** The real place is looked at before and after, so a folder that became a link is found out. */
  private void copy(Path file, Path to) throws IOException {
    stays(file);
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      BoundedCopy.copy(in, to, bytesMax);
    }
    stays(file);
  }

  private void stays(Path file) throws IOException {
    if (!file.toRealPath().equals(file)) {
      throw unreadable("The file is behind a link.");
    }
  }

  private static ProblemException unreadable(String detail) {
    return new ProblemException(new Problem.Invalid("/path", detail));
  }

  private static ProblemException away(String detail) {
    return new ProblemException(
        new Problem.Unavailable("source", "The directory cannot be synced. " + detail, AGAIN));
  }
}
