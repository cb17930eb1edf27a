package io.millrace.extract;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.settings.Settings;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reads all files of a directory with real children and prints what came of each; by hand. */
final class RealFiles {
  private RealFiles() {}

  /** Takes a directory and, to look at the texts, another one they are written to. */
  public static void main(String[] arguments) throws IOException {
    List<Path> files;
    try (var entries = Files.list(Path.of(arguments[0]))) {
      files = entries.sorted().toList();
    }
    try (var pool =
        new ExtractorPool(Settings.read(new JsonObject(), Map.of()).documents().extract())) {
      for (Path file : files) {
        long start = System.nanoTime();
        String outcome;
        try {
          Extraction read = pool.extract(file, file.getFileName().toString(), "");
          outcome =
              "%-16s %8d %5d %4d %s"
                  .formatted(
                      read.mediaType().replaceAll(".*[./]", ""),
                      read.text().length(),
                      read.pages().size(),
                      read.headings().size(),
                      read.title() + " " + read.notice());
          if (arguments.length > 1) {
            Files.writeString(
                Path.of(arguments[1]).resolve(file.getFileName() + ".txt"), marked(read));
          }
        } catch (ProblemException e) {
          Problem problem = e.problem();
          outcome = problem.type() + ": " + problem.detail();
        }
        System.out.printf(
            "%-58s %6d ms  %s%n",
            file.getFileName(), (System.nanoTime() - start) / 1_000_000, outcome);
      }
    }
  }

  private static String marked(Extraction read) {
    var text = new StringBuilder(read.text());
    for (Extraction.Heading heading : read.headings().reversed()) {
      text.insert(heading.start(), "#".repeat(heading.level()) + " ");
    }
    return text.toString();
  }
}
