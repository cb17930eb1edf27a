package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.testing.Natives;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CudaGpusTest {
  @BeforeAll
  static void prepare() {
    NativeLibraries.prepare(Natives.CACHE);
  }

  @Test
  void theModelThatTriesAGpuAddsOnTheProcessor() throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();

    try (var options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(TinyGraph.bytes(), options);
        var x =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(new float[] {21}), new long[] {1});
        OrtSession.Result result = session.run(Map.of("x", x))) {
      assertThat((float[]) result.get(0).getValue()).containsExactly(42);
    }
  }

  @Test
  void aGpuThatIsNotThereIsRefusedWithAReasonAndTriedOnce() {
    try (var gpus = new CudaGpus()) {
      Optional<String> reason = gpus.refusal(99);

      assertThat(reason).isPresent();
      assertThat(gpus.refusal(99)).isSameAs(reason);
      gpus.keepAlive();
    }
  }

  @Test
  void aGpuThatIsThereRunsAModelAndStaysAwake() {
    try (var gpus = new CudaGpus()) {
      Optional<String> refusal = gpus.refusal(0);
      assumeTrue(refusal.isEmpty(), () -> "no GPU to test on: " + refusal.orElse(""));

      gpus.keepAlive();

      assertThat(gpus.refusal(0)).isEmpty();
    }
  }
}
