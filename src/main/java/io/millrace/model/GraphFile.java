package io.millrace.model;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The ONNX file of a model's directory.
 *
 * @param parts the file itself, and its external data beside it
 */
record GraphFile(Path path, List<Path> parts) {
  private static final int SAMPLE = 64 * 1024;

  /** The one graph of {@code root}, or the one of this precision where there are several. */
  static GraphFile choose(Path root, Optional<Precision> precision) {
    List<Path> folders = List.of(root, root.resolve("onnx"));
    Optional<Path> named =
        precision.orElse(Precision.FP32).fileNames().stream()
            .flatMap(name -> folders.stream().map(folder -> folder.resolve(name)))
            .filter(Files::isRegularFile)
            .findFirst();
    List<Path> all =
        folders.stream()
            .flatMap(folder -> list(folder).stream())
            .filter(GraphFile::isGraph)
            .toList();
    if (precision.isPresent() || named.isPresent()) {
      return of(
          named.orElseThrow(() ->
              new IllegalArgumentException(
                  "precision: must be that of a graph in %s, which holds %s"
                      .formatted(root, names(all)))));
    }
    ModelSpec.check(
        !all.isEmpty(), "path", "a directory with a model.onnx or onnx/model.onnx in it");
    ModelSpec.check(
        all.size() == 1, "precision", "given, as there are several graphs: " + names(all));
    return of(all.getFirst());
  }

  private static GraphFile of(Path path) {
    String name = path.getFileName().toString();
    List<Path> parts =
        list(path.toAbsolutePath().getParent()).stream()
            .filter(file -> file.getFileName().toString().startsWith(name))
            .toList();
    return new GraphFile(path, parts);
  }

  private static boolean isGraph(Path file) {
    return file.getFileName().toString().endsWith(".onnx");
  }

  private static List<String> names(List<Path> files) {
    return files.stream().map(file -> file.getFileName().toString()).toList();
  }

  private static List<Path> list(@org.jspecify.annotations.Nullable Path folder) {
    if (folder == null || !Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The size of the graph with its external data. */
  long bytes() {
    long bytes = 0;
    for (Path part : parts) {
      bytes += size(part);
    }
    return bytes;
  }

  /**
   * Eight hexadecimal digits that change when the weights or the tokenizer do: of sizes, and of the
   * first and last 64 KB of each file, as reading gigabytes at each start would take long.
   */
  String fingerprint(Path tokenizer) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : Stream.concat(parts.stream(), Stream.of(tokenizer)).toList()) {
        sample(file, digest);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void sample(Path file, MessageDigest digest) throws IOException {
    try (var bytes = new RandomAccessFile(file.toFile(), "r")) {
      long size = bytes.length();
      byte[] part = new byte[(int) Math.min(size, SAMPLE)];
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(size).flip());
      bytes.readFully(part);
      digest.update(part);
      bytes.seek(size - part.length);
      bytes.readFully(part);
      digest.update(part);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
