package io.millrace.model;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One entry under {@code models:} in handlers.yaml. What is empty here is read from the model's own
 * files; {@link ModelFiles#of} puts both together.
 *
 * @param name what handlers and askers call it
 * @param provider where the files come from
 * @param path their directory, for {@link Provider#DIRECTORY}
 * @param version written beside what it makes
 * @param pooling how hidden states become a vector
 * @param normalise whether a vector is brought to unit length
 * @param queryPrefix what goes in front of a query
 * @param passagePrefix what goes in front of a passage
 * @param maxLength longest input in tokens, special tokens included
 * @param device where it runs
 * @param precision which of several graph files is taken
 * @param requireGpu whether to refuse to run on the processor
 * @param load when its files are read
 * @param unloadAfter how long it stays in memory unused; zero means for good
 * @param slots answers written at the same time, for {@link ModelTask#GENERATE}; each takes memory
 *     for its longest text from the start
 * @param deterministic whether every text runs alone, so that its answer depends on nothing else;
 *     by default it does where the graph scales its numbers by all that run together
 * @param languages codes of the languages it reads, such as {@code en}; empty for all
 */
public record ModelSpec(
    String name,
    Provider provider,
    Optional<String> path,
    Optional<String> version,
    ModelTask task,
    Optional<Pooling> pooling,
    Optional<Boolean> normalise,
    Optional<String> queryPrefix,
    Optional<String> passagePrefix,
    Optional<Integer> maxLength,
    Device device,
    Optional<Precision> precision,
    boolean requireGpu,
    Load load,
    Duration unloadAfter,
    Optional<Boolean> deterministic,
    Optional<Integer> slots,
    List<String> languages) {
  /** Most answers that are written at the same time. */
  public static final int SLOTS_MAX = 64;

  private static final List<String> BUNDLED_READ = List.of("en");

  /** Refuses what makes no sense with an {@link IllegalArgumentException} that names the key. */
  public ModelSpec {
    languages =
        languages.isEmpty() && provider == Provider.BUNDLED ? BUNDLED_READ : List.copyOf(languages);
    check(!unloadAfter.isNegative(), "unloadAfter", "0s or more");
    check(maxLength.orElse(1) >= 1, "maxLength", "1 or more");
    check(
        !requireGpu || !(device instanceof Device.Cpu), "requireGpu", "false where device is cpu");
    boolean embeds = task == ModelTask.EMBED;
    check(embeds || pooling.isEmpty(), "pooling", "absent where task is not embed");
    check(embeds || normalise.isEmpty(), "normalize", "absent where task is not embed");
    check(
        embeds || (queryPrefix.isEmpty() && passagePrefix.isEmpty()),
        "prefixes",
        "absent where task is not embed");
    check(
        task == ModelTask.GENERATE || slots.isEmpty(),
        "slots",
        "absent where task is not generate");
    check(slots.orElse(1) >= 1 && slots.orElse(1) <= SLOTS_MAX, "slots", "from 1 to " + SLOTS_MAX);
    check(
        provider != Provider.DIRECTORY || path.isPresent(),
        "path",
        "given where provider is directory");
  }

  static void check(boolean right, String key, String allowed) {
    if (!right) {
      throw new IllegalArgumentException(key + ": must be " + allowed);
    }
  }

  /** The bundled encoder {@code name}, read at its first use and then kept. */
  public static ModelSpec bundled(String name) {
    return new ModelSpec(
        name,
        Provider.BUNDLED,
        Optional.empty(),
        Optional.empty(),
        ModelTask.EMBED,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new Device.Auto(),
        Optional.empty(),
        false,
        Load.LAZY,
        Duration.ZERO,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** This one, in memory at other times. */
  public ModelSpec with(Load otherLoad, Duration otherUnloadAfter) {
    return new ModelSpec(
        name,
        provider,
        path,
        version,
        task,
        pooling,
        normalise,
        queryPrefix,
        passagePrefix,
        maxLength,
        device,
        precision,
        requireGpu,
        otherLoad,
        otherUnloadAfter,
        deterministic,
        slots,
        languages);
  }

  /** Where a model's files come from. */
  public enum Provider {
    /** From the jar. */
    BUNDLED,
    /** From a directory of this machine, in the layout of Hugging Face. */
    DIRECTORY;

    /** The word in handlers.yaml and over HTTP, such as {@code bundled}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** When a model is read. */
  public enum Load {
    /** At its first use. */
    LAZY,
    /** Before the process says that it is ready. */
    EAGER
  }
}
