package io.millrace.model;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A model's directory as Hugging Face lays it out: {@code config.json}, {@code tokenizer.json}, the
 * graph at the root or below {@code onnx/}, and what sentence-transformers adds. A declaration that
 * contradicts a file is refused; where both are silent, the usual value holds.
 */
final class HuggingFaceDirectory {
  /** Where neither the declaration nor a file says how long a text may be. */
  private static final int TOKENS_USUAL = 512;

  /** Of a decoder that says nothing: many can hold far more than fits in memory. */
  private static final int TOKENS_WRITTEN = 4096;

  /** Types of models that count positions from the padding token's id on, as RoBERTa does. */
  private static final Set<String> POSITIONS_AFTER_PADDING =
      Set.of("roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet", "longformer");

  private final ModelSpec spec;
  private final Path root;
  private final JsonObject config;

  private HuggingFaceDirectory(ModelSpec spec) {
    this.spec = spec;
    this.root = Path.of(spec.path().orElseThrow());
    ModelSpec.check(
        Files.isDirectory(root), "path", "a directory, which %s is not".formatted(root));
    this.config = required("config.json");
  }

  /** Reads all but the graph. */
  static ModelFiles resolve(ModelSpec spec) {
    var directory = new HuggingFaceDirectory(spec);
    directory.checkTask();
    var graph = GraphFile.choose(directory.root, spec.precision());
    Path tokenizer = directory.root.resolve("tokenizer.json");
    ModelSpec.check(
        Files.isRegularFile(tokenizer), "path", "a directory with a tokenizer.json in it");
    return new ModelFiles(
        spec,
        spec.version().orElseGet(() -> spec.name() + "-" + graph.fingerprint(tokenizer)),
        new Source.OnDisk(graph.path()),
        new Source.OnDisk(tokenizer),
        graph.bytes(),
        directory.cacheBytesPerToken(),
        directory.tokensMax(),
        directory.number("vocab_size").orElseThrow(() -> directory.lacks("vocab_size")),
        directory.dimension(),
        directory.pooling(),
        directory.normalise(),
        directory.prefixes(),
        directory.labels(),
        "multi_label_classification".equals(directory.config.getString("problem_type")),
        directory.special());
  }

  /** The name of the network says what it ends in. */
  private void checkTask() {
    for (Object each : config.getJsonArray("architectures", new JsonArray())) {
      String architecture = each.toString();
      boolean classifies = architecture.endsWith("ForSequenceClassification");
      boolean writes = architecture.endsWith("ForCausalLM");
      boolean fits =
          switch (spec.task()) {
            case EMBED -> !classifies;
            case RERANK, CLASSIFY -> classifies;
            case GENERATE -> writes;
          };
      String other = classifies ? "rerank or classify" : writes ? "generate or embed" : "embed";
      ModelSpec.check(fits, "task", "%s, as config.json says %s".formatted(other, architecture));
    }
    int labels = labels().size();
    ModelSpec.check(
        spec.task() != ModelTask.RERANK || labels <= 1,
        "task",
        "classify, as config.json has %d labels and a reranker has one".formatted(labels));
  }

  /** A key and a value per layer and head, of as many numbers as a head has. */
  private long cacheBytesPerToken() {
    if (spec.task() != ModelTask.GENERATE) {
      return 0;
    }
    int heads = number("num_attention_heads").or(() -> number("n_head")).orElse(1);
    int layers = number("num_hidden_layers").or(() -> number("n_layer")).orElse(1);
    int keyHeads = number("num_key_value_heads").orElse(heads);
    int size = number("head_dim").orElse(dimension() / heads);
    Precision precision = spec.precision().orElse(Precision.FP32);
    boolean half = precision == Precision.FP16 || precision == Precision.Q4F16;
    return 2L * layers * keyHeads * size * (half ? Short.BYTES : Float.BYTES);
  }

  private int tokensMax() {
    Optional<Integer> positions =
        number("max_position_embeddings")
            .or(() -> number("n_positions"))
            .map(count -> count - positionsLost());
    if (spec.maxLength().isPresent()) {
      int declared = spec.maxLength().get();
      ModelSpec.check(
          declared <= positions.orElse(declared),
          "maxLength",
          "at most %d, as config.json has no more positions".formatted(positions.orElse(0)));
      return declared;
    }
    return Stream.of(
            positions,
            number(optional("tokenizer_config.json"), "model_max_length"),
            number(optional("sentence_bert_config.json"), "max_seq_length"))
        .flatMap(Optional::stream)
        .min(Integer::compare)
        .map(read -> spec.task() == ModelTask.GENERATE ? Math.min(read, TOKENS_WRITTEN) : read)
        .orElse(TOKENS_USUAL);
  }

  private int positionsLost() {
    return POSITIONS_AFTER_PADDING.contains(config.getString("model_type", ""))
        ? number("pad_token_id").orElse(1) + 1
        : 0;
  }

