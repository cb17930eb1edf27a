package io.millrace.decoder;

import ai.onnxruntime.OrtException;
import io.millrace.model.Placement;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One decoder graph in memory, with the keys and values of one sequence per slot. Used by one
 * thread at a time, and closed by the one that runs it: closing a running session ends the JVM.
 */
public interface DecoderSession extends AutoCloseable {
  /** How many sequences it holds. */
  int slots();

  /** Longest sequence of a slot, in tokens. */
  int lengthMax();

  /** Number of token ids. */
  int vocabulary();

  /** About what it takes of memory besides the weights, when its slots are full. */
  long bufferBytes();

  /** Begins a new sequence in {@code slot}. */
  void clear(int slot);

  /**
   * Appends tokens to a slot's sequence.
   *
   * @param logits {@code float[vocabulary]}: what follows the last of them is written here
   */
  void append(int slot, int[] tokens, float[] logits) throws OrtException;

  /**
   * Appends one token to each of several slots, in one run.
   *
   * @param slots in rising order
   * @param logits {@code float[row][vocabulary]}, a row per slot
   */
  void advance(int[] slots, int[] tokens, float[][] logits) throws OrtException;

  @Override
  void close() throws OrtException;

  /**
   * Opens {@code graph} with as many slots as it allows: one where the graph appends to the past,
   * {@link DecoderLimits#slots} where GroupQueryAttention keeps it in a buffer. On a GPU keys and
   * values stay in its memory. {@link io.millrace.model.NativeLibraries#prepare} must have been
   * called.
   */
  static DecoderSession open(Path graph, DecoderLimits limits, Placement placement)
      throws IOException, OrtException {
    return new DecoderOpener(limits, placement).open(graph);
  }
}
