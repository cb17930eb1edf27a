package io.millrace.extract.format;

import io.millrace.extract.Extraction;
import io.millrace.extract.Limits;
import io.millrace.extract.Refusals;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** EPUB: the chapters of a book in reading order. */
final class EpubText implements FormatReader {
  @Override
  public Extraction read(Path file, Allowance allowance) throws IOException {
    Limits limits = allowance.limits();
    try (ZipPackage zip = ZipPackage.open(file, allowance)) {
      if (zip.mentions("META-INF/encryption.xml", "html\"")) {
        throw Refusals.encrypted();
      }
      var text = new TextBuilder(limits);
      String book = book(zip);
      for (String chapter : chapters(zip, book)) {
        String source = zip.text(chapter).orElse("");
        text.block();
        String _ = HtmlText.append(source, text);
        text.endHeading();
      }
      return text.build(MediaTypes.EPUB, OfficeTitle.read(zip, book));
    }
  }

  private static String book(ZipPackage zip) throws IOException {
    var found = new ArrayList<String>();
    boolean _ =
        Xml.walk(
            zip,
            "META-INF/container.xml",
            (name, at) -> {
              if (name.equals("rootfile")) {
                found.add(Xml.resolve("", at.attribute("full-path")));
              }
            });
    if (found.isEmpty()) {
      throw Refusals.damaged("the book does not say where its chapters are.");
    }
    return found.getFirst();
  }

  private static List<String> chapters(ZipPackage zip, String book) throws IOException {
    String directory = book.substring(0, book.lastIndexOf('/') + 1);
    Map<String, String> members = new HashMap<>();
    var chapters = new ArrayList<String>();
    boolean _ =
        Xml.walk(
            zip,
            book,
            (name, at) -> {
              if (name.equals("item") && at.attribute("media-type").contains("html")) {
                members.put(at.attribute("id"), member(directory, at.attribute("href")));
              } else if (name.equals("itemref")) {
                String member = members.get(at.attribute("idref"));
                if (member != null) {
                  chapters.add(member);
                }
              }
            });
    return chapters;
  }

  private static String member(String directory, String href) {
    String path = href.replaceAll("#.*", "").replace("+", "%2B");
    try {
      return Xml.resolve(directory, URLDecoder.decode(path, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException _) {
      return Xml.resolve(directory, path);
    }
  }
}
