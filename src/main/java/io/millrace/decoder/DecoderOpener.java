package io.millrace.decoder;

import ai.onnxruntime.OrtException;
import io.millrace.model.Placement;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a graph and chooses how it runs.
 *
 * @param binds whether keys and values are to stay on the device, where ONNX Runtime lets them
 * @param version of ONNX Runtime's C interface
 */
record DecoderOpener(DecoderLimits limits, Placement placement, boolean binds, int version) {
  private static final Logger LOG = LoggerFactory.getLogger(DecoderOpener.class);

  /** As it suits where the model is placed: the processor needs no binding. */
  DecoderOpener(DecoderLimits limits, Placement placement) {
    this(limits, placement, placement.gpu(), OrtFunctions.VERSION);
  }

  DecoderSession open(Path file) throws IOException, OrtException {
    OrtGraph graph = OrtGraph.open(file, limits, placement);
    try {
      return session(graph, run(graph));
    } catch (OrtException | RuntimeException e) {
      graph.session().close();
      throw e;
    }
  }

  GraphRun<?> run(OrtGraph graph) {
    if (binds) {
      try {
        return BoundRun.open(graph, placement, version);
      } catch (OrtException e) {
        LOG.atWarn()
            .addKeyValue("device", placement.device().label())
            .log(
                "keys and values of a decoder are copied in each run, because ONNX Runtime does"
                    + " not let them stay on the device: {}",
                e.getMessage());
      }
    }
    return new PlainRun(graph);
  }

  private <T> DecoderSession session(OrtGraph graph, GraphRun<T> run) throws OrtException {
    try {
      return graph.sharesBuffers()
          ? new SharedBufferSession<>(graph, run, limits)
          : new AppendingSession<>(graph, run, limits);
    } catch (OrtException | RuntimeException e) {
      run.close();
      throw e;
    }
  }
}
