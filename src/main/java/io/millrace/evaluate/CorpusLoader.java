package io.millrace.evaluate;

import io.millrace.access.Scope;
import io.millrace.artifact.ArtifactStore;
import io.millrace.document.Documents;
import io.millrace.document.Documents.Document;
import io.millrace.document.Documents.DocumentPage;
import io.millrace.document.Documents.Filter;
import io.millrace.document.Documents.Upload;
import io.millrace.document.Ingest;
import io.millrace.document.Ingest.Ended;
import io.millrace.document.Ingest.Request;
import io.millrace.document.Ingest.Subject;
import io.millrace.evaluate.JudgedCollection.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Brings a corpus in as people's documents come: each entry is a small HTML page, registered and
 * ingested. The page names the entry, so two with the same text stay two documents. What a data
 * directory has already is looked at again, and brought in anew only when chunker or model changed.
 */
final class CorpusLoader {
  private static final String SOURCE = "corpus://entry/";
  private static final int TITLE_LENGTH_MAX = 200;
  private static final int PAGE = 500;

  private final Documents documents;
  private final ArtifactStore artifacts;
  private final Ingest ingest;
  private final String collection;

  /** Loads into {@code collection}. */
  CorpusLoader(Documents documents, ArtifactStore artifacts, Ingest ingest, String collection) {
    this.documents = documents;
    this.artifacts = artifacts;
    this.ingest = ingest;
    this.collection = collection;
  }

  /** The ids of the documents that are there already, by the id of their entry. Blocks. */
  Map<String, String> present() {
    var present = new HashMap<String, String>();
    Optional<String> cursor = Optional.empty();
    var ours = new Filter(Optional.of(collection), Optional.empty());
    do {
      DocumentPage page = documents.list(Scope.DEFAULT, ours, cursor, PAGE).await();
      for (Document document : page.documents()) {
        document
            .source()
            .filter(source -> source.startsWith(SOURCE))
            .ifPresent(source -> present.put(entry(source), document.id()));
      }
      cursor = page.next();
    } while (cursor.isPresent());
    return present;
  }

  /** Makes {@code entry} a document; answers its id. Blocks; on a virtual thread. */
  String register(Entry entry) {
    var upload =
        new Upload(
            collection,
            name(entry),
            "text/html",
            artifacts.put(stored(page(entry))).await(),
            Optional.of(source(entry.id())));
    return documents.register(Scope.DEFAULT, upload).await().document().id();
  }

  /** Makes a document searchable; answers its passages, or why it is not. */
  Loaded load(String document) {
    var request = new Request("eval", new Subject.Registered(document));
    return switch (ingest.run(Scope.DEFAULT, request, (_, _, _) -> {}, () -> false)) {
      case Ended.Done done -> new Loaded(done.passages(), Optional.empty());
      case Ended.Refused(var problem) -> new Loaded(0, Optional.of(problem.detail()));
      case Ended.Stopped() -> throw new IllegalStateException("nobody asked it to stop");
    };
  }

  /** How one document ended. */
  record Loaded(int passages, Optional<String> refusal) {}

  static String source(String entry) {
    return SOURCE + URLEncoder.encode(entry, StandardCharsets.UTF_8);
  }

  static String entry(String source) {
    return URLDecoder.decode(source.substring(SOURCE.length()), StandardCharsets.UTF_8);
  }

  /** Its title, as a file would be called; without one, a name that says nothing. */
  private static String name(Entry entry) {
    String title = entry.title().replaceAll("\\p{Cntrl}", " ").strip();
    String shortened =
        title.length() <= TITLE_LENGTH_MAX ? title : title.substring(0, TITLE_LENGTH_MAX);
    return shortened.isBlank() ? "d" + UUID.randomUUID() + ".html" : shortened;
  }

  /** The entry as a page; blank lines separate its paragraphs. */
  static String page(Entry entry) {
    var html =
        new StringBuilder("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><meta name=\"id\"")
            .append(" content=\"")
            .append(escaped(entry.id()))
            .append("\"><title>")
            .append(escaped(entry.title()))
            .append("</title></head><body>");
    if (!entry.title().isBlank()) {
      html.append("<h1>").append(escaped(entry.title())).append("</h1>");
    }
    for (String paragraph : entry.text().split("\n\\s*\n", -1)) {
      html.append("<p>").append(escaped(paragraph)).append("</p>\n");
    }
    return html.append("</body></html>").toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private Path stored(String page) {
    try {
      Path file = Files.createTempFile(artifacts.incoming(), "entry", "");
      return Files.write(file, page.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
