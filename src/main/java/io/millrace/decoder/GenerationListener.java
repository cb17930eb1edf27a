package io.millrace.decoder;

/**
 * Hears how one answer comes about, on the thread that computes it: calls return quickly. Either
 * {@link #ended} or {@link #failed} comes last, exactly once.
 */
public interface GenerationListener {
  /** More of the text: whole characters, never a part of a stop string. */
  void text(String delta);

  /** The answer is complete, or was cut short. */
  void ended(Ending ending);

  /** The model could not be run, or the process stops. */
  void failed(Throwable failure);
}
