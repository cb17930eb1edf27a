package io.millrace.extract;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.graphics.form.PDFormXObject;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;

/** PDF files, written line by line. */
final class Pdfs {
  private final PDDocument document = new PDDocument();

  /** Does something to a document. */
  interface Step {
    /** Does it. */
    void apply(PDDocument document) throws IOException;
  }

  /**
   * A line of a page.
   *
   * @param size of its type, in points
   */
  record Line(float size, float y, String text) {}

  Pdfs with(Step step) {
    try {
      step.apply(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  Pdfs page(Line... lines) {
    return with(pdf -> {
      var page = new PDPage();
      pdf.addPage(page);
      try (var content = new PDPageContentStream(pdf, page)) {
        for (Line line : lines) {
          content.beginText();
          content.setFont(new PDType1Font(FontName.HELVETICA), line.size());
          content.newLineAtOffset(72, 720 - line.y());
          content.showText(line.text());
          content.endText();
        }
      }
    });
  }

  /** A page with a table of two columns. */
  Pdfs table(String... cells) {
    return with(pdf -> {
      var page = new PDPage();
      pdf.addPage(page);
      try (var content = new PDPageContentStream(pdf, page)) {
        for (int i = 0; i < cells.length; i++) {
          content.beginText();
          content.setFont(new PDType1Font(FontName.HELVETICA), 10);
          int row = i / 2;
          content.newLineAtOffset(72 + 200f * (i % 2), 720 - 12f * row);
          content.showText(cells[i]);
          content.endText();
        }
      }
    });
  }

  /** A page with a picture and no text. */
  Pdfs scan() {
    return with(pdf -> {
      var page = new PDPage();
      pdf.addPage(page);
      var picture = new java.awt.image.BufferedImage(8, 8, 1);
      try (var content = new PDPageContentStream(pdf, page)) {
        content.drawImage(LosslessFactory.createFromImage(pdf, picture), 0, 0, 600, 700);
      }
    });
  }

  Pdfs protect(String owner, String user) {
    return with(pdf -> {
      var permission = new AccessPermission();
      permission.setCanExtractContent(false);
      var policy = new StandardProtectionPolicy(owner, user, permission);
      policy.setEncryptionKeyLength(128);
      pdf.protect(policy);
    });
  }

  /** A form that shows itself, again and again. */
  Pdfs recursiveForm() {
    return with(pdf -> {
      var form = new PDFormXObject(pdf);
      var resources = new PDResources();
      resources.put(COSName.getPDFName("F"), form);
      form.setResources(resources);
      write(form.getStream(), "/F Do /F Do");
      var page = new PDPage();
      page.setResources(resources);
      page.setContents(stream(pdf, "/F Do"));
      pdf.addPage(page);
    });
  }

  /** Forms of which each shows the next one ten times. */
  Pdfs formBomb(int levels) {
    return with(pdf -> {
      var page = new PDPage();
      var font = new PDResources();
      font.put(COSName.getPDFName("T"), new PDType1Font(FontName.HELVETICA));
      var inner = new PDFormXObject(pdf);
      inner.setResources(font);
      write(inner.getStream(), "BT /T 9 Tf (lol) Tj ET");
      for (int level = 0; level < levels; level++) {
        var outer = new PDFormXObject(pdf);
        var resources = new PDResources();
        resources.put(COSName.getPDFName("F"), inner);
        outer.setResources(resources);
        write(outer.getStream(), "/F Do ".repeat(10));
        inner = outer;
      }
      var resources = new PDResources();
      resources.put(COSName.getPDFName("F"), inner);
      page.setResources(resources);
      page.setContents(stream(pdf, "/F Do"));
      pdf.addPage(page);
    });
  }

  /** A page whose content is compressed {@code times} times. */
  Pdfs streamBomb(byte[] content) {
    return with(pdf -> {
      var page = new PDPage();
      var bomb = new PDStream(pdf);
      try (var out = bomb.createOutputStream(COSName.FLATE_DECODE)) {
        for (int i = 0; i < 1_000; i++) {
          out.write(content);
        }
      }
      page.setContents(bomb);
      pdf.addPage(page);
    });
  }

  /** A tree of pages that leads back to itself. */
  Pdfs pageLoop() {
    return with(pdf -> {
      COSDictionary pages =
          (COSDictionary)
              pdf.getDocumentCatalog().getCOSObject().getDictionaryObject(COSName.PAGES);
      var kids = new COSArray();
      kids.add(pages);
      pages.setItem(COSName.KIDS, kids);
      pages.setInt(COSName.COUNT, 1_000_000_000);
    });
  }

  private static PDStream stream(PDDocument pdf, String content) throws IOException {
    var stream = new PDStream(pdf);
    write(stream, content);
    return stream;
  }

  private static void write(PDStream stream, String content) throws IOException {
    COSStream bytes = stream.getCOSObject();
    try (var out = bytes.createOutputStream()) {
      out.write(content.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }
  }

  byte[] bytes() {
    var bytes = new ByteArrayOutputStream();
    try (document) {
      document.save(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Lines below one another. */
  static Line[] lines(List<String> texts) {
    var lines = new Line[texts.size()];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = new Line(10, 14f * i, texts.get(i));
    }
    return lines;
  }
}
