package io.millrace.model;

import java.util.Optional;

/** The GPUs of this machine, as far as models can run there. */
public interface Gpus extends AutoCloseable {
  /** Why no model can run on this GPU; empty when one did. Blocks; the first look takes long. */
  Optional<String> refusal(int index);

  /**
   * Runs something small on each GPU that a model was placed on, so that it does not fall asleep.
   */
  void keepAlive();

  @Override
  void close();
}
