package io.millrace.inference;

import io.millrace.bus.Address;
import io.millrace.bus.BusMessage;
import io.millrace.model.TextKind;
import java.util.List;

/**
 * Asks for vectors of texts.
 *
 * @param model a name of the model catalogue
 * @param texts the texts, each not empty
 * @param kind decides which prefix the model wants in front
 */
public record Embed(String model, List<String> texts, TextKind kind) implements BusMessage {
  /** Where it is answered, by processes with the role {@code worker}. */
  public static final Address<Embed, Vectors> ADDRESS =
      new Address<>("millrace.inference.embed", Embed.class, Vectors.class);

  /** Copies the list. */
  public Embed {
    texts = List.copyOf(texts);
  }

  /**
   * The answer.
   *
   * @param model name and version of the model that made them, such as {@code bge-small-en-v1.5-q}
   * @param rows {@code float[text][dimension]}, each row of unit length; treated as immutable
   * @param tokens tokens fed to the model, special tokens included
   */
  public record Vectors(String model, List<float[]> rows, int tokens) implements BusMessage {
    /** Copies the list, not the rows. */
    public Vectors {
      rows = List.copyOf(rows);
    }
  }
}
