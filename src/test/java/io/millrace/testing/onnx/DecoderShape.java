package io.millrace.testing.onnx;

/**
 * The sizes of a Llama-like decoder.
 *
 * @param vocabulary token ids it knows
 * @param heads query heads
 * @param keyHeads heads of keys and values, each shared by {@code heads / keyHeads} query heads
 * @param headSize length of a head's vector; even
 * @param layers blocks of attention and feed-forward
 * @param inner width of the feed-forward part
 * @param positions longest sequence, prompt and answer together
 */
public record DecoderShape(
    int vocabulary, int heads, int keyHeads, int headSize, int layers, int inner, int positions) {
  /** Loads and runs in milliseconds. */
  public static final DecoderShape SMALL = new DecoderShape(1024, 4, 2, 16, 2, 128, 512);

  /** Large enough that a step's matrix products outweigh its overhead: 38 million weights. */
  public static final DecoderShape BENCH = new DecoderShape(8192, 8, 4, 64, 10, 1408, 2048);

  int hidden() {
    return heads * headSize;
  }

  int keySize() {
    return keyHeads * headSize;
  }

  /** {@code float[positions][headSize / 2]}: cosines (or sines) of the rotary angles. */
  float[] rotary(boolean cosine) {
    int half = headSize / 2;
    float[] table = new float[positions * half];
    for (int position = 0; position < positions; position++) {
      for (int i = 0; i < half; i++) {
        double angle = angle(position, i);
        table[position * half + i] = (float) (cosine ? Math.cos(angle) : Math.sin(angle));
      }
    }
    return table;
  }

  double angle(int position, int i) {
    return position / Math.pow(10_000, 2.0 * i / headSize);
  }
}
