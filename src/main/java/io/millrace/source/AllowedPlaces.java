package io.millrace.source;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where sources may lie: what can be told before anything is asked.
 *
 * @param roots directories whose contents may be read
 * @param connections names of S3 connections
 */
public record AllowedPlaces(List<Path> roots, Set<String> connections) {
  /**
   * No slashes and colons: what is put into URLs stays one part, and nothing is taken for an ARN.
   */
  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");

  /** Copies the collections. */
  public AllowedPlaces {
    roots = List.copyOf(roots);
    connections = Set.copyOf(connections);
  }

  /** Fails with {@code Invalid} when {@code place} cannot be one. */
  void check(Place place) {
    switch (place) {
      case Place.Directory(String path) -> {
        if (!isBelowARoot(path)) {
          throw invalid(
              "/path",
              "The directory must be below one that the operator allows with documents.roots.");
        }
      }
      case Place.Bucket bucket -> {
        if (!connections.contains(bucket.connection())) {
          throw invalid("/connection", "The settings name no such connection under s3.");
        }
        if (!BUCKET.matcher(bucket.bucket()).matches()) {
          throw invalid("/bucket", "A bucket's name has letters, digits, dots and hyphens.");
        }
      }
      case Place.Web _ -> {}
    }
  }

  private boolean isBelowARoot(String path) {
    try {
      Path plain = Path.of(path).normalize();
      return plain.isAbsolute() && roots.stream().anyMatch(plain::startsWith);
    } catch (InvalidPathException _) {
      return false;
    }
  }

  private static ProblemException invalid(String pointer, String detail) {
    return new ProblemException(new Problem.Invalid(pointer, detail));
  }
}
