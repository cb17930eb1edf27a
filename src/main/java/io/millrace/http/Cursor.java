package io.millrace.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Predicate;

/** The opaque form of a place in a list. */
final class Cursor {
  private Cursor() {}

  /** Hides {@code place}. */
  static String of(String place) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(place.getBytes(StandardCharsets.UTF_8));
  }

  /** The place that the parameter {@code cursor} hides; refused when it is not one of ours. */
  static Optional<String> read(Parameters parameters, Predicate<String> isPlace) {
    return parameters
        .text("cursor")
        .map(cursor -> {
          try {
            String place =
                new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            if (isPlace.test(place)) {
              return place;
            }
          } catch (IllegalArgumentException _) {
            // Falls through to the refusal.
          }
          throw Refusal.badParameter("query/cursor", "This is not the next of any page.")
              .asException();
        });
  }
}
