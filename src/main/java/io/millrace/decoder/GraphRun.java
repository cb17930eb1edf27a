package io.millrace.decoder;

import ai.onnxruntime.OrtException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One way to run a graph, which decides where its keys and values lie meanwhile. Used by one thread
 * at a time; closed before the graph's session is.
 *
 * @param <T> a tensor of keys or values
 */
interface GraphRun<T> extends AutoCloseable {
  /** Zeros where keys and values lie, for as long as this is open. They are not to be read here. */
  MemorySegment allocate(long bytes) throws OrtException;

  /** Keys or values in part of what was allocated. */
  T tensor(MemorySegment memory, long[] shape) throws OrtException;

  /** Ends what {@link #tensor} or {@link #append} made. */
  void free(T tensor);

  /**
   * Answers the past with the new tokens behind it; the caller frees both.
   *
   * @param past a tensor per input of the graph's past, in its order
   */
  List<T> append(RunInputs inputs, List<T> past, Logits logits) throws OrtException;

  /** Writes the new tokens into {@code cache}, which is the past as well. */
  void extend(RunInputs inputs, List<T> cache, Logits logits) throws OrtException;

  @Override
  void close() throws OrtException;
}
