package io.millrace.document;

import io.millrace.document.Generations.Counted;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tells what becomes of the generations of the index, so that nobody has to ask again and again.
 */
public interface GenerationNews {
  /**
   * Calls {@code listener} with all generations, by id: soon, after one is begun, switched to,
   * dropped or gone, and again and again while one makes progress. On any thread.
   */
  Following follow(Consumer<List<Counted>> listener);

  /** Somebody who is told; closing it twice is fine. */
  interface Following extends AutoCloseable {
    @Override
    void close();
  }
}
