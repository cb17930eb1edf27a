package io.millrace.inference;

import io.millrace.bus.BusMessage;

/**
 * What may be asked of a model. Each process with the role {@code worker} answers for the models it
 * declares, at an address of each; {@link ModelClient} asks.
 */
public sealed interface ModelQuestion<R extends BusMessage> extends BusMessage
    permits Classify, CountTokens, Embed, Generate, Rerank {
  /** A name of the model catalogue. */
  String model();

  /** What {@link Cancel} calls this question; empty where nobody would take it back. */
  default String id() {
    return "";
  }

  /** The type of its answer. */
  Class<R> answerType();

  /** Where all questions to {@code model} go. */
  static String address(String model) {
    return "millrace.inference.model/" + model;
  }
}
