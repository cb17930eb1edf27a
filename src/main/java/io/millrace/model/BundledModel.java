package io.millrace.model;

import java.util.List;
import java.util.Optional;

/**
 * A model whose files lie in the jar. Its graph has the inputs {@code input_ids}, {@code
 * attention_mask} and {@code token_type_ids} and the output {@code last_hidden_state}; the first
 * token's row of it, brought to unit length, is the text's vector.
 *
 * @param name what declarations and askers call it
 * @param version written beside every vector it makes; vectors of different versions do not compare
 * @param graph resource name of the ONNX file
 * @param tokenizer resource name of its tokenizer.json
 * @param tokensMax longest input, special tokens included; what is longer is cut
 * @param vocabulary number of token ids
 * @param dimension length of a vector
 * @param queryPrefix what the model was trained to see before a query, but not before a passage
 */
public record BundledModel(
    String name,
    String version,
    String graph,
    String tokenizer,
    int tokensMax,
    int vocabulary,
    int dimension,
    String queryPrefix) {
  private static final List<BundledModel> ALL =
      List.of(
          new BundledModel(
              "bge-small-en",
              "bge-small-en-v1.5-q",
              "/bge-small-en-v1.5-q.onnx",
              "/bge-small-en-v1.5-q-tokenizer.json",
              512,
              30_522,
              384,
              "Represent this sentence for searching relevant passages: "));

  public static Optional<BundledModel> named(String name) {
    return ALL.stream().filter(model -> model.name.equals(name)).findFirst();
  }

  public static List<String> names() {
    return ALL.stream().map(BundledModel::name).toList();
  }

  /** What is tokenised for {@code text}. */
  public String prompt(TextKind kind, String text) {
    return switch (kind) {
      case QUERY -> queryPrefix + text;
      case PASSAGE -> text;
    };
  }
}
