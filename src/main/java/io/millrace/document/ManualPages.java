package io.millrace.document;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Enumeration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The project's own manual, as it is packed into the jar under {@code manual/}; blocks. */
final class ManualPages {
  private static final String PREFIX = "manual/";

  private ManualPages() {}

  /** File names and their bytes. */
  static SortedMap<String, byte[]> read() throws IOException {
    CodeSource source = ManualPages.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      return new TreeMap<>();
    }
    try {
      Path home = Path.of(source.getLocation().toURI());
      return Files.isDirectory(home) ? ofDirectory(home.resolve(PREFIX)) : ofJar(home);
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static SortedMap<String, byte[]> ofDirectory(Path directory) throws IOException {
    var pages = new TreeMap<String, byte[]>();
    if (!Files.isDirectory(directory)) {
      return pages;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> isPage(f.getFileName().toString())).toList()) {
        pages.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return pages;
  }

  private static SortedMap<String, byte[]> ofJar(Path jar) throws IOException {
    var pages = new TreeMap<String, byte[]>();
    try (var file = new JarFile(jar.toFile())) {
      for (Enumeration<JarEntry> entries = file.entries(); entries.hasMoreElements(); ) {
        JarEntry entry = entries.nextElement();
        String name = entry.getName();
        if (name.startsWith(PREFIX) && isPage(name.substring(PREFIX.length()))) {
          try (InputStream bytes = file.getInputStream(entry)) {
            pages.put(name.substring(PREFIX.length()), bytes.readAllBytes());
          }
        }
      }
    }
    return pages;
  }

  private static boolean isPage(String name) {
    return name.endsWith(".md") && name.indexOf('/') < 0;
  }
}
