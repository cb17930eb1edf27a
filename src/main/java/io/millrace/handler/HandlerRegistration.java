package io.millrace.handler;

import io.vertx.core.Future;
import java.util.List;

/** How a worker makes known which handlers it runs. */
public interface HandlerRegistration {
  /**
   * Announces that this worker runs {@code offers} and nothing else, and keeps saying so until
   * {@link #unregister()}. Fails with a {@link DeclarationException} that says what differs when
   * another live worker runs a handler of the same name and version under another declaration; what
   * was announced before then stands.
   */
  Future<Void> register(List<Offer> offers);

  /** Whether a live worker runs a higher version of this handler: then this one drains. */
  boolean isSuperseded(HandlerDeclaration declaration);

  /** Whether somebody paused the handler of this name. */
  boolean isPaused(String name);

  /** Takes everything back; twice, or before anything was announced, is fine. */
  Future<Void> unregister();

  /** A handler that a worker runs, with the schema of its input. */
  record Offer(HandlerDeclaration declaration, String inputSchema) {}
}
