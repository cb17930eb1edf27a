package io.millrace.http;

import io.millrace.json.Json;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a JSON body of bounded size and refuses what no later part should ever see. */
final class JsonBody {
  private JsonBody() {}

  /** The body as a JSON object that {@code check} accepts. To be called before any wait. */
  static Future<JsonObject> read(HttpServerRequest request, long bytesMax, SchemaCheck check) {
    return bytes(request, bytesMax).map(bytes -> checked(parsed(text(bytes)), check));
  }

  private static Future<Buffer> bytes(HttpServerRequest request, long bytesMax) {
    Promise<Buffer> done = Promise.promise();
    Buffer all = Buffer.buffer();
    request.handler(piece -> {
      if (all.length() + piece.length() > bytesMax) {
        done.tryFail(tooLarge(bytesMax));
      } else if (!done.future().isComplete()) {
        all.appendBuffer(piece);
      }
    });
    request.exceptionHandler(
        failure -> done.tryFail(Refusal.malformed("The body ended early.").asException()));
    request.endHandler(ended -> done.tryComplete(all));
    return done.future();
  }

  private static ProblemException tooLarge(long bytesMax) {
    return new ProblemException(
        new Problem.TooLarge("A body may have at most " + bytesMax + " bytes.", bytesMax));
  }

  private static String text(Buffer bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.getBytes()))
          .toString();
    } catch (CharacterCodingException _) {
      throw Refusal.malformed("The body is not UTF-8.").asException();
    }
  }

  private static @Nullable Object parsed(String text) {
    Optional<Json.Flaw> flaw = Json.flaw(text);
    if (flaw.isPresent()) {
      throw Refusal.malformed(
              "The body is not well-formed JSON near line %d, column %d. It must be one value, in"
                      .formatted(flaw.get().line(), flaw.get().column())
                  + " which a member comes once and nothing is nested deeper than 100.")
          .asException();
    }
    try {
      return io.vertx.core.json.Json.decodeValue(text);
    } catch (DecodeException _) {
      throw Refusal.malformed("The body is not JSON that can be taken.").asException();
    }
  }

  private static JsonObject checked(@Nullable Object value, SchemaCheck check) {
    if (value == null) {
      throw new ProblemException(new Problem.Invalid("", "The body must be an object."));
    }
    Optional<SchemaCheck.Fault> fault = unusable("", value).or(() -> check.fault(value));
    if (fault.isPresent()) {
      throw new ProblemException(new Problem.Invalid(fault.get().pointer(), fault.get().detail()));
    }
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new ProblemException(new Problem.Invalid("", "The body must be an object."));
  }

  /** Text no database keeps (U+0000, half a surrogate pair), and numbers too large for any. */
  private static Optional<SchemaCheck.Fault> unusable(String pointer, Object value) {
    return switch (value) {
      case String text when !storable(text) ->
          Optional.of(
              new SchemaCheck.Fault(pointer, "The text holds U+0000 or half of a surrogate pair."));
      case Double number when !Double.isFinite(number) ->
          Optional.of(new SchemaCheck.Fault(pointer, "The number is too large."));
      case JsonObject object -> {
        for (Map.Entry<String, Object> member : object) {
          Optional<SchemaCheck.Fault> fault = unusableMember(pointer, member);
          if (fault.isPresent()) {
            yield fault;
          }
        }
        yield Optional.empty();
      }
      case JsonArray array -> {
        for (int i = 0; i < array.size(); i++) {
          Object item = array.getValue(i);
          Optional<SchemaCheck.Fault> fault =
              item == null ? Optional.empty() : unusable(pointer + "/" + i, item);
          if (fault.isPresent()) {
            yield fault;
          }
        }
        yield Optional.empty();
      }
      default -> Optional.empty();
    };
  }

  private static Optional<SchemaCheck.Fault> unusableMember(
      String pointer, Map.Entry<String, Object> member) {
    if (!storable(member.getKey())) {
      return Optional.of(
          new SchemaCheck.Fault(
              pointer, "The name of a member holds U+0000 or half of a surrogate pair."));
    }
    String at = pointer + "/" + member.getKey().replace("~", "~0").replace("/", "~1");
    return member.getValue() == null ? Optional.empty() : unusable(at, member.getValue());
  }

  private static boolean storable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isLowSurrogate(c)) {
        return false;
      }
      if (Character.isHighSurrogate(c)) {
        i++;
        if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
          return false;
        }
      }
    }
    return true;
  }
}
