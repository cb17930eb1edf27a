package io.millrace.encoder;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.millrace.model.ModelFiles;
import io.millrace.model.NativeLibraries;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * One encoder in memory. Many threads may run it, each with a lane of its own. Closing it while it
 * runs ends the JVM with a segmentation fault: whoever owns it counts its runs.
 */
public final class EncoderSession implements AutoCloseable {
  private static final String OUTPUT = "last_hidden_state";

  private final ModelFiles model;
  private final OrtEnvironment environment;
  private final OrtSession session;

  private EncoderSession(ModelFiles model, OrtEnvironment environment, OrtSession session) {
    this.model = model;
    this.environment = environment;
    this.session = session;
  }

  /** Needs {@link NativeLibraries#prepare} to have been called. */
  public static EncoderSession open(ModelFiles model) throws IOException, OrtException {
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING, "millrace");
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      // Lanes share the cores between texts: two one-threaded runs do more than one two-threaded.
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.addConfigEntry("session.inter_op.allow_spinning", "0");
      // A pattern is planned for one shape; every text has its own.
      options.setMemoryPatternOptimization(false);
      return new EncoderSession(
          model, environment, environment.createSession(model.graph().bytes(), options));
    }
  }

  /**
   * The vector of one text: {@code float[dimension]} of unit length. Texts run alone, so a vector
   * does not depend on what else was asked at the time: the int8 graph scales its activations by
   * the largest one of a whole batch.
   */
  public float[] embed(long[] ids, Lane lane) throws OrtException {
    check(ids);
    long[] shape = {1, ids.length};
    long[] hiddenShape = {1, ids.length, model.dimension()};
    FloatBuffer hidden = lane.hidden(ids.length);
    try (OnnxTensor text = OnnxTensor.createTensor(environment, lane.ids(ids), shape);
        OnnxTensor mask = OnnxTensor.createTensor(environment, lane.mask(ids.length), shape);
        OnnxTensor types = OnnxTensor.createTensor(environment, lane.types(ids.length), shape);
        OnnxTensor answer = OnnxTensor.createTensor(environment, hidden, hiddenShape);
        OrtSession.Result _ =
            session.run(
                Map.of("input_ids", text, "attention_mask", mask, "token_type_ids", types),
                Map.of(OUTPUT, answer))) {
      float[] first = new float[model.dimension()];
      hidden.get(0, first);
      return unit(first);
    }
  }

  /** An id outside the vocabulary is an error on the CPU and undefined on other devices. */
  private void check(long[] ids) {
    if (ids.length == 0 || ids.length > model.tokensMax()) {
      throw new IllegalArgumentException("a text of " + ids.length + " tokens");
    }
    for (long id : ids) {
      if (id < 0 || id >= model.vocabulary()) {
        throw new IllegalArgumentException("token id " + id + " is outside the vocabulary");
      }
    }
  }

  private static float[] unit(float[] vector) {
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    double length = Math.sqrt(squares);
    if (!(length > 0) || Double.isInfinite(length)) {
      throw new IllegalStateException("the model answered a vector of length " + length);
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / length);
    }
    return vector;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
