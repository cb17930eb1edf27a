package io.millrace.inference;

import io.millrace.bus.Address;
import io.millrace.bus.BusMessage;
import java.util.List;
import java.util.Set;

/** Asks each process with the role {@code worker} how its models stand; wakes none. */
public record ListModels() implements BusMessage {
  /** Where it is answered, by each process for itself. */
  public static final Address<ListModels, Listed> ADDRESS =
      new Address<>("millrace.inference.models", ListModels.class, Listed.class);

  /**
   * The answer of one process.
   *
   * @param process its name, unique among all
   * @param removed names that it declared before and no longer does
   */
  public record Listed(String process, List<ModelState> models, Set<String> removed)
      implements BusMessage {
    /** Copies the collections. */
    public Listed {
      models = List.copyOf(models);
      removed = Set.copyOf(removed);
    }
  }
}
