package io.millrace.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries a GPU by running a model of one addition on it: that a provider is listed or accepted does
 * not say that it works. Used by one thread at a time.
 */
public final class CudaGpus implements Gpus {
  private static final Logger LOG = LoggerFactory.getLogger(CudaGpus.class);

  private static final Pattern BEFORE_REASON =
      Pattern.compile("^.*(?: with error: | : FAIL : | - message: )");
  private static final Pattern BEHIND_REASON = Pattern.compile("[ ;]*GPU=.*$");

  private final Map<Integer, Optional<String>> tried = new TreeMap<>();
  private final Map<Integer, OrtSession> alive = new TreeMap<>();

  @Override
  public Optional<String> refusal(int index) {
    return tried.computeIfAbsent(index, this::attempt);
  }

  private Optional<String> attempt(int index) {
    if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
      return Optional.of("this jar runs models on the processor only; millrace-gpu.jar uses GPUs");
    }
    try {
      OrtSession session = open(index);
      try {
        add(session);
      } catch (OrtException e) {
        session.close();
        throw e;
      }
      alive.put(index, session);
      return Optional.empty();
    } catch (OrtException e) {
      return Optional.of("cuda:%d does not work: %s".formatted(index, reason(e)));
    }
  }

  private static OrtSession open(int index) throws OrtException {
    try (var options = new OrtSession.SessionOptions()) {
      new Placement(new Device.Cuda(index), "", 0).prepare(options);
      return OrtEnvironment.getEnvironment().createSession(TinyGraph.bytes(), options);
    }
  }

  private static void add(OrtSession session) throws OrtException {
    try (var one =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(),
                FloatBuffer.wrap(new float[] {1}),
                new long[] {1});
        OrtSession.Result result = session.run(Map.of("x", one))) {
      float two = ((float[]) result.get(0).getValue())[0];
      if (two != 2) {
        throw new OrtException("one and one are " + two + " there");
      }
    }
  }

  /** What went wrong, without where in the library's source or on which host it did. */
  static String reason(OrtException failure) {
    String line = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    String said = BEFORE_REASON.matcher(line).replaceFirst("");
    return BEHIND_REASON.matcher(said).replaceFirst("");
  }

  @Override
  public void keepAlive() {
    alive.forEach((index, session) -> {
      try {
        add(session);
      } catch (OrtException e) {
        LOG.atWarn().addKeyValue("device", "cuda:" + index).log("GPU fails: {}", reason(e));
      }
    });
  }

  @Override
  public void close() {
    alive.forEach((index, session) -> {
      try {
        session.close();
      } catch (OrtException e) {
        LOG.atWarn().addKeyValue("device", "cuda:" + index).log("cannot close: {}", reason(e));
      }
    });
    alive.clear();
  }
}
