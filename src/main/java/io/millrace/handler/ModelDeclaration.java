package io.millrace.handler;

import java.time.Duration;
import java.util.Optional;

/**
 * One entry under {@code models:} in handlers.yaml.
 *
 * @param name what a handler names
 * @param provider where the files come from
 * @param path their directory, for {@link Provider#DIRECTORY}
 * @param task what the model does: {@code embed}
 * @param device {@code auto}, {@code cpu} or {@code cuda:<number>}
 * @param requireGpu whether to refuse to run on the CPU
 * @param load when it is loaded
 * @param unloadAfter how long an unused model stays in memory
 */
public record ModelDeclaration(
    String name,
    Provider provider,
    Optional<String> path,
    String task,
    String device,
    boolean requireGpu,
    Load load,
    Duration unloadAfter) {
  /** Refuses what makes no sense, naming the key. */
  public ModelDeclaration {
    Declared.check(
        provider != Provider.DIRECTORY || path.isPresent(),
        "path",
        "given where provider is directory");
  }

  /** Where a model's files come from. */
  public enum Provider {
    /** From the jar. */
    BUNDLED,
    /** From a directory of this machine. */
    DIRECTORY
  }

  /** When a model is loaded. */
  public enum Load {
    /** At its first use. */
    LAZY,
    /** At the start of the process. */
    EAGER
  }
}
