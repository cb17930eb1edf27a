package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.handler.HandlersFile;
import io.millrace.testing.Natives;
import io.millrace.testing.onnx.DecoderShape;
import io.millrace.testing.onnx.EncoderShape;
import io.millrace.testing.onnx.TestModels;
import io.millrace.testing.onnx.UnigramTokenizer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFilesTest {
  @TempDir Path directory;

  @Test
  void everythingIsReadFromTheFilesOfASentenceModel() throws IOException {
    TestModels.in(directory).encoder(EncoderShape.SMALL);

    ModelFiles files = ModelFiles.of(declared("task: embed"));

    assertThat(files.graph()).isEqualTo(new Source.OnDisk(directory.resolve("model.onnx")));
    assertThat(files.weightsBytes()).isEqualTo(Files.size(directory.resolve("model.onnx")));
    assertThat(files.tokensMax()).isEqualTo(128);
    assertThat(files.vocabulary()).isEqualTo(1024);
    assertThat(files.dimension()).isEqualTo(32);
    assertThat(files.pooling()).isEqualTo(Pooling.MEAN);
    assertThat(files.normalise()).isTrue();
    assertThat(files.prefixes()).isEqualTo(Prefixes.NONE);
    assertThat(files.special().padding()).contains(0L);
    assertThat(files.version()).matches("house-[0-9a-f]{8}");
  }

  @Test
  void whatIsDeclaredComesBeforeWhatFilesOnlySuggest() throws IOException {
    TestModels.in(directory).encoder(EncoderShape.SMALL);
    write(
        "config_sentence_transformers.json",
        "{\"prompts\": {\"query\": \"q: \", \"document\": \"d: \"}}");

    ModelFiles suggested = ModelFiles.of(declared("task: embed"));
    ModelFiles files =
        ModelFiles.of(
            declared("task: embed, version: v9, maxLength: 64, prefixes: { query: 'ask: ' }"));

    assertThat(suggested.prefixes()).isEqualTo(new Prefixes("q: ", "d: "));
    assertThat(files.prefixes()).isEqualTo(new Prefixes("ask: ", "d: "));
    assertThat(files.tokensMax()).isEqualTo(64);
    assertThat(files.version()).isEqualTo("v9");
  }

  @Test
  void theVersionChangesWithTheWeights() {
    TestModels.in(directory).encoder(EncoderShape.SMALL);
    String first = ModelFiles.of(declared("task: embed")).version();

    TestModels.in(directory).encoder(EncoderShape.SMALL);
    String again = ModelFiles.of(declared("task: embed")).version();
    TestModels.in(directory).withSeed(8).encoder(EncoderShape.SMALL);
    String other = ModelFiles.of(declared("task: embed")).version();

    assertThat(again).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
  }

  @Test
  void weightsBesideTheGraphCount() throws IOException {
    TestModels.in(directory)
        .withGraph("onnx/model.onnx")
        .withExternalData()
        .encoder(EncoderShape.SMALL);

    ModelFiles files = ModelFiles.of(declared("task: embed"));

    assertThat(files.graph()).isEqualTo(new Source.OnDisk(directory.resolve("onnx/model.onnx")));
    assertThat(files.weightsBytes())
        .isGreaterThan(Files.size(directory.resolve("onnx/model.onnx")));
  }

  @Test
  void aPrecisionChoosesAmongGraphs() throws IOException {
    TestModels.in(directory).withGraph("onnx/model_quantized.onnx").encoder(EncoderShape.SMALL);

    assertThat(graph("task: embed")).as("the only one").isEqualTo("model_quantized.onnx");
    TestModels.in(directory).withGraph("onnx/model_fp16.onnx").encoder(EncoderShape.SMALL);
    assertThat(graph("task: embed, precision: int8")).isEqualTo("model_quantized.onnx");
    assertThat(graph("task: embed, precision: fp16")).isEqualTo("model_fp16.onnx");
    assertThatThrownBy(() -> graph("task: embed"))
        .hasMessageContaining("precision: must be given")
        .hasMessageContaining("model_fp16.onnx");
    assertThatThrownBy(() -> graph("task: embed, precision: q4"))
        .hasMessageContaining("precision: must be that of a graph")
        .hasMessageContaining("model_quantized.onnx");
  }

  @Test
  void aModelWhosePositionsBeginAfterThePaddingTokenHasFewer() throws IOException {
    TestModels.in(directory).encoder(EncoderShape.SMALL);
    change(
        "config.json",
        config ->
            config
                .put("model_type", "xlm-roberta")
                .put("pad_token_id", 1)
                .put("max_position_embeddings", 66));

    assertThat(ModelFiles.of(declared("task: embed")).tokensMax()).isEqualTo(64);
    assertThatThrownBy(() -> ModelFiles.of(declared("task: embed, maxLength: 65")))
        .hasMessage("maxLength: must be at most 64, as config.json has no more positions");
  }

  @Test
  void aSentencePieceTokenizerSpeaksManyLanguages() throws IOException {
    TestModels.in(directory).encoder(EncoderShape.SMALL);
    write("tokenizer.json", UnigramTokenizer.json());
    NativeLibraries.prepare(Natives.CACHE);

    try (TextTokenizer tokenizer = TextTokenizer.open(ModelFiles.of(declared("task: embed")))) {
      assertThat(tokenizer.ids("мельница")).containsExactly(ids("<s>", "▁мельниц", "а", "</s>"));
      assertThat(tokenizer.ids("the mills"))
          .containsExactly(ids("<s>", "▁the", "▁mill", "s", "</s>"));
      assertThat(tokenizer.ids("水車")).containsExactly(ids("<s>", "▁水車", "</s>"));
      assertThat(tokenizer.ids("🙂")).contains(ids("<unk>"));
    }
  }

  @Test
  void aDecoderSaysWhatItWillKeepOfItsTexts() {
    TestModels.in(directory).sharingDecoder(DecoderShape.SMALL);
    long perToken = 2 * 2 * 2 * 16 * 4; // keys and values, layers, heads, their size, floats

    ModelFiles usual = ModelFiles.of(declared("task: generate"));
    ModelFiles declared = ModelFiles.of(declared("task: generate, slots: 9, maxLength: 100"));

    assertThat(usual.cacheBytes()).isEqualTo(4 * 512 * perToken);
    assertThat(declared.cacheBytes()).isEqualTo(9 * 100 * perToken);
  }

  @Test
  void aDecoderEndsWithAnyOfItsEndTokens() {
    TestModels.in(directory).concatenatingDecoder(DecoderShape.SMALL);

    ModelFiles files = ModelFiles.of(declared("task: generate"));

    assertThat(files.special().ends()).containsExactlyInAnyOrder(3L, 5L);
    assertThat(files.special().begin()).contains(3L);
  }

  @Test
  void aClassifierNamesItsLabelsInTheirOrder() {
    TestModels.in(directory).classifier(EncoderShape.SMALL, 12);

    List<String> labels = ModelFiles.of(declared("task: classify")).labels();

    assertThat(labels).hasSize(12).startsWith("LABEL_0", "LABEL_1", "LABEL_2").endsWith("LABEL_11");
    assertThatThrownBy(() -> ModelFiles.of(declared("task: rerank")))
        .hasMessage("task: must be classify, as config.json has 12 labels and a reranker has one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          task: rerank                    | task: must be embed, as config.json says BertModel
          task: generate                  | task: must be embed, as config.json says BertModel
          task: embed, pooling: cls       | pooling: must be mean, as 1_Pooling/config.json says
          task: embed, maxLength: 129     | maxLength: must be at most 128, as config.json has no more positions
          task: embed, normalize: false   | normalize: must be true, as modules.json ends with Normalize
          """)
  void whatContradictsAFileIsRefused(String declaration, String message) throws IOException {
    TestModels.in(directory).encoder(EncoderShape.SMALL);
    write(
        "modules.json",
        """
        [{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
         {"idx": 2, "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
        """);

    assertThatThrownBy(() -> ModelFiles.of(declared(declaration))).hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "config.json, path: must be a directory with a config.json in it",
    "tokenizer.json, path: must be a directory with a tokenizer.json in it",
    "model.onnx, path: must be a directory with a model.onnx or onnx/model.onnx in it"
  })
  void aFileThatIsMissingIsNamed(String file, String message) throws IOException {
    TestModels.in(directory).encoder(EncoderShape.SMALL);
    Files.delete(directory.resolve(file));

    assertThatThrownBy(() -> ModelFiles.of(declared("task: embed"))).hasMessage(message);
  }

  @Test
  void aBundledModelIsOfTheRightNameAndIsNotBentIntoAnother() {
    assertThat(ModelFiles.of(ModelSpec.bundled("e5-small-en")).prefixes())
        .isEqualTo(new Prefixes("query: ", "passage: "));
    assertThatThrownBy(() -> ModelFiles.of(ModelSpec.bundled("gpt-17")))
        .hasMessageContaining("provider: no bundled model has this name")
        .hasMessageContaining("bge-small-en");
  }

  private String graph(String declaration) {
    return ModelFiles.of(declared(declaration)).graph() instanceof Source.OnDisk(Path path)
        ? path.getFileName().toString()
        : "";
  }

  private ModelSpec declared(String keys) {
    String model = "provider: directory, path: '%s', %s".formatted(directory, keys);
    return HandlersFile.parse(
            "models: { house: { " + model + " } }\nhandlers: { echo: { type: echo } }")
        .models()
        .getFirst();
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(directory.resolve(name), content);
  }

  private void change(String name, java.util.function.UnaryOperator<JsonObject> change)
      throws IOException {
    JsonObject file = new JsonObject(Files.readString(directory.resolve(name)));
    write(name, change.apply(file).encode());
  }

  private static long[] ids(String... pieces) {
    return List.of(pieces).stream().mapToLong(UnigramTokenizer.PIECES::indexOf).toArray();
  }
}
