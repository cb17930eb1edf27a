package io.millrace.http;

import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The parameters of one request, checked against the contract. */
final class Parameters {
  private static final Pattern INTEGER = Pattern.compile("-?\\d{1,18}");

  private final Map<String, String> values;

  private Parameters(Map<String, String> values) {
    this.values = values;
  }

  /** Reads and checks; refuses what is unknown, missing, twice there or out of form. */
  static Parameters read(Operation operation, RoutingContext context) {
    Map<String, String> query = QueryText.read(context.request().query());
    var values = new HashMap<String, String>();
    for (Operation.Parameter parameter : operation.parameters()) {
      String value =
          switch (parameter.place()) {
            case "query" -> query.remove(parameter.name());
            case "header" -> header(context, parameter.name());
            default -> context.pathParam(parameter.name());
          };
      if (value != null) {
        check(parameter, value, operation);
        values.put(parameter.name(), value);
      } else if (parameter.required()) {
        throw Refusal.badParameter(where(parameter), "The parameter is missing.").asException();
      }
    }
    if (!query.isEmpty()) {
      String name = query.keySet().iterator().next();
      throw Refusal.badParameter("query/" + name, "There is no such parameter.").asException();
    }
    return new Parameters(values);
  }

  private static @Nullable String header(RoutingContext context, String name) {
    List<String> values = context.request().headers().getAll(name);
    if (values.size() > 1) {
      throw Refusal.badParameter("header/" + name, "The header comes twice.").asException();
    }
    // An empty Last-Event-ID is what some clients send for "none".
    boolean none =
        values.isEmpty() || (values.getFirst().isEmpty() && name.equals("Last-Event-ID"));
    return none ? null : values.getFirst();
  }

  private static void check(Operation.Parameter parameter, String value, Operation operation) {
    boolean number = parameter.integer() && INTEGER.matcher(value).matches();
    Object typed = number ? (Object) Long.valueOf(value) : value;
    Optional<SchemaCheck.Fault> fault = parameter.check().fault(typed);
    if (fault.isEmpty()) {
      return;
    }
    if (parameter.place().equals("path") && operation.body().isEmpty() && !uploads(operation)) {
      throw Refusal.notFound("There is nothing of that name.").asException();
    }
    throw Refusal.badParameter(where(parameter), fault.get().detail()).asException();
  }

  private static boolean uploads(Operation operation) {
    return operation.bodyType().isPresent();
  }

  private static String where(Operation.Parameter parameter) {
    return parameter.place() + "/" + parameter.name();
  }

  /** The text of a parameter that may be absent. */
  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** The text of a parameter of the path. */
  String path(String name) {
    return text(name).orElseThrow();
  }

  /** A moment that may be absent; refused when the calendar has no such day. */
  Optional<Instant> moment(String name) {
    return text(name)
        .map(text -> {
          try {
            return Submissions.moment(text);
          } catch (DateTimeException _) {
            throw Refusal.badParameter("query/" + name, "There is no such moment.").asException();
          }
        });
  }

  /** The value of an integer, or {@code absent}. */
  int number(String name, int absent) {
    return text(name).map(Integer::parseInt).orElse(absent);
  }
}
