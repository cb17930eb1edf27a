package io.millrace.model;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where one file of a model lies. */
public sealed interface Source {
  /** In the jar, under this absolute resource name. */
  record InJar(String resource) implements Source {}

  /**
   * On this machine. A graph there may have external data beside it, so it is opened by its path.
   */
  record OnDisk(Path path) implements Source {}

  /** A stream of its bytes, to be closed. */
  default InputStream open() throws IOException {
    return switch (this) {
      case InJar(String resource) -> {
        InputStream stream = Source.class.getResourceAsStream(resource);
        if (stream == null) {
          throw new FileNotFoundException("the jar holds no " + resource);
        }
        yield stream;
      }
      case OnDisk(Path path) -> Files.newInputStream(path);
    };
  }

  /** All its bytes. */
  default byte[] bytes() throws IOException {
    try (InputStream stream = open()) {
      return stream.readAllBytes();
    }
  }

  /** Its length in bytes. */
  default long size() throws IOException {
    return switch (this) {
      case InJar(String resource) -> {
        var url = Source.class.getResource(resource);
        if (url == null) {
          throw new FileNotFoundException("the jar holds no " + resource);
        }
        yield url.openConnection().getContentLengthLong();
      }
      case OnDisk(Path path) -> Files.size(path);
    };
  }
}
