package io.millrace.testing.onnx;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The weights of one random model. Each tensor depends on the seed and its own name alone, so the
 * graph and the plain computation ask for them in whatever order they like.
 */
final class Weights {
  private final long seed;
  private final Map<String, float[]> drawn = new ConcurrentHashMap<>();

  Weights(long seed) {
    this.seed = seed;
  }

  /** {@code float[in][out]}, row-major, scaled so that a product keeps the size of its input. */
  float[] matrix(String name, int in, int out) {
    return normal(name, in * out, 0, 1 / Math.sqrt(in));
  }

  /** Small numbers around zero. */
  float[] bias(String name, int size) {
    return normal(name, size, 0, 0.1);
  }

  /** Small numbers around one, what a normalisation multiplies with. */
  float[] gain(String name, int size) {
    return normal(name, size, 1, 0.1);
  }

  /** {@code float[rows][size]}: one vector per id or position. */
  float[] table(String name, int rows, int size) {
    return normal(name, rows * size, 0, 1);
  }

  private float[] normal(String name, int count, double mean, double deviation) {
    return drawn.computeIfAbsent(
        name,
        _ -> {
          SplittableRandom random = new SplittableRandom(seed * 31 + name.hashCode());
          float[] values = new float[count];
          for (int i = 0; i < count; i++) {
            values[i] = (float) (mean + deviation * random.nextGaussian());
          }
          return values;
        });
  }
}
