package io.millrace.evaluate;

import static java.util.Collections.disjoint;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * A collection in the form of the BEIR benchmark: what there is to find, what is asked, and what
 * people judged to be an answer.
 *
 * @param name of its directory
 * @param corpus by id, in the order of the file
 * @param queries text by id, only those with a judgement
 * @param judgements grade by document id, by query id; at least one above 0 each
 * @param judgedBy the file the judgements are from
 */
public record JudgedCollection(
    String name,
    Map<String, Entry> corpus,
    Map<String, String> queries,
    Map<String, Map<String, Integer>> judgements,
    String judgedBy) {
  private static final String CORPUS = "corpus.jsonl";
  private static final String QUERIES = "queries.jsonl";
  private static final String PACKED = ".gz";

  /** One thing to find; title and text may be empty. */
  public record Entry(String id, String title, String text) {}

  /**
   * Reads {@code directory}.
   *
   * @param qrels a file, or the name of one in {@code qrels/} (".tsv" may be left out); by default
   *     {@code test}, else the only one there is
   * @throws EvaluationException naming file and line of what it cannot use
   */
  public static JudgedCollection read(Path directory, Optional<String> qrels) {
    if (!Files.isDirectory(directory)) {
      throw new EvaluationException("There is no directory " + directory + ".");
    }
    Path judgedBy = judgements(directory, qrels);
    var corpus = new LinkedHashMap<String, Entry>();
    eachObject(
        directory.resolve(CORPUS),
        line -> {
          var entry = new Entry(text(line, "_id"), text(line, "title"), text(line, "text"));
          corpus.put(entry.id(), entry);
        });
    Map<String, Map<String, Integer>> judgements = grades(judgedBy);
    judgements.values().removeIf(grades -> grades.values().stream().noneMatch(grade -> grade > 0));
    var queries = new LinkedHashMap<String, String>();
    eachObject(
        directory.resolve(QUERIES), line -> queries.put(text(line, "_id"), text(line, "text")));
    queries.keySet().retainAll(judgements.keySet());
    judgements.keySet().retainAll(queries.keySet());
    if (queries.isEmpty()) {
      throw new EvaluationException(
          "No query of %s has a relevant document in %s."
              .formatted(directory.resolve(QUERIES), judgedBy));
    }
    if (corpus.isEmpty()) {
      throw new EvaluationException(directory.resolve(CORPUS) + " holds nothing.");
    }
    if (judgements.values().stream()
        .allMatch(grades -> disjoint(grades.keySet(), corpus.keySet()))) {
      throw new EvaluationException(
          "No document that %s judges is in %s; such as \"%s\" in the one and \"%s\" in the other."
              .formatted(
                  judgedBy.getFileName(),
                  directory.resolve(CORPUS),
                  judgements.values().iterator().next().keySet().iterator().next(),
                  corpus.keySet().iterator().next()));
    }
    return new JudgedCollection(
        String.valueOf(directory.toAbsolutePath().normalize().getFileName()),
        corpus,
        queries,
        judgements,
        String.valueOf(judgedBy.getFileName()));
  }

  /**
   * How many relevant documents the corpus lacks. They count as not found, as in BEIR, so a search
   * cannot be perfect here.
   */
  long missing() {
    return judgements.values().stream()
        .flatMap(grades -> grades.entrySet().stream())
        .filter(grade -> grade.getValue() > 0 && !corpus.containsKey(grade.getKey()))
        .map(Map.Entry::getKey)
        .distinct()
        .count();
  }

  /** A name for the corpus that changes with it, in the form of a collection's name. */
  public String fingerprint() {
    MessageDigest digest = sha256();
    for (Entry entry : corpus.values()) {
      for (String part : List.of(entry.id(), entry.title(), entry.text())) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
    }
    return "eval-" + HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  /**
   * Whether {@code entry} is the query itself, as in collections whose queries are entries: the
   * same id and the same words. Such an answer is left out, as BEIR does.
   */
  boolean isItself(String query, String entry) {
    Entry same = query.equals(entry) ? corpus.get(entry) : null;
    return same != null && words(same.text()).equals(words(queries.getOrDefault(query, "")));
  }

  private static String words(String text) {
    return text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static Path judgements(Path directory, Optional<String> qrels) {
    Path within = directory.resolve("qrels");
    String asked = qrels.orElse("test");
    for (Path path :
        List.of(
            within.resolve(asked),
            within.resolve(asked + ".tsv"),
            within.resolve(asked + ".tsv" + PACKED),
            Path.of(asked))) {
      if (Files.isRegularFile(path)) {
        return path;
      }
    }
    List<Path> all = files(within);
    if (qrels.isEmpty() && all.size() == 1) {
      return all.getFirst();
    }
    throw new EvaluationException(
        "There are no judgements \"%s\"; choose with --qrels from %s."
            .formatted(asked, all.stream().map(Path::getFileName).toList()));
  }

  private static List<Path> files(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new EvaluationException("There is no directory " + directory + ".");
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  /** Lines of query, document and grade; also with the second of four columns that TREC has. */
  private static Map<String, Map<String, Integer>> grades(Path file) {
    var grades = new TreeMap<String, Map<String, Integer>>();
    eachLine(
        file,
        (line, at) -> {
          List<String> columns =
              List.of(line.strip().split(line.indexOf('\t') < 0 ? "\\s+" : "\t"));
          int documentAt = columns.size() == 4 ? 2 : 1;
          if (columns.size() != documentAt + 2) {
            throw new EvaluationException(
                "%s:%d: not a query, a document and a grade.".formatted(file, at));
          }
          grade(columns.getLast().strip())
              .ifPresentOrElse(
                  grade ->
                      grades
                          .computeIfAbsent(columns.getFirst(), _ -> new LinkedHashMap<>())
                          .put(columns.get(documentAt), grade),
                  () -> {
                    if (at > 1) {
                      throw new EvaluationException(
                          "%s:%d: the grade is no number.".formatted(file, at));
                    }
                  });
        });
    return grades;
  }

  private static Optional<Integer> grade(String written) {
    try {
      return Optional.of((int) Math.round(Double.parseDouble(written)));
    } catch (NumberFormatException headline) {
      return Optional.empty();
    }
  }

  private static void eachObject(Path file, Consumer<JsonObject> use) {
    eachLine(
        file,
        (line, at) -> {
          try {
            use.accept(new JsonObject(line));
          } catch (DecodeException | ClassCastException | EvaluationException e) {
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("no object");
            throw new EvaluationException("%s:%d: %s".formatted(file, at, why));
          }
        });
  }

  /** A string or number; missing and null are empty, but for the id. */
  private static String text(JsonObject line, String member) {
    Object value = line.getValue(member);
    if (value == null && member.equals("_id")) {
      throw new EvaluationException("there is no _id.");
    }
    return value == null ? "" : String.valueOf(value);
  }

  /** With the number of each line, from 1; blank ones are left out. */
  private static void eachLine(Path file, ObjIntConsumer<String> use) {
    try (BufferedReader lines = reader(file)) {
      int at = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        at++;
        String plain = at == 1 && line.startsWith("\ufeff") ? line.substring(1) : line;
        if (!plain.isBlank()) {
          use.accept(plain, at);
        }
      }
    } catch (MalformedInputException e) {
      throw new EvaluationException(file + " is not UTF-8.");
    } catch (NoSuchFileException e) {
      throw new EvaluationException("There is no file " + file + ".");
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Of {@code file}, or of the same one packed by gzip where only that is there. */
  private static BufferedReader reader(Path file) throws IOException {
    Path packed = Files.exists(file) ? file : file.resolveSibling(file.getFileName() + PACKED);
    if (!Files.exists(packed) || !packed.toString().endsWith(PACKED)) {
      return Files.newBufferedReader(file);
    }
    return new BufferedReader(
        new InputStreamReader(
            new GZIPInputStream(Files.newInputStream(packed)),
            StandardCharsets.UTF_8.newDecoder()));
  }

  private static EvaluationException unreadable(Path file, IOException e) {
    return new EvaluationException(file + " cannot be read: " + e);
  }
}
