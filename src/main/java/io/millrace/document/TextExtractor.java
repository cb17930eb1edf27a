package io.millrace.document;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Plain text in any encoding, Markdown and HTML, told apart by what the file holds. */
final class TextExtractor implements Extractor {
  private final long bytesMax;

  /**
   * Makes one.
   *
   * @param bytesMax the largest file that is read into memory
   */
  TextExtractor(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  @Override
  public Extraction extract(Path file, String name, String declaredType) {
    byte[] bytes = read(file);
    MediaTypes.binaryKind(bytes)
        .ifPresent(kind -> {
          throw Refusals.unsupported(kind);
        });
    String source = TextDecoder.decode(bytes);
    Extraction extraction =
        switch (MediaTypes.textKind(source, name, declaredType)) {
          case MediaTypes.HTML -> HtmlText.extract(source);
          case MediaTypes.MARKDOWN -> MarkdownText.extract(source);
          default -> plain(source);
        };
    if (extraction.text().isBlank()) {
      throw Refusals.empty();
    }
    return extraction;
  }

  private static Extraction plain(String source) {
    var text = new TextBuilder();
    text.verbatim(source);
    return text.build(MediaTypes.PLAIN, "");
  }

  private byte[] read(Path file) {
    try {
      long bytes = Files.size(file);
      if (bytes > bytesMax) {
        throw Refusals.tooLarge(bytes, bytesMax);
      }
      if (bytes == 0) {
        throw Refusals.empty();
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
