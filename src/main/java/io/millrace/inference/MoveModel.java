package io.millrace.inference;

import io.millrace.bus.Address;
import io.millrace.bus.BusMessage;

/**
 * Asks each process with the role {@code worker} to bring a model into memory or out of it. A model
 * that is out comes back with its next question.
 *
 * @param model a name of the model catalogue; a process that does not declare it does nothing
 */
public record MoveModel(String model, Where to) implements BusMessage {
  /** Where it is answered, by each process for itself, once the model is there. */
  public static final Address<MoveModel, ListModels.Listed> ADDRESS =
      new Address<>("millrace.inference.move", MoveModel.class, ListModels.Listed.class);

  /** Whether a model is to be in memory. */
  public enum Where {
    /** In memory. */
    IN,
    /** Not in memory; what is asked already is answered before. */
    OUT
  }
}
