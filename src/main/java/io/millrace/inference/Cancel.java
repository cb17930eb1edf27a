package io.millrace.inference;

import io.millrace.bus.Address;
import io.millrace.bus.BusMessage;

/**
 * Takes a question back whose asker is gone: what of it has not begun to run never will. It is told
 * to every process; one that has no such question does nothing.
 *
 * @param id the id of the question
 */
public record Cancel(String id) implements BusMessage {
  /** Where processes with the role {@code worker} hear of it. */
  public static final Address<Cancel, Cancel> ADDRESS =
      new Address<>("millrace.inference.cancel", Cancel.class, Cancel.class);
}
