package io.millrace.inference;

import io.millrace.bus.Address;
import io.millrace.bus.BusMessage;
import java.util.List;

/**
 * Asks a cross-encoder how well each document answers a query.
 *
 * @param model a name of the model catalogue
 * @param query what somebody looks for, not empty
 * @param documents the texts to judge, each not empty
 * @param id what {@link Cancel} calls this question; empty where nobody would take it back
 */
public record Rerank(String model, String query, List<String> documents, String id)
    implements BusMessage {
  /** Where it is answered, by processes with the role {@code worker}. */
  public static final Address<Rerank, Scores> ADDRESS =
      new Address<>("millrace.inference.rerank", Rerank.class, Scores.class);

  /** Copies the list. */
  public Rerank {
    documents = List.copyOf(documents);
  }

  /**
   * The answer.
   *
   * @param model name and version of the model that judged
   * @param values one for each document, from 0 to 1: the sigmoid of the model's one logit
   * @param tokens tokens fed to the model, special tokens included
   */
  public record Scores(String model, List<Double> values, int tokens, Timing timing)
      implements BusMessage {
    /** Copies the list. */
    public Scores {
      values = List.copyOf(values);
    }
  }
}
