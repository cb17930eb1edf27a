package io.millrace.model;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Text to token ids of one model; safe for many threads at once. */
public final class TextTokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;

  private TextTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Needs {@link NativeLibraries#prepare} to have been called. */
  public static TextTokenizer open(ModelFiles model) throws IOException {
    Map<String, String> options =
        Map.of(
            "padding",
            "false",
            "truncation",
            "true",
            "modelMaxLength",
            Integer.toString(model.tokensMax()),
            "maxLength",
            Integer.toString(model.tokensMax()));
    try (InputStream file = model.tokenizer().open()) {
      return new TextTokenizer(HuggingFaceTokenizer.newInstance(file, options));
    }
  }

  /** {@code long[token]}: special tokens included, cut to the model's longest input. */
  public long[] ids(String text) {
    return tokenizer.encode(text, true, false).getIds();
  }

  /**
   * As {@link #ids(String)}, of one text in several pieces; a token never reaches over the end of a
   * piece.
   */
  public long[] ids(List<String> pieces) {
    return IntStream.range(0, pieces.size())
        .mapToObj(i -> tokenizer.encode(pieces.get(i), i == 0, false).getIds())
        .flatMapToLong(LongStream::of)
        .toArray();
  }

  /** How many tokens a text is, special tokens not included, up to the model's longest input. */
  public int count(String text) {
    return tokenizer.encode(text, false, false).getIds().length;
  }

  /** One text, cut to the model's longest input. */
  public Tokens tokens(String text) {
    return Tokens.ofOne(ids(text));
  }

  /** Two texts as one input; what is too long is taken from the longer one. */
  public Tokens pair(String first, String second) {
    Encoding pair = tokenizer.encode(first, second, true, false);
    return new Tokens(pair.getIds(), pair.getTypeIds());
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
