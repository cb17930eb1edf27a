package io.millrace.index;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where the indexes of passages lie: one directory for each generation. */
final class IndexDirectories {
  /** That of the first generation. */
  static final String NAME = "passages";

  private static final Pattern NAMES = Pattern.compile(NAME + "(-(\\d{1,18}))?");

  private final Vertx vertx;
  private final Path parent;

  IndexDirectories(Vertx vertx, Path parent) {
    this.vertx = vertx;
    this.parent = parent;
  }

  /** The name of the directory of a generation. */
  static String name(long generation) {
    return generation == 1 ? NAME : NAME + "-" + generation;
  }

  /** The generation whose index lies in {@code directory}; empty when it is none of passages. */
  static Optional<Long> generation(Path directory) {
    Matcher name = NAMES.matcher(directory.getFileName().toString());
    return name.matches()
        ? Optional.of(name.group(2) == null ? 1 : Long.parseLong(name.group(2)))
        : Optional.empty();
  }

  /** Deletes those of generations that are no more. */
  Future<Void> retain(Set<Long> generations) {
    return vertx
        .executeBlocking(
            () -> {
              for (Path directory : present()) {
                Optional<Long> id = generation(directory);
                if (id.isPresent() && !generations.contains(id.get())) {
                  delete(directory);
                }
              }
              return true;
            },
            false)
        .mapEmpty();
  }

  private List<Path> present() throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(parent)) {
      return all.toList();
    }
  }

  /** Deletes that of one generation, which nobody has open. */
  Future<Void> delete(long generation) {
    return vertx
        .executeBlocking(
            () -> {
              delete(parent.resolve(name(generation)));
              return true;
            },
            false)
        .mapEmpty();
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
