package io.millrace.inference;

import io.millrace.bus.Address;
import io.millrace.bus.BusMessage;
import java.util.List;
import java.util.UUID;

/**
 * Asks a cross-encoder how well each document answers a query.
 *
 * @param model a name of the model catalogue
 * @param query what somebody looks for, not empty
 * @param documents the texts to judge, each not empty
 * @param id what {@link Cancel} calls this question; empty where nobody would take it back
 */
public record Rerank(String model, String query, List<String> documents, String id)
    implements ModelQuestion<Rerank.Scores> {
  /** Copies the list. */
  public Rerank {
    documents = List.copyOf(documents);
  }

  /** Asks under an id of its own. */
  public Rerank(String model, String query, List<String> documents) {
    this(model, query, documents, UUID.randomUUID().toString());
  }

  /** Where {@code model} is asked this. */
  public static Address<Rerank, Scores> at(String model) {
    return new Address<>(ModelQuestion.address(model), Rerank.class, Scores.class);
  }

  @Override
  public Class<Scores> answerType() {
    return Scores.class;
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
