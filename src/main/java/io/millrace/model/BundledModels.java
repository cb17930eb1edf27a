package io.millrace.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The models whose files lie in the jar: sentence encoders of 384 dimensions, int8, English. */
final class BundledModels {
  private static final int TOKENS_MAX = 512;
  private static final int VOCABULARY = 30_522;
  private static final int DIMENSION = 384;

  /** One of them; {@code resource} is its version and the beginning of its files' names. */
  private record Bundled(String name, String resource, Pooling pooling, Prefixes prefixes) {}

  private static final List<Bundled> ALL =
      List.of(
          new Bundled(
              "bge-small-en",
              "bge-small-en-v1.5-q",
              Pooling.CLS,
              new Prefixes("Represent this sentence for searching relevant passages: ", "")),
          new Bundled(
              "e5-small-en", "e5-small-v2-q", Pooling.MEAN, new Prefixes("query: ", "passage: ")));

  private BundledModels() {}

  static Set<String> names() {
    Set<String> names = new TreeSet<>();
    ALL.forEach(model -> names.add(model.name));
    return names;
  }

  /** Refuses a declaration of what the jar does not hold, or of what its model cannot do. */
  static void check(ModelSpec spec) {
    Bundled model =
        ALL.stream()
            .filter(each -> each.name.equals(spec.name()))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "provider: no bundled model has this name; there are " + names()));
    ModelSpec.check(spec.task() == ModelTask.EMBED, "task", "embed for this bundled model");
    ModelSpec.check(spec.path().isEmpty(), "path", "absent where provider is bundled");
    ModelSpec.check(spec.precision().isEmpty(), "precision", "absent where provider is bundled");
    ModelSpec.check(
        spec.pooling().orElse(model.pooling) == model.pooling,
        "pooling",
        model.pooling.label() + " for this bundled model");
    ModelSpec.check(
        spec.maxLength().orElse(TOKENS_MAX) <= TOKENS_MAX,
        "maxLength",
        "at most %d for this bundled model".formatted(TOKENS_MAX));
  }

  static ModelFiles resolve(ModelSpec spec) {
    check(spec);
    Bundled model =
        ALL.stream().filter(each -> each.name.equals(spec.name())).findFirst().orElseThrow();
    Source graph = new Source.InJar("/" + model.resource + ".onnx");
    return new ModelFiles(
        spec,
        spec.version().orElse(model.resource),
        graph,
        new Source.InJar("/" + model.resource + "-tokenizer.json"),
        size(graph),
        0,
        spec.maxLength().orElse(TOKENS_MAX),
        VOCABULARY,
        DIMENSION,
        model.pooling,
        spec.normalise().orElse(true),
        new Prefixes(
            spec.queryPrefix().orElse(model.prefixes.query()),
            spec.passagePrefix().orElse(model.prefixes.passage())),
        List.of(),
        false,
        SpecialTokens.NONE);
  }

  private static long size(Source graph) {
    try {
      return graph.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
