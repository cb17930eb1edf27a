package io.millrace.inference;

import io.millrace.bus.BusMessage;
import java.util.List;

/**
 * Asks how many tokens of a model texts are, for cutting what it reads to a size it takes.
 *
 * @param model a name of the model catalogue
 * @param texts the texts, each not empty
 */
public record CountTokens(String model, List<String> texts)
    implements ModelQuestion<CountTokens.Counts> {
  /** Copies the list. */
  public CountTokens {
    texts = List.copyOf(texts);
  }

  @Override
  public Class<Counts> answerType() {
    return Counts.class;
  }

  /**
   * The answer.
   *
   * @param tokensMax what the model reads of one text, special tokens included
   * @param tokens of each text, special tokens not included; at most {@code tokensMax}
   */
  public record Counts(int tokensMax, List<Integer> tokens) implements BusMessage {
    /** Copies the list. */
    public Counts {
      tokens = List.copyOf(tokens);
    }
  }
}
