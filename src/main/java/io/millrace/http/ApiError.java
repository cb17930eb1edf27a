package io.millrace.http;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A {@link Refusal} as OpenAI's clients expect it, for the operations under {@code /v1}. */
final class ApiError {
  private static final String PATH = "/v1/";

  private ApiError() {}

  /** Whether who asks for {@code path} speaks that way. */
  static boolean spokenAt(@Nullable String path) {
    return path != null && path.startsWith(PATH);
  }

  /** Their clients know 400 for whatever is wrong in a body. */
  static int status(Refusal refusal) {
    return refusal.status() == 422 ? 400 : refusal.status();
  }

  /**
   * The body of the answer.
   *
   * @param atOperation whether an operation refused; the only thing these look for is a model
   */
  static JsonObject body(Refusal refusal, boolean atOperation) {
    boolean noModel = atOperation && refusal.status() == 404;
    Object incident = refusal.members().get("incident");
    return new JsonObject()
        .put(
            "error",
            new JsonObject()
                .put(
                    "message",
                    incident == null
                        ? refusal.detail()
                        : refusal.detail() + " (incident " + incident + ")")
                .put("type", type(status(refusal)))
                .put("param", noModel ? "model" : param(refusal))
                .put("code", noModel ? "model_not_found" : code(refusal.type())));
  }

  private static String type(int status) {
    return switch (status) {
      case 403 -> "permission_error";
      case 429 -> "rate_limit_error";
      default -> status < 500 ? "invalid_request_error" : "server_error";
    };
  }

  private static String code(String type) {
    return type.equals("too-many")
        ? "rate_limit_exceeded"
        : type.replace('-', '_').toLowerCase(Locale.ROOT);
  }

  /** {@code /input/3} is {@code input.3}; of {@code query/limit}, the name. */
  private static @Nullable String param(Refusal refusal) {
    if (refusal.members().get("pointer") instanceof String pointer && !pointer.isEmpty()) {
      return pointer.substring(1).replace('/', '.');
    }
    return refusal.members().get("parameter") instanceof String parameter
        ? parameter.substring(parameter.indexOf('/') + 1)
        : null;
  }
}
