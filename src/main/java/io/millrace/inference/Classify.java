package io.millrace.inference;

import io.millrace.bus.Address;
import io.millrace.bus.BusMessage;
import java.util.List;

/**
 * Asks a classifier which of its labels fit texts.
 *
 * @param model a name of the model catalogue
 * @param texts the texts, each not empty
 * @param id what {@link Cancel} calls this question; empty where nobody would take it back
 */
public record Classify(String model, List<String> texts, String id)
    implements ModelQuestion<Classify.Labelled> {
  /** Copies the list. */
  public Classify {
    texts = List.copyOf(texts);
  }

  /** Where {@code model} is asked this. */
  public static Address<Classify, Labelled> at(String model) {
    return new Address<>(ModelQuestion.address(model), Classify.class, Labelled.class);
  }

  @Override
  public Class<Labelled> answerType() {
    return Labelled.class;
  }

  /**
   * The answer.
   *
   * @param model name and version of the model that judged
   * @param labels what it tells apart
   * @param rows {@code float[text][label]}: a number from 0 to 1 each; they sum to 1 where one
   *     label excludes the others; treated as immutable
   * @param tokens tokens fed to the model, special tokens included
   */
  public record Labelled(
      String model, List<String> labels, List<float[]> rows, int tokens, Timing timing)
      implements BusMessage {
    /** Copies the lists, not the rows. */
    public Labelled {
      labels = List.copyOf(labels);
      rows = List.copyOf(rows);
    }
  }
}
