package io.millrace.inference;

import io.millrace.model.Gpus;
import java.util.Optional;

/** A GPU that works when a test says so. */
final class FakeGpu implements Gpus {
  private volatile Optional<String> refusal = Optional.of("no GPU here");

  void work() {
    refusal = Optional.empty();
  }

  @Override
  public Optional<String> refusal(int index) {
    return refusal;
  }

  @Override
  public void keepAlive() {}

  @Override
  public void close() {}
}
