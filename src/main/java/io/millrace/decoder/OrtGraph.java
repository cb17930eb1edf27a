package io.millrace.decoder;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.google.errorprone.annotations.FormatMethod;
import io.millrace.model.Placement;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A decoder graph as ONNX Runtime has read it, and what its inputs and outputs say of it.
 *
 * @param environment the process's one environment
 * @param session runs the graph
 * @param sharesBuffers whether GroupQueryAttention writes keys and values into a given buffer
 * @param past the inputs with keys and values so far, in the graph's order
 * @param presents the outputs that continue each of them
 * @param cache element type and sizes of each of them
 * @param vocabulary number of token ids
 */
record OrtGraph(
    OrtEnvironment environment,
    OrtSession session,
    boolean sharesBuffers,
    List<String> past,
    List<String> presents,
    Cache cache,
    int vocabulary) {
  static final String IDS = "input_ids";
  static final String MASK = "attention_mask";
  static final String POSITIONS = "position_ids";
  static final String LOGITS = "logits";

  private static final String PAST = "past_key_values.";
  private static final String PRESENT = "present.";
  private static final String SHARING_OPERATOR = "GroupQueryAttention";
  private static final int SCAN_BYTES = 1 << 20;

  /**
   * One tensor of keys or values: {@code type[batch][heads][token][headSize]}.
   *
   * @param type its elements; only their size matters here
   */
  record Cache(OnnxJavaType type, int heads, int headSize) {
    long bytesPerToken() {
      return (long) heads * headSize * type.size;
    }
  }

  /** Reads {@code graph}; refuses one that is no decoder with a cache. */
  static OrtGraph open(Path graph, DecoderLimits limits, Placement placement)
      throws IOException, OrtException {
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING, "millrace");
    boolean sharing = names(graph, SHARING_OPERATOR);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(limits.threads());
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.setMemoryPatternOptimization(false); // every step has a shape of its own
      placement.prepare(options);
      OrtSession session = environment.createSession(graph.toString(), options);
      try {
        return described(environment, session, sharing);
      } catch (OrtException | IllegalArgumentException e) {
        session.close();
        throw e;
      }
    }
  }

  private static OrtGraph described(OrtEnvironment environment, OrtSession session, boolean sharing)
      throws OrtException {
    List<String> past =
        session.getInputNames().stream().filter(name -> name.startsWith(PAST)).toList();
    Set<String> known = Set.of(IDS, MASK, POSITIONS);
    for (String input : session.getInputNames()) {
      require(known.contains(input) || past.contains(input), "input %s is unknown", input);
    }
    require(!past.isEmpty(), "no input %s0.key: the graph keeps no past", PAST);
    List<String> presents = past.stream().map(input -> input.replace(PAST, PRESENT)).toList();
    for (String output : presents) {
      require(session.getOutputNames().contains(output), "no output %s", output);
    }
    require(session.getOutputNames().contains(LOGITS), "no output %s", LOGITS);
    TensorInfo cache = tensor(session.getInputInfo(), past.getFirst());
    TensorInfo logits = tensor(session.getOutputInfo(), LOGITS);
    long[] shape = cache.getShape();
    require(
        shape.length == 4 && shape[1] > 0 && shape[3] > 0,
        "%s must be [batch][heads][token][size] with fixed heads and size",
        past.getFirst());
    require(
        logits.type == OnnxJavaType.FLOAT || logits.type == OnnxJavaType.FLOAT16,
        "%s must be float or float16",
        LOGITS);
    int vocabulary = (int) logits.getShape()[2];
    require(vocabulary > 0, "the size of the vocabulary must be fixed in %s", LOGITS);
    Cache sizes = new Cache(cache.type, (int) shape[1], (int) shape[3]);
    return new OrtGraph(environment, session, sharing, past, presents, sizes, vocabulary);
  }

  private static TensorInfo tensor(Map<String, NodeInfo> nodes, String name) {
    return (TensorInfo) Objects.requireNonNull(nodes.get(name), name).getInfo();
  }

  /** The element type of the output {@link #LOGITS}. */
  OnnxJavaType logitsType() throws OrtException {
    return tensor(session.getOutputInfo(), LOGITS).type;
  }

  @FormatMethod
  private static void require(boolean holds, String rule, Object... names) {
    if (!holds) {
      throw new IllegalArgumentException("not a decoder: " + rule.formatted(names));
    }
  }

  boolean wants(String input) {
    return session.getInputNames().contains(input);
  }

  /** Whether a file holds a name; the API does not tell the operators of a graph. */
  private static boolean names(Path graph, String name) throws IOException {
    byte[] wanted = name.getBytes(StandardCharsets.US_ASCII);
    byte[] window = new byte[SCAN_BYTES];
    int kept = 0;
    try (InputStream file = Files.newInputStream(graph)) {
      for (int read = file.read(window);
          read > 0;
          read = file.read(window, kept, SCAN_BYTES - kept)) {
        int end = kept + read;
        if (new String(window, 0, end, StandardCharsets.ISO_8859_1).contains(name)) {
          return true;
        }
        kept = Math.min(end, wanted.length - 1);
        System.arraycopy(window, end - kept, window, 0, kept);
      }
      return false;
    }
  }
}
