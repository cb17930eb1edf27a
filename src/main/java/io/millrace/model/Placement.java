package io.millrace.model;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;

/**
 * Where a model runs.
 *
 * @param device the processor or one GPU, never {@code auto}
 * @param fallback why a declared GPU is not used; empty when nothing is amiss
 * @param gpuBytesMax what a session may take of a GPU's memory; 0 means all
 */
public record Placement(Device device, String fallback, long gpuBytesMax) {
  /** On the processor, as declared. */
  public static final Placement CPU = new Placement(new Device.Cpu(), "", 0);

  /** Lets a session with these options run here; at most one caller may run a session on a GPU. */
  public void prepare(SessionOptions options) throws OrtException {
    if (device instanceof Device.Cuda(int index)) {
      try (var cuda = new OrtCUDAProviderOptions(index)) {
        cuda.add("arena_extend_strategy", "kSameAsRequested");
        cuda.add("do_copy_in_default_stream", "1");
        if (gpuBytesMax > 0) {
          cuda.add("gpu_mem_limit", Long.toString(gpuBytesMax));
        }
        options.addCUDA(cuda);
      }
    }
  }

  /** Whether it runs on a GPU. */
  public boolean gpu() {
    return device instanceof Device.Cuda;
  }
}
