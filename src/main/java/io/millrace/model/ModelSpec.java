package io.millrace.model;

import java.time.Duration;

/**
 * Which model a process runs, and when it is in memory.
 *
 * @param name the name askers use; it is that of a bundled model
 * @param load when its files are read
 * @param unloadAfter how long it stays in memory unused; zero means for good
 */
public record ModelSpec(String name, Load load, Duration unloadAfter) {
  /** Refuses what no process could run. */
  public ModelSpec {
    if (BundledModel.named(name).isEmpty()) {
      throw new IllegalArgumentException(
          "models.%s: no such bundled model; there are %s".formatted(name, BundledModel.names()));
    }
    if (unloadAfter.isNegative()) {
      throw new IllegalArgumentException("models.%s.unloadAfter: 0s or more".formatted(name));
    }
  }

  /** The bundled model {@code name}, read at its first use and then kept. */
  public static ModelSpec lazy(String name) {
    return new ModelSpec(name, Load.LAZY, Duration.ZERO);
  }

  /** When a model is read. */
  public enum Load {
    /** At its first use. */
    LAZY,
    /** Before the process says that it is ready. */
    EAGER
  }
}
