package io.millrace.testing;

import io.millrace.decoder.Sampling;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Makes random values of records, sealed interfaces and what they are made of. */
public final class Samples {
  private static final String ALPHABET = "aZ09 _-\"\\/\n\tпривет€𝄞\u0000";

  private Samples() {}

  /** A random value of {@code type}. */
  public static Object of(Type type, RandomGenerator random) {
    return switch (type) {
      case ParameterizedType generic -> generic(generic, random);
      case Class<?> plain -> plain(plain, random);
      default -> throw new IllegalArgumentException("no samples of " + type);
    };
  }

  private static Object generic(ParameterizedType type, RandomGenerator random) {
    Type[] arguments = type.getActualTypeArguments();
    Class<?> raw = (Class<?>) type.getRawType();
    if (raw == Optional.class) {
      return random.nextBoolean() ? Optional.of(of(arguments[0], random)) : Optional.empty();
    }
    if (raw == List.class) {
      return several(arguments[0], random);
    }
    if (raw == Set.class) {
      return Set.copyOf(several(arguments[0], random));
    }
    if (raw == Map.class) {
      Map<Object, Object> map = new HashMap<>();
      several(arguments[0], random).forEach(key -> map.put(key, of(arguments[1], random)));
      return map;
    }
    throw new IllegalArgumentException("no samples of " + type);
  }

  private static List<Object> several(Type type, RandomGenerator random) {
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(of(type, random));
    }
    return list;
  }

  private static Object plain(Class<?> type, RandomGenerator random) {
    if (type == String.class) {
      return text(random);
    }
    if (type == int.class || type == Integer.class) {
      return random.nextInt();
    }
    if (type == long.class || type == Long.class) {
      return random.nextLong();
    }
    if (type == double.class || type == Double.class) {
      return random.nextDouble(-1e6, 1e6);
    }
    if (type == boolean.class || type == Boolean.class) {
      return random.nextBoolean();
    }
    if (type == float[].class) {
      float[] row = new float[random.nextInt(5)];
      for (int i = 0; i < row.length; i++) {
        row[i] = random.nextFloat() - 0.5f;
      }
      return row;
    }
    if (type == Instant.class) {
      return Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L));
    }
    if (type == Duration.class) {
      return Duration.ofMillis(random.nextInt(100_000_000));
    }
    if (type.isEnum()) {
      Object[] constants = type.getEnumConstants();
      return constants[random.nextInt(constants.length)];
    }
    if (type.isSealed()) {
      Class<?>[] permitted = type.getPermittedSubclasses();
      return plain(permitted[random.nextInt(permitted.length)], random);
    }
    if (type == Sampling.class) {
      return sampling(random);
    }
    if (type.isRecord()) {
      return record(type, random);
    }
    throw new IllegalArgumentException("no samples of " + type);
  }

  private static Sampling sampling(RandomGenerator random) {
    return new Sampling(
        random.nextDouble(),
        random.nextInt(100),
        1 - random.nextDouble(),
        random.nextDouble(),
        2 - random.nextDouble(),
        random.nextDouble(),
        random.nextDouble(),
        random.nextLong());
  }

  private static Object record(Class<?> type, RandomGenerator random) {
    RecordComponent[] components = type.getRecordComponents();
    try {
      Constructor<?> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(
          Arrays.stream(components)
              .map(component -> of(component.getGenericType(), random))
              .toArray());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no sample of " + type, e);
    }
  }

  private static String text(RandomGenerator random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.appendCodePoint(
          ALPHABET.codePointAt(
              ALPHABET.offsetByCodePoints(
                  0, random.nextInt(ALPHABET.codePointCount(0, ALPHABET.length())))));
    }
    return text.toString();
  }
}
