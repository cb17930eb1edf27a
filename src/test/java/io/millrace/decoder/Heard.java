package io.millrace.decoder;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Listens to one answer and keeps what it hears. */
class Heard implements GenerationListener {
  private final List<String> deltas = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Ending> ending = new CompletableFuture<>();

  @Override
  public void text(String delta) {
    deltas.add(delta);
  }

  @Override
  public void ended(Ending how) {
    if (!ending.complete(how)) {
      throw new IllegalStateException("ended twice");
    }
  }

  @Override
  public void failed(Throwable failure) {
    if (!ending.completeExceptionally(failure)) {
      throw new IllegalStateException("ended twice");
    }
  }

  /** Waits for the end. */
  Ending ending() throws Exception {
    return ending.get(30, TimeUnit.SECONDS);
  }

  String textSoFar() {
    return String.join("", deltas);
  }

  List<String> deltas() {
    return List.copyOf(deltas);
  }
}
