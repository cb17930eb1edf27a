package io.millrace.bench;

import io.millrace.bus.Bus;
import io.millrace.inference.Embed;
import io.millrace.inference.InferenceLimits;
import io.millrace.inference.InferenceVerticle;
import io.millrace.inference.ModelClient;
import io.millrace.model.ModelSpec;
import io.millrace.model.TextKind;
import io.millrace.observe.Meters;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * How much a text's vector depends on the texts it is run with: cosines between the vectors of
 * texts that ran alone and of the same texts as the batcher puts them together.
 *
 * @param mean over the texts
 * @param worst of them
 */
record Agreement(double mean, double worst) {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Measures with {@code spec}, whatever it says about being deterministic. */
  static Agreement of(Vertx vertx, Bus bus, ModelSpec spec, List<String> texts, Path directory) {
    List<float[]> alone = vectors(vertx, bus, deterministic(spec, true), texts, directory);
    List<float[]> together = vectors(vertx, bus, deterministic(spec, false), texts, directory);
    double[] cosines =
        IntStream.range(0, texts.size())
            .mapToDouble(i -> cosine(alone.get(i), together.get(i)))
            .toArray();
    return new Agreement(
        DoubleStream.of(cosines).average().orElseThrow(),
        DoubleStream.of(cosines).min().orElseThrow());
  }

  private static List<float[]> vectors(
      Vertx vertx, Bus bus, ModelSpec spec, List<String> texts, Path directory) {
    var limits = InferenceLimits.of(0, 2_000_000);
    var verticle =
        new InferenceVerticle("bench", bus, new Meters(), List.of(spec), limits, directory);
    String deployed = vertx.deployVerticle(verticle).await();
    try {
      var question = new Embed(spec.name(), texts, TextKind.PASSAGE);
      return new ModelClient(bus).ask(question, PATIENCE).await().rows();
    } finally {
      var _ = vertx.undeploy(deployed).await();
    }
  }

  /** Vectors have unit length. */
  private static double cosine(float[] one, float[] other) {
    return IntStream.range(0, one.length).mapToDouble(i -> (double) one[i] * other[i]).sum();
  }

  private static ModelSpec deterministic(ModelSpec spec, boolean is) {
    return new ModelSpec(
        spec.name(),
        spec.provider(),
        spec.path(),
        spec.version(),
        spec.task(),
        spec.pooling(),
        spec.normalise(),
        spec.queryPrefix(),
        spec.passagePrefix(),
        spec.maxLength(),
        spec.device(),
        spec.precision(),
        spec.requireGpu(),
        spec.load(),
        spec.unloadAfter(),
        Optional.of(is),
        spec.slots(),
        spec.languages());
  }
}
