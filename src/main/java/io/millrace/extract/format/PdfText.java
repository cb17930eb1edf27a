package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Limits;
import io.millrace.extract.Refusals;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.MemoryUsageSetting;
import org.apache.pdfbox.io.RandomAccessReadBufferedFile;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.pdmodel.font.FontMappers;
import org.apache.pdfbox.pdmodel.graphics.PDXObject;
import org.apache.pdfbox.pdmodel.graphics.form.PDFormXObject;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;

/** PDF: page by page, paragraphs put together from lines, large type as headings. */
final class PdfText implements FormatReader {
  private static final long MEMORY_BYTES_MAX = 32 << 20;
  private static final int FORMS_WITHIN_MAX = 3;

  static {
    FontMappers.set(new NoSystemFonts());
  }

  @Override
  public Extraction read(Path file, Allowance allowance) throws IOException {
    Limits limits = allowance.limits();
    var cache =
        MemoryUsageSetting.setupMixed(
            MEMORY_BYTES_MAX, Math.max(1, limits.expandedBytesMax())); // 0: no limit
    try (var bytes = new RandomAccessReadBufferedFile(file);
        PDDocument document = Loader.loadPDF(bytes, "", null, null, cache.streamCache)) {
      int pages = document.getNumberOfPages();
      if (pages > limits.pagesMax()) {
        throw Refusals.tooManyPages(pages, limits.pagesMax());
      }
      if (pages == 0) {
        throw Refusals.damaged("no page of it can be found.");
      }
      var stripper = new PdfLines(limits);
      stripper.writeText(document, Writer.nullWriter());
      stripper.addBlankPages(pages);
      return extraction(document, stripper.pages(), stripper.brokenPages(), limits);
    } catch (InvalidPasswordException e) {
      throw Refusals.encrypted();
    }
  }

  private static Extraction extraction(
      PDDocument document, List<PdfPage> pages, int broken, Limits limits) {
    var text = new TextBuilder(limits);
    new PdfParagraphs(pages, text).write();
    int silent = 0;
    int scanned = 0;
    for (int i = 0; i < pages.size(); i++) {
      if (pages.get(i).isBlank()) {
        silent++;
        scanned += showsPicture(document.getPage(i)) ? 1 : 0;
      }
    }
    PdfForm.write(document, text);
    Extraction read = text.build(MediaTypes.PDF, title(document), notice(scanned, broken, pages));
    if (read.text().isBlank() && broken == pages.size()) {
      throw Refusals.damaged("none of its pages can be read.");
    }
    if (read.text().isBlank() && scanned > 0 && silent == pages.size()) {
      throw Refusals.scanned(scanned);
    }
    return read;
  }

  private static String notice(int scanned, int broken, List<PdfPage> pages) {
    var missing = new ArrayList<String>();
    if (scanned > 0) {
      missing.add(scanned + " of " + pages.size() + " pages are pictures without text.");
    }
    if (broken > 0) {
      missing.add(broken + " of " + pages.size() + " pages could not be read wholly.");
    }
    return String.join(" ", missing);
  }

  private static boolean showsPicture(PDPage page) {
    return Optional.ofNullable(page.getResources())
        .map(resources -> showsPicture(resources, FORMS_WITHIN_MAX))
        .orElse(false);
  }

  private static boolean showsPicture(PDResources resources, int formsWithin) {
    for (var name : resources.getXObjectNames()) {
      try {
        PDXObject object = resources.getXObject(name);
        if (object instanceof PDImageXObject) {
          return true;
        }
        if (object instanceof PDFormXObject form
            && formsWithin > 0
            && form.getResources() != null
            && showsPicture(form.getResources(), formsWithin - 1)) {
          return true;
        }
      } catch (IOException _) {
        // Not a picture that anyone could see.
      }
    }
    return false;
  }

  /** The title in the properties, unless a program made one up. */
  private static String title(PDDocument document) {
    String title = document.getDocumentInformation().getTitle();
    boolean invented =
        title == null
            || title.strip().length() < 4
            || title.startsWith("Microsoft ")
            || title.matches(
                "(?i)(untitled|title|document).{0,4}|\\S+\\.(docx?|pptx?|xlsx?|indd|tex|dvi|pdf)");
    return invented ? "" : title;
  }
}
