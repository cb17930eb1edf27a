package io.millrace.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Media types: whether the client takes what there is, and sends what is taken. */
final class Negotiation {
  private Negotiation() {}

  /** Refuses an {@code Accept} that excludes everything this operation answers with. */
  static void checkAccept(HttpServerRequest request, Set<String> produces) {
    List<String> accept = request.headers().getAll("Accept");
    if (accept.isEmpty() || produces.isEmpty()) {
      return;
    }
    String ranges = String.join(",", accept);
    if (produces.stream().noneMatch(type -> accepts(ranges, type))) {
      throw Refusal.notAcceptable(String.join(" or ", produces)).asException();
    }
  }

  /** Whether {@code accept}, the value of a header, takes {@code type}. */
  static boolean accepts(String accept, String type) {
    String family = type.substring(0, type.indexOf('/') + 1) + "*";
    for (String range : accept.split(",", -1)) {
      String[] parts = range.strip().toLowerCase(Locale.ROOT).split("\\s*;\\s*", -1);
      String name = parts[0];
      boolean refused = List.of(parts).stream().anyMatch(part -> part.matches("q=0(\\.0*)?"));
      if (!refused && (name.equals("*/*") || name.equals(family) || name.equals(type))) {
        return true;
      }
    }
    return accept.isBlank();
  }

  /** Refuses a body that is not of the type the operation takes. */
  static void checkContentType(HttpServerRequest request, Optional<String> taken) {
    if (taken.isEmpty()) {
      return;
    }
    String sent = request.getHeader("Content-Type");
    String type = sent == null ? "" : sent.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    boolean plain =
        Optional.ofNullable(request.getHeader("Content-Encoding"))
            .map(coding -> coding.equalsIgnoreCase("identity"))
            .orElse(true);
    if (!type.equals(taken.get()) || !plain || !utf8(sent)) {
      throw Refusal.unsupportedMediaType(taken.get() + " in UTF-8, not compressed").asException();
    }
  }

  private static boolean utf8(@org.jspecify.annotations.Nullable String contentType) {
    String text = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
    int at = text.indexOf("charset=");
    return at < 0 || text.substring(at + 8).replace("\"", "").startsWith("utf-8");
  }
}
