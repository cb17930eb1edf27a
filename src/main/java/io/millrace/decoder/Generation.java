package io.millrace.decoder;

/** One answer that was asked for. */
public interface Generation {
  /** Ends the answer before the next step, and frees its slot; harmless when it has ended. */
  void cancel();
}