  private int dimension() {
    return number("hidden_size")
        .or(() -> number("d_model"))
        .or(() -> number("n_embd"))
        .or(() -> number("dim"))
        .orElseThrow(() -> lacks("hidden_size"));
  }

  private Pooling pooling() {
    String file =
        module("Pooling").map(path -> path + "/config.json").orElse("1_Pooling/config.json");
    Optional<Pooling> said = optional(file).map(pooling -> poolingOf(pooling, file));
    Pooling pooling = spec.pooling().or(() -> said).orElse(Pooling.MEAN);
    ModelSpec.check(
        said.orElse(pooling) == pooling,
        "pooling",
        "%s, as %s says".formatted(said.map(Pooling::label).orElse(""), file));
    return pooling;
  }

  private static Pooling poolingOf(JsonObject pooling, String file) {
    if (pooling.getBoolean("pooling_mode_mean_tokens", false)) {
      return Pooling.MEAN;
    }
    if (pooling.getBoolean("pooling_mode_cls_token", false)) {
      return Pooling.CLS;
    }
    ModelSpec.check(
        pooling.getBoolean("pooling_mode_lasttoken", false),
        "path",
        "a model with pooling mean, cls or last, which %s does not name".formatted(file));
    return Pooling.LAST;
  }

  private boolean normalise() {
    boolean ends = module("Normalize").isPresent();
    boolean wanted = spec.normalise().orElse(true);
    ModelSpec.check(wanted || !ends, "normalize", "true, as modules.json ends with Normalize");
    ModelSpec.check(
        module("Dense").isEmpty(),
        "path",
        "a model whose modules.json has no Dense layer, which would be left out");
    return wanted;
  }

  /** The folder of a module of sentence-transformers. */
  private Optional<String> module(String type) {
    Path file = root.resolve("modules.json");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    return parsed("modules.json", () -> new JsonArray(text(file))).stream()
        .map(JsonObject.class::cast)
        .filter(module -> module.getString("type", "").endsWith("." + type))
        .map(module -> module.getString("path", ""))
        .findFirst();
  }

  private Prefixes prefixes() {
    JsonObject prompts =
        optional("config_sentence_transformers.json")
            .map(all -> all.getJsonObject("prompts"))
            .orElseGet(JsonObject::new);
    String passage = prompts.getString("passage", prompts.getString("document", ""));
    return new Prefixes(
        spec.queryPrefix().orElseGet(() -> prompts.getString("query", "")),
        spec.passagePrefix().orElse(passage));
  }

  private List<String> labels() {
    var byId = new TreeMap<Integer, String>();
    config
        .getJsonObject("id2label", new JsonObject())
        .forEach(
            entry -> byId.put(Integer.valueOf(entry.getKey()), String.valueOf(entry.getValue())));
    return List.copyOf(byId.values());
  }

  private SpecialTokens special() {
    JsonObject generation = optional("generation_config.json").orElseGet(JsonObject::new);
    Set<Long> ends = new HashSet<>();
    Object end = generation.getValue("eos_token_id", config.getValue("eos_token_id"));
    if (end instanceof JsonArray several) {
      several.forEach(id -> ends.add(((Number) id).longValue()));
    } else if (end instanceof Number one) {
      ends.add(one.longValue());
    }
    return new SpecialTokens(
        id("bos_token_id", generation), Set.copyOf(ends), id("pad_token_id", generation));
  }

  private Optional<Long> id(String key, JsonObject generation) {
    return generation.getValue(key, config.getValue(key)) instanceof Number id
        ? Optional.of(id.longValue())
        : Optional.empty();
  }

  private Optional<Integer> number(String key) {
    return number(Optional.of(config), key);
  }

  /** A number that fits; files write a huge one where they mean that there is no limit. */
  private static Optional<Integer> number(Optional<JsonObject> file, String key) {
    return file.map(all -> all.getValue(key))
        .filter(
            value -> value instanceof Number number && number.doubleValue() <= Integer.MAX_VALUE)
        .map(value -> ((Number) value).intValue());
  }

  private IllegalArgumentException lacks(String key) {
    return new IllegalArgumentException(
        "path: must be a model whose config.json has %s".formatted(key));
  }

  private JsonObject required(String name) {
    return optional(name)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "path: must be a directory with a %s in it".formatted(name)));
  }

  private Optional<JsonObject> optional(String name) {
    Path file = root.resolve(name);
    return Files.isRegularFile(file)
        ? Optional.of(parsed(name, () -> new JsonObject(text(file))))
        : Optional.empty();
  }

  private static <T> T parsed(String name, java.util.function.Supplier<T> parser) {
    try {
      return parser.get();
    } catch (io.vertx.core.json.DecodeException | ClassCastException _) {
      throw new IllegalArgumentException(
          "path: %s there is not the JSON it should be".formatted(name));
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
