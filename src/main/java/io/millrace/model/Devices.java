package io.millrace.model;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides where models run. Used by one thread at a time. */
public final class Devices implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Devices.class);

  /** A GPU that is missing is not there a moment later either. */
  private static final Duration RETRY_AFTER = Duration.ofMinutes(1);

  private final Gpus gpus;
  private final long gpuBytesMax;

  /**
   * Decides among the processor and {@code gpus}.
   *
   * @param gpuBytesMax what a model may take of a GPU's memory; 0 means all
   */
  public Devices(Gpus gpus, long gpuBytesMax) {
    this.gpus = gpus;
    this.gpuBytesMax = gpuBytesMax;
  }

  /**
   * Where {@code spec} runs; blocks while a GPU is tried for the first time.
   *
   * @throws ProblemException when it must run on a GPU and cannot, with the reason
   */
  public Placement place(ModelSpec spec) {
    return switch (spec.device()) {
      case Device.Cpu _ -> Placement.CPU;
      case Device.Cuda(int index) -> onGpu(spec, index, true);
      case Device.Auto _ -> onGpu(spec, 0, spec.requireGpu());
    };
  }

  private Placement onGpu(ModelSpec spec, int index, boolean asked) {
    Optional<String> refusal = gpus.refusal(index);
    if (refusal.isEmpty()) {
      return new Placement(new Device.Cuda(index), "", gpuBytesMax);
    }
    if (spec.requireGpu()) {
      String detail = "Model %s must run on a GPU: %s.".formatted(spec.name(), refusal.get());
      throw new ProblemException(new Problem.Unavailable("gpu", detail, RETRY_AFTER));
    }
    if (asked) {
      LOG.atWarn()
          .addKeyValue("model", spec.name())
          .log("runs on the processor instead of a GPU: {}", refusal.get());
      return new Placement(new Device.Cpu(), refusal.get(), 0);
    }
    return Placement.CPU;
  }

  /** Keeps GPUs in use awake; blocks for a moment. */
  public void keepAlive() {
    gpus.keepAlive();
  }

  @Override
  public void close() {
    gpus.close();
  }
}
