package io.millrace.inference;

import io.millrace.bus.Address;
import io.millrace.bus.BusMessage;
import java.util.List;

/** Asks each process with the role {@code worker} how its models stand; wakes none. */
public record ListModels() implements BusMessage {
  /** Where it is answered, by each process for itself. */
  public static final Address<ListModels, Listed> ADDRESS =
      new Address<>("millrace.inference.models", ListModels.class, Listed.class);

  /**
   * The answer of one process.
   *
   * @param process its name, unique among all
   */
  public record Listed(String process, List<ModelState> models) implements BusMessage {
    /** Copies the list. */
    public Listed {
      models = List.copyOf(models);
    }
  }
}
