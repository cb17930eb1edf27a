package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Extractor;
import io.millrace.extract.Limits;
import io.millrace.extract.Refusals;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Tells files apart by what they hold and lets the reader of that kind read them. */
final class Formats implements Extractor {
  private static final int HEAD_BYTES = 8192;

  private final Limits limits;

  Formats(Limits limits) {
    this.limits = limits;
  }

  @Override
  public Extraction extract(Path file, String name, String declaredType) {
    try {
      if (!Files.isRegularFile(file)) {
        throw Refusals.unsupported("this is no file.");
      }
      long bytes = Files.size(file);
      if (bytes > limits.fileBytesMax()) {
        throw Refusals.tooLarge(bytes, limits.fileBytesMax());
      }
      if (bytes == 0) {
        throw Refusals.empty();
      }
      Optional<FormatReader> packed = binaryReader(file, head(file));
      Extraction extraction =
          packed.isPresent()
              ? packed.get().read(file, limits)
              : text(file, name.toLowerCase(Locale.ROOT), declaredType.toLowerCase(Locale.ROOT));
      if (extraction.text().isBlank()) {
        throw Refusals.empty();
      }
      return extraction;
    } catch (IOException e) {
      throw Refusals.damaged("the file is cut off, or not what it says it is.");
    }
  }

  /** The reader of a file that is told by its first bytes; empty when it may be text. */
  private static Optional<FormatReader> binaryReader(Path file, byte[] head) throws IOException {
    return switch (MediaTypes.signature(head)) {
      case PDF -> Optional.of(new PdfText());
      case RTF -> Optional.of(new RtfText());
      case ZIP -> Optional.of(packageReader(file));
      case OLE -> throw OldOffice.refusal(file);
      case OTHER -> throw Refusals.unsupported("this is " + MediaTypes.kind(head) + ".");
      case NONE -> Optional.empty();
    };
  }

  /** Office documents and books are archives; their members tell them apart. */
  private static FormatReader packageReader(Path file) throws IOException {
    return switch (ZipPackage.kind(file)) {
      case ZipPackage.Kind.WORD -> new WordText();
      case ZipPackage.Kind.SLIDES -> new SlidesText();
      case ZipPackage.Kind.SHEETS -> new SheetsText();
      case ZipPackage.Kind.OPEN_DOCUMENT -> new OpenDocumentText();
      case ZipPackage.Kind.EPUB -> new EpubText();
      case ZipPackage.Kind.OTHER ->
          throw Refusals.unsupported("this is an archive; upload the files that are in it.");
    };
  }

  private Extraction text(Path file, String name, String declaredType) throws IOException {
    if (MailText.looksLikeMail(head(file), name, declaredType)) {
      return new MailText().read(file, limits);
    }
    // No encoding takes more than four bytes for a character.
    if (Files.size(file) > 4L * limits.charactersMax()) {
      throw Refusals.tooMuchText(limits.charactersMax());
    }
    String source = TextDecoder.decode(Files.readAllBytes(file));
    return switch (MediaTypes.textKind(source, name, declaredType)) {
      case MediaTypes.HTML -> HtmlText.extract(source, limits);
      case MediaTypes.MARKDOWN -> MarkdownText.extract(source, limits);
      case MediaTypes.CSV -> CsvText.extract(source, limits);
      case MediaTypes.XML -> XmlText.extract(source, limits);
      default -> plain(source, limits);
    };
  }

  private static Extraction plain(String source, Limits limits) {
    var text = new TextBuilder(limits);
    text.verbatim(source);
    return text.build(MediaTypes.PLAIN, "");
  }

  private static byte[] head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(HEAD_BYTES);
    }
  }
}
