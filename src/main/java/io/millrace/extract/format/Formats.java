package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Extractor;
import io.millrace.extract.Limits;
import io.millrace.extract.Refusals;
import io.millrace.extract.Wire;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
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
    return extract(file, name, declaredType, Allowance.of(limits), Journal.NONE);
  }

  /** The same, whatever happens. */
  Wire.Answer answer(Path file, String name, String declaredType, Journal journal) {
    return answer(file, name, declaredType, Allowance.of(limits), journal);
  }

  /** The same for what is attached to a message. */
  Wire.Answer answer(Path file, String name, String declaredType, Allowance allowance) {
    return answer(file, name, declaredType, allowance, Journal.NONE);
  }

  private Wire.Answer answer(
      Path file, String name, String declaredType, Allowance allowance, Journal journal) {
    try {
      return new Wire.Answer.Text(extract(file, name, declaredType, allowance, journal));
    } catch (ProblemException e) {
      return refused(e);
    } catch (StackOverflowError tooDeep) {
      return refused(Refusals.damaged("its parts are nested too deeply."));
    } catch (RuntimeException unexpected) {
      // What a parser throws at bytes that nobody foresaw: the file's fault, and only its own.
      return refused(Refusals.damaged("the file cannot be read as what it says it is."));
    }
  }

  private static Wire.Answer refused(ProblemException e) {
    if (e.problem() instanceof Problem.Unreadable problem) {
      return new Wire.Answer.Refused(problem);
    }
    throw new IllegalStateException(e);
  }

  private Extraction extract(
      Path file, String name, String declaredType, Allowance allowance, Journal journal) {
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
              ? packed.get().read(file, allowance)
              : textReader(file, lower(name), lower(declaredType), journal).read(file, allowance);
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

  private FormatReader textReader(Path file, String name, String declaredType, Journal journal)
      throws IOException {
    return MailText.looksLikeMail(head(file), name, declaredType)
        ? new MailText(this, journal)
        : (text, allowance) -> text(text, name, declaredType, allowance.limits());
  }

  private static Extraction text(Path file, String name, String declaredType, Limits limits)
      throws IOException {
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

  private static String lower(String word) {
    return word.toLowerCase(Locale.ROOT);
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
