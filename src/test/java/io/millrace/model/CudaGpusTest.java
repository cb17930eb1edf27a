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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Error code - ORT_FAIL - message: /src/bridge.cc:1988 Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library /data/libcuda.so with error: libcublasLt.so.12: cannot open shared object file: No such file or directory | libcublasLt.so.12: cannot open shared object file: No such file or directory
          Error code - ORT_EP_FAIL - message: CUDA failure 100: no CUDA-capable device is detected ; GPU=-1 ; hostname=house ; file=/src/cuda.cc | CUDA failure 100: no CUDA-capable device is detected
          one and one are 3 there | one and one are 3 there
          """)
  void aReasonIsWhatWentWrongWithoutWhere(String said, String reason) {
    assertThat(CudaGpus.reason(new OrtException(said))).isEqualTo(reason);
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
