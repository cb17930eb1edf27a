package io.millrace.extract.format;

import io.millrace.extract.Refusals;
import io.millrace.problem.ProblemException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * An archive whose members are asked for by name and never unpacked to disk; all that is read of
 * them together is counted, whatever their headers say.
 */
final class ZipPackage implements AutoCloseable {
  private final ZipFile zip;
  private final Allowance allowance;

  private ZipPackage(ZipFile zip, Allowance allowance) {
    this.zip = zip;
    this.allowance = allowance;
  }

  static ZipPackage open(Path file, Allowance allowance) throws IOException {
    return new ZipPackage(new ZipFile(file.toFile()), allowance);
  }

  /** Kinds of packages. */
  enum Kind {
    WORD,
    SLIDES,
    SHEETS,
    OPEN_DOCUMENT,
    EPUB,
    OTHER
  }

  /** What a package is, by the members it has. */
  static Kind kind(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (zip.getEntry("word/document.xml") != null) {
        return Kind.WORD;
      }
      if (zip.getEntry("ppt/presentation.xml") != null) {
        return Kind.SLIDES;
      }
      if (zip.getEntry("xl/workbook.xml") != null) {
        return Kind.SHEETS;
      }
      if (zip.getEntry("META-INF/container.xml") != null) {
        return Kind.EPUB;
      }
      return zip.getEntry("content.xml") != null ? Kind.OPEN_DOCUMENT : Kind.OTHER;
    } catch (ZipException e) {
      throw damaged();
    }
  }

  /** Names of members that begin with {@code prefix} and end with {@code suffix}, sorted. */
  List<String> names(String prefix, String suffix) {
    return zip.stream()
        .map(ZipEntry::getName)
        .filter(name -> name.startsWith(prefix) && name.endsWith(suffix))
        .sorted()
        .toList();
  }

  /** The bytes of a member; empty when there is none of that name. */
  Optional<InputStream> open(String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null || entry.isDirectory()) {
      return Optional.empty();
    }
    InputStream stream = zip.getInputStream(entry);
    return stream == null ? Optional.empty() : Optional.of(new Counted(stream));
  }

  /** A whole member as text in whatever encoding. */
  Optional<String> text(String name) throws IOException {
    Optional<InputStream> stream = open(name);
    if (stream.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = stream.get()) {
      return Optional.of(TextDecoder.decode(in.readAllBytes()));
    }
  }

  /** Whether a member, when it is there, contains {@code ascii}. */
  boolean mentions(String name, String ascii) throws IOException {
    Optional<InputStream> stream = open(name);
    if (stream.isEmpty()) {
      return false;
    }
    try (InputStream in = stream.get()) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).contains(ascii);
    }
  }

  static ProblemException damaged() {
    return Refusals.damaged("its archive is cut off or broken.");
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  /** Counts what is unpacked, and ends it at the limit. */
  private final class Counted extends FilterInputStream {
    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int next = super.read();
      allowance.expand(next < 0 ? 0 : 1);
      return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      allowance.expand(Math.max(0, read));
      return read;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
