package io.millrace.decoder;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/** A decoder that counts: after token n comes n + 1. Each joint step waits for a permit. */
final class CountingSession implements DecoderSession {
  static final int VOCABULARY = 64;

  /** A step for each permit. */
  final Semaphore permits = new Semaphore(0);

  /** The slots of each joint step so far. */
  final List<List<Integer>> steps = new CopyOnWriteArrayList<>();

  /** How many tokens each portion of a prompt had. */
  final List<Integer> portions = new CopyOnWriteArrayList<>();

  private final int slots;
  private final int lengthMax;
  private volatile boolean broken;
  private volatile boolean closed;

  CountingSession(int slots, int lengthMax) {
    this.slots = slots;
    this.lengthMax = lengthMax;
  }

  /** Never waits. */
  void free() {
    permits.release(Integer.MAX_VALUE / 2);
  }

  void breakDown(boolean now) {
    broken = now;
  }

  boolean closed() {
    return closed;
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public int lengthMax() {
    return lengthMax;
  }

  @Override
  public int vocabulary() {
    return VOCABULARY;
  }

  @Override
  public long bufferBytes() {
    return 0;
  }

  @Override
  public void clear(int slot) {}

  @Override
  public void append(int slot, int[] tokens, float[] logits) {
    portions.add(tokens.length);
    say(tokens[tokens.length - 1] + 1, logits);
  }

  @Override
  public void advance(int[] rows, int[] tokens, float[][] logits) throws OrtException {
    permits.acquireUninterruptibly();
    if (broken) {
      throw new OrtException("broken");
    }
    steps.add(new ArrayList<>(Arrays.stream(rows).boxed().toList()));
    for (int i = 0; i < rows.length; i++) {
      say(tokens[i] + 1, logits[i]);
    }
  }

  private static void say(int token, float[] logits) {
    Arrays.fill(logits, 0);
    logits[token % VOCABULARY] = 1;
  }

  @Override
  public void close() {
    closed = true;
  }
}
