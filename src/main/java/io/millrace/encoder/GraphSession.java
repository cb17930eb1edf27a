package io.millrace.encoder;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.millrace.model.ModelFiles;
import io.millrace.model.ModelTask;
import io.millrace.model.NativeLibraries;
import io.millrace.model.Placement;
import io.millrace.model.Pooling;
import io.millrace.model.Source;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * One encoder's graph in memory. Many threads may run it, each with a runner of its own. Closing it
 * while it runs ends the JVM with a segmentation fault: {@link Encoder} lets every run end before.
 */
final class GraphSession implements AutoCloseable {
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";
  private static final byte[] SCALING_OPERATORS =
      "DynamicQuantize".getBytes(StandardCharsets.US_ASCII);
  private static final Set<String> INPUTS = Set.of(IDS, MASK, TYPES, GraphTail.WEIGHTS);

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final ModelFiles model;
  private final String output;
  private final int rank;
  private final int width;
  private final boolean scalesByRun;

  private GraphSession(
      OrtEnvironment environment,
      OrtSession session,
      ModelFiles model,
      GraphOutput output,
      boolean scalesByRun)
      throws OrtException {
    this.environment = environment;
    this.scalesByRun = scalesByRun;
    this.session = session;
    this.model = model;
    this.output = output.name();
    this.rank = output.rank();
    this.width = width(session, model, output);
  }

  /** Needs {@link NativeLibraries#prepare} to have been called. */
  static GraphSession open(ModelFiles model, Placement placement) throws IOException, OrtException {
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING, "millrace");
    byte[] graph = model.graph().bytes();
    GraphOutput made = output(model, GraphOutput.of(graph));
    boolean pools = made.rank() == 3;
    boolean asItIs = !pools && made.type() == GraphOutput.FLOAT;
    try (OrtSession.SessionOptions options = options(model)) {
      placement.prepare(options);
      byte[] whole = asItIs ? graph : GraphTail.append(graph, made, pools);
      OrtSession session = environment.createSession(whole, options);
      GraphOutput answer = asItIs ? made : new GraphOutput(GraphTail.ANSWER, 1, made.rank());
      try {
        return new GraphSession(
            environment, session, model, answer, contains(graph, SCALING_OPERATORS));
      } catch (OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    }
  }

  /** Hidden states or finished vectors of a sentence model, logits of the others. */
  private static GraphOutput output(ModelFiles model, List<GraphOutput> outputs) {
    int wanted = model.task() == ModelTask.EMBED ? 3 : 2;
    return outputs.stream()
        .filter(made -> made.rank() == wanted)
        .findFirst()
        .or(() -> outputs.stream().filter(made -> made.rank() == 2).findFirst())
        .orElseThrow(() ->
            new IllegalArgumentException(
                "%s: no output of the graph fits %s; there are %s"
                    .formatted(model.graph(), model.task().label(), outputs)));
  }

  private static OrtSession.SessionOptions options(ModelFiles model) throws OrtException {
    var options = new OrtSession.SessionOptions();
    // Lanes share the cores between texts: two one-threaded runs do more than one two-threaded.
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    options.addConfigEntry("session.inter_op.allow_spinning", "0");
    // A pattern is planned for one shape; every batch has its own.
    options.setMemoryPatternOptimization(false);
    if (model.graph() instanceof Source.OnDisk(var path)) {
      // The graph is handed over as bytes; this is where its external data lies.
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path",
          String.valueOf(path.toAbsolutePath().getParent()));
    }
    return options;
  }

  private static int width(OrtSession session, ModelFiles model, GraphOutput output)
      throws OrtException {
    for (String input : session.getInputNames()) {
      if (!INPUTS.contains(input)) {
        throw new IllegalArgumentException(
            "%s: the graph wants %s; known are %s".formatted(model.graph(), input, INPUTS));
      }
    }
    if (model.task() == ModelTask.EMBED) {
      return model.dimension();
    }
    int wanted = model.task() == ModelTask.RERANK ? 1 : model.labels().size();
    var info =
        (TensorInfo) Objects.requireNonNull(session.getOutputInfo().get(output.name())).getInfo();
    long declared = info.getShape()[info.getShape().length - 1];
    if (declared >= 0 && declared != wanted) {
      throw new IllegalArgumentException(
          "%s: the graph answers %d numbers a text; %s wants %d"
              .formatted(model.graph(), declared, model.task().label(), wanted));
    }
    return wanted;
  }

  private static boolean contains(byte[] graph, byte[] name) {
    for (int i = 0; i <= graph.length - name.length; i++) {
      if (graph[i] == name[0] && Arrays.equals(graph, i, i + name.length, name, 0, name.length)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether it quantises what it computes by the largest number of a run, as int8 graphs do: the
   * answer to a text then depends a little on what else runs with it.
   */
  boolean scalesByRun() {
    return scalesByRun;
  }

  Pooling pooling() {
    return model.pooling();
  }

  /** Numbers that it answers to one text. */
  int width() {
    return width;
  }

  /** {@code long[row][longest]} and {@code float[row][longest]}, row-major, in direct buffers. */
  record Input(
      int rows,
      int longest,
      LongBuffer ids,
      LongBuffer mask,
      LongBuffer types,
      FloatBuffer weights) {}

  /** Runs {@code input}; {@code answer float[row][width]} lies in {@code answer} then. */
  void run(Input input, FloatBuffer answer) throws OrtException {
    long[] texts = {input.rows, input.longest};
    long[] pooled = {input.rows, 1, input.longest};
    long[] answers = rank == 3 ? new long[] {input.rows, 1, width} : new long[] {input.rows, width};
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try (OnnxTensor made = OnnxTensor.createTensor(environment, answer, answers)) {
      for (String name : session.getInputNames()) {
        tensors.put(
            name,
            switch (name) {
              case IDS -> OnnxTensor.createTensor(environment, input.ids, texts);
              case MASK -> OnnxTensor.createTensor(environment, input.mask, texts);
              case TYPES -> OnnxTensor.createTensor(environment, input.types, texts);
              default -> OnnxTensor.createTensor(environment, input.weights, pooled);
            });
      }
      session.run(tensors, Map.of(output, made)).close();
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
