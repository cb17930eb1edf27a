package io.millrace.http;

import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One operation of the contract.
 *
 * @param path the template, such as {@code /api/v1/tasks/{id}}
 * @param body checks a JSON body, where there is one
 * @param bodyType the media type of the body, where there is one
 * @param produces the media types of its successful answers
 */
record Operation(
    String id,
    HttpMethod method,
    String path,
    List<Parameter> parameters,
    Optional<SchemaCheck> body,
    Optional<String> bodyType,
    Set<String> produces) {
  private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");

  /** Copies the collections. */
  Operation {
    parameters = List.copyOf(parameters);
    produces = Set.copyOf(produces);
  }

  /**
   * One parameter.
   *
   * @param place {@code path}, {@code query} or {@code header}
   * @param integer whether its text is to be read as an integer
   */
  record Parameter(
      String name, String place, boolean required, boolean integer, SchemaCheck check) {}

  /** Whether it answers with an event stream. */
  boolean streams() {
    return produces.contains("text/event-stream");
  }

  /** The path as vertx-web wants it. */
  String routePath() {
    return PLACE.matcher(path).replaceAll(":$1");
  }

  /** Whether the decoded {@code path} is one of this operation's. */
  boolean answers(String path) {
    String[] mine = this.path.split("/", -1);
    String[] theirs = path.split("/", -1);
    if (mine.length != theirs.length) {
      return false;
    }
    for (int i = 0; i < mine.length; i++) {
      boolean any = mine[i].startsWith("{") && !theirs[i].isEmpty();
      if (!any && !mine[i].equals(theirs[i])) {
        return false;
      }
    }
    return true;
  }

  /** How many places its path leaves open. */
  int places() {
    return (int) PLACE.matcher(path).results().count();
  }
}
