package io.millrace.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;

/**
 * Writes records as JSON and reads them back.
 *
 * <p>Unknown members, missing members that are not {@code Optional}, trailing text and duplicate
 * keys are refused. Absent and null members are empty {@code Optional}s. Times are RFC 3339 in UTC
 * with milliseconds; floats are base64 of their 32 bits, little-endian. A value of a sealed
 * interface carries the simple name of its record as member {@code kind}.
 */
public final class Json {
  private static final int DEPTH_MAX = 100;

  private static final ObjectMapper JSON = configured(JsonMapper.builder());
  private static final ObjectMapper YAML = configured(YAMLMapper.builder());

  private Json() {}

  private static <
          M extends ObjectMapper, B extends com.fasterxml.jackson.databind.cfg.MapperBuilder<M, B>>
      ObjectMapper configured(B builder) {
    ObjectMapper mapper =
        builder
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addModule(
                new SimpleModule()
                    .addSerializer(Instant.class, new InstantWriter())
                    .addSerializer(float[].class, new FloatsWriter())
                    .addDeserializer(float[].class, new FloatsReader()))
            .annotationIntrospector(new SealedTypes())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(MapperFeature.BLOCK_UNSAFE_POLYMORPHIC_BASE_TYPES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .build();
    mapper
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build());
    return mapper;
  }

  /** {@code value} as compact JSON. */
  public static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot be written as JSON: " + value.getClass(), e);
    }
  }

  /** {@code value} as compact JSON in UTF-8. */
  public static byte[] bytes(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot be written as JSON: " + value.getClass(), e);
    }
  }

  /**
   * Reads {@code text}.
   *
   * @throws ProblemException with {@code Invalid} naming the offending member
   */
  public static <T> T read(String text, Class<T> type) {
    return read(JSON, text, type);
  }

  /** Reads {@code bytes} as {@link #read(String, Class)} does. */
  public static <T> T read(byte[] bytes, Class<T> type) {
    try {
      return nonNull(JSON.readValue(bytes, type));
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /** Reads YAML as {@link #read(String, Class)} reads JSON. */
  public static <T> T readYaml(String text, Class<T> type) {
    return read(YAML, text, type);
  }

  /**
   * {@code yaml} as compact JSON.
   *
   * @throws ProblemException with {@code Invalid} when it is not valid YAML
   */
  public static String fromYaml(String yaml) {
    return write(read(YAML, yaml, JsonNode.class));
  }

  /**
   * About where {@code text} stops being one well-formed JSON value, without duplicate keys or
   * trailing text; empty when it is one.
   */
  public static Optional<Flaw> flaw(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      return isOneValue(parser) ? Optional.empty() : Optional.of(Flaw.at(parser.currentLocation()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOneValue(JsonParser parser) throws IOException {
    try {
      JsonNode value = JSON.readTree(parser);
      return value != null && !value.isMissingNode() && parser.nextToken() == null;
    } catch (JsonProcessingException _) {
      return false;
    }
  }

  /** A place in a text, both numbers from 1. */
  public record Flaw(int line, int column) {
    private static Flaw at(JsonLocation location) {
      return new Flaw(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
    }
  }

  private static <T> T read(ObjectMapper mapper, String text, Class<T> type) {
    try {
      return nonNull(mapper.readValue(text, type));
    } catch (JsonProcessingException e) {
      throw refused(e);
    }
  }

  private static <T> T nonNull(T value) {
    if (value == null) {
      throw new ProblemException(new Problem.Invalid("", "A value is missing."));
    }
    return value;
  }

  private static ProblemException refused(IOException failure) {
    var pointer = new StringBuilder();
    if (failure instanceof JsonMappingException mapping) {
      if (mapping.getCause() instanceof ProblemException problem) {
        return problem;
      }
      for (JsonMappingException.Reference step : mapping.getPath()) {
        pointer
            .append('/')
            .append(
                step.getFieldName() == null
                    ? String.valueOf(step.getIndex())
                    : step.getFieldName().replace("~", "~0").replace("/", "~1"));
      }
    }
    String message =
        failure instanceof JsonProcessingException json
            ? json.getOriginalMessage()
            : failure.getMessage();
    return new ProblemException(
        new Problem.Invalid(pointer.toString(), plain(String.valueOf(message))));
  }

  /** Class names are ours, not the client's. */
  private static String plain(String message) {
    return message
        .replaceAll("\\(for Object starting at.*", "")
        .replaceAll("`?(?:java|io\\.millrace)[\\w.$]*[.$](\\w+)`?", "$1")
        .replaceAll("\\s+", " ")
        .strip();
  }
}
