package io.millrace.model;

import java.util.List;

/**
 * A declared model, resolved: its files, and all that they and its declaration say about it.
 *
 * @param spec what was declared
 * @param version written beside what it makes; vectors of different versions do not compare
 * @param graph its ONNX file
 * @param tokenizer its tokenizer.json
 * @param weightsBytes size of the graph with its external data
 * @param cacheBytesPerToken about what a decoder keeps of each token of a text; 0 for others
 * @param tokensMax longest input, special tokens included; what is longer is cut. Of a decoder,
 *     prompt and answer together
 * @param vocabulary number of token ids
 * @param dimension size of a token's hidden state, and so of a vector
 * @param normalise whether a vector is brought to unit length
 * @param labels what a classifier tells apart, in the order of its logits
 * @param labelsCombine whether several labels may fit one text
 */
public record ModelFiles(
    ModelSpec spec,
    String version,
    Source graph,
    Source tokenizer,
    long weightsBytes,
    long cacheBytesPerToken,
    int tokensMax,
    int vocabulary,
    int dimension,
    Pooling pooling,
    boolean normalise,
    Prefixes prefixes,
    List<String> labels,
    boolean labelsCombine,
    SpecialTokens special) {
  private static final int SLOTS = 4;

  /** Copies the list. */
  public ModelFiles {
    labels = List.copyOf(labels);
  }

  /**
   * Finds the files of {@code spec} and reads the small ones; does not load the model.
   *
   * @throws IllegalArgumentException naming the key that cannot be used, and the file that says so
   */
  public static ModelFiles of(ModelSpec spec) {
    return switch (spec.provider()) {
      case BUNDLED -> BundledModels.resolve(spec);
      case DIRECTORY -> HuggingFaceDirectory.resolve(spec);
    };
  }

  /** Answers that a decoder writes at the same time. */
  public int slots() {
    return spec.slots().orElse(SLOTS);
  }

  /** About what a decoder keeps of the texts it writes; it takes this from the start. */
  public long cacheBytes() {
    return cacheBytesPerToken * slots() * tokensMax;
  }

  /** What askers call it. */
  public String name() {
    return spec.name();
  }

  /** What it does. */
  public ModelTask task() {
    return spec.task();
  }

  /** What is tokenised for {@code text}. */
  public String prompt(TextKind kind, String text) {
    return prefixes.prompt(kind, text);
  }
}
