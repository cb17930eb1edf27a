package io.millrace.inference;

import io.millrace.bus.Address;
import io.millrace.bus.BusMessage;
import io.millrace.model.TextKind;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Asks for vectors of texts.
 *
 * @param model a name of the model catalogue
 * @param texts the texts, each not empty
 * @param textKind decides which prefix the model wants in front
 * @param dimensions how many leading components of each vector are wanted, brought to unit length
 *     again; 0 means all
 * @param id what {@link Cancel} calls this question; empty where nobody would take it back
 */
public record Embed(String model, List<String> texts, TextKind textKind, int dimensions, String id)
    implements ModelQuestion<Embed.Vectors> {
  /** Copies the list. */
  public Embed {
    texts = List.copyOf(texts);
  }

  /** Where {@code model} is asked this. */
  public static Address<Embed, Vectors> at(String model) {
    return new Address<>(ModelQuestion.address(model), Embed.class, Vectors.class);
  }

  @Override
  public Class<Vectors> answerType() {
    return Vectors.class;
  }

  /** Asks for whole vectors. */
  public Embed(String model, List<String> texts, TextKind kind) {
    this(model, texts, kind, 0, UUID.randomUUID().toString());
  }

  /**
   * The answer.
   *
   * @param model name and version of the model that made them, such as {@code bge-small-en-v1.5-q}
   * @param rows {@code float[text][dimension]}, each row of unit length; treated as immutable
   * @param tokens tokens fed to the model, special tokens included
   */
  public record Vectors(String model, List<float[]> rows, int tokens, Timing timing)
      implements BusMessage {
    /** Copies the list, not the rows. */
    public Vectors {
      rows = List.copyOf(rows);
    }

    /** The leading components of each row, of unit length again; all for 0. */
    Vectors cut(int dimensions) {
      if (dimensions == 0 || rows.isEmpty() || rows.getFirst().length == dimensions) {
        return this;
      }
      return new Vectors(
          model,
          rows.stream().map(row -> unit(Arrays.copyOf(row, dimensions))).toList(),
          tokens,
          timing);
    }

    private static float[] unit(float[] row) {
      double squares = 0;
      for (float x : row) {
        squares += (double) x * x;
      }
      // A row that is zero in its leading components has no direction to keep.
      float length = squares > 0 ? (float) Math.sqrt(squares) : 1;
      for (int i = 0; i < row.length; i++) {
        row[i] /= length;
      }
      return row;
    }

    /** Vectors of which nobody took the time. */
    public Vectors(String model, List<float[]> rows, int tokens) {
      this(model, rows, tokens, Timing.NONE);
    }
  }
}
