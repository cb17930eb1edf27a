package io.millrace.testing.onnx;

/**
 * The sizes of a BERT-like encoder.
 *
 * @param vocabulary token ids it knows
 * @param hidden length of a token's vector
 * @param heads attention heads; they divide {@code hidden}
 * @param layers blocks of attention and feed-forward
 * @param inner width of the feed-forward part
 * @param positions longest input in tokens
 */
public record EncoderShape(
    int vocabulary, int hidden, int heads, int layers, int inner, int positions) {
  /** Loads and runs in milliseconds. */
  public static final EncoderShape SMALL = new EncoderShape(1024, 32, 4, 2, 64, 128);

  /** As all-MiniLM-L6: 22 million weights, 90 MB. */
  public static final EncoderShape MINILM = new EncoderShape(30_522, 384, 12, 6, 1536, 512);

  int headSize() {
    return hidden / heads;
  }
}
