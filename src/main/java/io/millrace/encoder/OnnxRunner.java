package io.millrace.encoder;

import ai.onnxruntime.OrtException;
import io.millrace.encoder.GraphSession.Input;
import io.millrace.encoder.Request.Text;
import io.millrace.model.Tokens;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * Runs batches on a session. What it reads and writes lies in direct buffers in native order, which
 * ONNX Runtime uses in place; they grow to the largest batch so far and are used again.
 */
final class OnnxRunner implements Runner {
  private final GraphSession session;
  private final Head head;
  private Input input = room(0);
  private FloatBuffer answer = floats(0);

  OnnxRunner(GraphSession session, Head head) {
    this.session = session;
    this.head = head;
  }

  private static Input room(int tokens) {
    return new Input(0, 0, longs(tokens), longs(tokens), longs(tokens), floats(tokens));
  }

  private static LongBuffer longs(int count) {
    return bytes(count * Long.BYTES).asLongBuffer();
  }

  private static FloatBuffer floats(int count) {
    return bytes(count * Float.BYTES).asFloatBuffer();
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocateDirect(count).order(ByteOrder.nativeOrder());
  }

  /** Where a row is shorter than the longest, everything is zero. */
  @Override
  public void fill(Batch batch) {
    if (input.ids().capacity() < batch.padded()) {
      input = room(batch.padded());
    }
    int answers = batch.rows() * session.width();
    if (answer.capacity() < answers) {
      answer = floats(answers);
    }
    answer.clear().limit(answers);
    Input room = input;
    input =
        new Input(
            batch.rows(),
            batch.longest(),
            room.ids().clear(),
            room.mask().clear(),
            room.types().clear(),
            room.weights().clear());
    for (Text text : batch.texts()) {
      put(text.tokens(), input);
    }
    var _ = input.ids().flip();
    var _ = input.mask().flip();
    var _ = input.types().flip();
    var _ = input.weights().flip();
  }

  private void put(Tokens tokens, Input into) {
    int count = tokens.count();
    into.ids().put(tokens.ids());
    into.types().put(tokens.types());
    for (int token = tokens.types().length; token < into.longest(); token++) {
      into.types().put(0);
    }
    for (int token = 0; token < count; token++) {
      into.mask().put(1);
      into.weights().put(weight(token, count));
    }
    for (int token = count; token < into.longest(); token++) {
      into.ids().put(0);
      into.mask().put(0);
      into.weights().put(0);
    }
  }

  private float weight(int token, int count) {
    return switch (session.pooling()) {
      case MEAN -> 1f / count;
      case CLS -> token == 0 ? 1 : 0;
      case LAST -> token == count - 1 ? 1 : 0;
    };
  }

  @Override
  public float[][] run() throws OrtException {
    session.run(input, answer);
    float[][] rows = new float[input.rows()][session.width()];
    for (int row = 0; row < rows.length; row++) {
      answer.get(row * session.width(), rows[row]);
      rows[row] = head.apply(rows[row]);
    }
    return rows;
  }
}
