package io.millrace.testing.onnx;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes models with random weights into a Hugging Face directory and answers what computes the
 * same numbers in plain Java.
 *
 * @param directory where the files go; made when missing
 * @param graph the graph's place in it, such as {@code onnx/model.onnx}
 * @param externalData whether the weights lie beside the graph
 * @param seed decides all weights
 */
public record TestModels(Path directory, String graph, boolean externalData, long seed) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** With {@code model.onnx} at the root and its weights inside. */
  public static TestModels in(Path directory) {
    return new TestModels(directory, "model.onnx", false, 7);
  }

  /** With the graph elsewhere in the directory. */
  public TestModels withGraph(String place) {
    return new TestModels(directory, place, externalData, seed);
  }

  /** With the weights in a file beside the graph. */
  public TestModels withExternalData() {
    return new TestModels(directory, graph, true, seed);
  }

  /** With other weights. */
  public TestModels withSeed(long other) {
    return new TestModels(directory, graph, externalData, other);
  }

  /**
   * {@code input_ids, attention_mask, token_type_ids -> last_hidden_state}, declared as a sentence
   * model with mean pooling.
   */
  @CanIgnoreReturnValue
  public PlainEncoder encoder(EncoderShape shape) {
    Weights weights = new Weights(seed);
    writeGraph(new EncoderGraph(shape, weights).hiddenState());
    encoderFiles(shape, "BertModel", 0);
    ObjectNode pooling =
        object()
            .put("word_embedding_dimension", shape.hidden())
            .put("pooling_mode_cls_token", false)
            .put("pooling_mode_mean_tokens", true)
            .put("pooling_mode_max_tokens", false)
            .put("pooling_mode_lasttoken", false);
    write("1_Pooling/config.json", pooling);
    write("sentence_bert_config.json", object().put("max_seq_length", shape.positions()));
    return new PlainEncoder(shape, weights, 0);
  }

  /**
   * {@code input_ids, attention_mask -> last_hidden_state} with a SentencePiece tokenizer, as
   * multilingual sentence models have it.
   */
  @CanIgnoreReturnValue
  public PlainEncoder multilingualEncoder(EncoderShape shape) {
    PlainEncoder plain = encoder(shape);
    writeGraph(new EncoderGraph(shape, new Weights(seed), false).hiddenState());
    write("tokenizer.json", parsed(UnigramTokenizer.json()));
    write(
        "tokenizer_config.json",
        object()
            .put("tokenizer_class", "XLMRobertaTokenizer")
            .put("model_max_length", shape.positions())
            .put("pad_token", "<pad>")
            .put("cls_token", "<s>")
            .put("sep_token", "</s>"));
    return plain;
  }

  /**
   * {@code input_ids, attention_mask, token_type_ids -> logits[batch][labels]}: a cross-encoder
   * with one label, a classifier with more.
   */
  @CanIgnoreReturnValue
  public PlainEncoder classifier(EncoderShape shape, int labels) {
    Weights weights = new Weights(seed);
    writeGraph(new EncoderGraph(shape, weights).logits(labels));
    encoderFiles(shape, "BertForSequenceClassification", labels);
    return new PlainEncoder(shape, weights, labels);
  }

  /**
   * As Optimum exports a decoder: {@code input_ids, attention_mask, position_ids, past_key_values.N
   * -> logits, present.N}; the graph appends to the past.
   */
  @CanIgnoreReturnValue
  public PlainDecoder concatenatingDecoder(DecoderShape shape) {
    Weights weights = new Weights(seed);
    writeGraph(DecoderGraph.concatenating(shape, weights));
    return decoderFiles(shape, weights);
  }

  /**
   * As onnxruntime-genai builds a decoder: {@code input_ids, attention_mask, past_key_values.N ->
   * logits, present.N}; GroupQueryAttention writes into a buffer that past and present share. With
   * the same seed and shape it is the same model as {@link #concatenatingDecoder}.
   */
  @CanIgnoreReturnValue
  public PlainDecoder sharingDecoder(DecoderShape shape) {
    Weights weights = new Weights(seed);
    writeGraph(DecoderGraph.sharing(shape, weights));
    return decoderFiles(shape, weights);
  }

  /**
   * {@link #sharingDecoder} with keys and values in 16-bit floats, as models for GPUs have them.
   */
  public void sharingHalfDecoder(DecoderShape shape) {
    Weights weights = new Weights(seed);
    writeGraph(DecoderGraph.sharingHalf(shape, weights));
    var _ = decoderFiles(shape, weights);
  }

  private void encoderFiles(EncoderShape shape, String architecture, int labels) {
    ObjectNode config =
        object()
            .put("model_type", "bert")
            .put("vocab_size", shape.vocabulary())
            .put("hidden_size", shape.hidden())
            .put("num_attention_heads", shape.heads())
            .put("num_hidden_layers", shape.layers())
            .put("intermediate_size", shape.inner())
            .put("max_position_embeddings", shape.positions())
            .put("type_vocab_size", 2)
            .put("layer_norm_eps", EncoderGraph.EPSILON)
            .put("hidden_act", "gelu")
            .put("pad_token_id", 0);
    config.putArray("architectures").add(architecture);
    if (labels > 0) {
      ObjectNode names = config.putObject("id2label");
      for (int label = 0; label < labels; label++) {
        names.put(Integer.toString(label), "LABEL_" + label);
      }
    }
    write("config.json", config);
    write("tokenizer.json", TestTokenizer.ofEncoder());
    write(
        "tokenizer_config.json",
        object()
            .put("model_max_length", shape.positions())
            .put("pad_token", "[PAD]")
            .put("cls_token", "[CLS]")
            .put("sep_token", "[SEP]"));
  }

  private PlainDecoder decoderFiles(DecoderShape shape, Weights weights) {
    int end = TestTokenizer.SPECIAL.indexOf("<|endoftext|>");
    int endOfMessage = TestTokenizer.SPECIAL.indexOf("<|im_end|>");
    ObjectNode config =
        object()
            .put("model_type", "llama")
            .put("vocab_size", shape.vocabulary())
            .put("hidden_size", shape.hidden())
            .put("num_attention_heads", shape.heads())
            .put("num_key_value_heads", shape.keyHeads())
            .put("head_dim", shape.headSize())
            .put("num_hidden_layers", shape.layers())
            .put("intermediate_size", shape.inner())
            .put("max_position_embeddings", shape.positions())
            .put("rms_norm_eps", DecoderGraph.EPSILON)
            .put("bos_token_id", end)
            .put("eos_token_id", end);
    config.putArray("architectures").add("LlamaForCausalLM");
    write("config.json", config);
    ObjectNode generation = object().put("bos_token_id", end).put("pad_token_id", 0);
    generation.putArray("eos_token_id").add(endOfMessage).add(end);
    write("generation_config.json", generation);
    write("tokenizer.json", TestTokenizer.ofDecoder());
    write(
        "tokenizer_config.json",
        object()
            .put("model_max_length", shape.positions())
            .put("eos_token", "<|im_end|>")
            .put(
                "chat_template",
                "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' +"
                    + " message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
                    + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"));
    return new PlainDecoder(shape, weights);
  }

  private static ObjectNode parsed(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode object() {
    return JSON.createObjectNode();
  }

  private void writeGraph(Onnx model) {
    try {
      Path file = place(graph);
      if (externalData) {
        model.writeWithExternalData(file);
      } else {
        Files.write(file, model.toBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String name, ObjectNode content) {
    try {
      JSON.writerWithDefaultPrettyPrinter().writeValue(place(name).toFile(), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path place(String name) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return file;
  }
}
