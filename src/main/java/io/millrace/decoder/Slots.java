package io.millrace.decoder;

import ai.onnxruntime.OrtException;
import io.millrace.decoder.Ending.FinishReason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The sequences that are being written, each in a slot of one session: continuous batching. Any may
 * join or leave between two steps. Of one thread.
 */
final class Slots {
  private final DecoderSession session;
  private final int promptChunk;
  private final DecoderMeters meters;
  private final Candidates candidates;
  private final SortedMap<Integer, Sequence> bySlot = new TreeMap<>();
  private final Deque<Sequence> reading = new ArrayDeque<>();

  Slots(DecoderSession session, int promptChunk, DecoderMeters meters) {
    this.session = session;
    this.promptChunk = promptChunk;
    this.meters = meters;
    candidates = new Candidates(session.vocabulary());
  }

  int busy() {
    return bySlot.size();
  }

  boolean hasRoom() {
    return bySlot.size() < session.slots();
  }

  /** Gives {@code sequence} the lowest free slot, so that the busy ones lie close together. */
  void join(Sequence sequence) {
    int slot = 0;
    while (bySlot.containsKey(slot)) {
      slot++;
    }
    session.clear(slot);
    bySlot.put(slot, sequence);
    reading.add(sequence);
    sequence.joined(slot);
  }

  /** Reads a portion of prompts, then writes one token for each sequence whose prompt is read. */
  void step() {
    readPrompts();
    advance();
  }

  /** Cuts short those that are meant; their slots are free at once. */
  void leave(Predicate<Sequence> meant) {
    bySlot.values().stream()
        .filter(meant)
        .toList()
        .forEach(sequence -> leave(sequence, FinishReason.CANCELLED));
  }

  private void leave(Sequence sequence, FinishReason reason) {
    remove(sequence);
    sequence.end(reason, meters);
  }

  private void fail(Sequence sequence, Exception failure) {
    remove(sequence);
    sequence.fail(failure, meters);
  }

  private void remove(Sequence sequence) {
    boolean _ = reading.remove(sequence);
    session.clear(sequence.slot());
    var _ = bySlot.remove(sequence.slot());
  }

  /** At most a chunk in all, in turns, so that neither a long prompt nor many make others wait. */
  private void readPrompts() {
    int left = promptChunk;
    while (left > 0 && !reading.isEmpty()) {
      Sequence sequence = reading.remove();
      int[] tokens = sequence.nextOfPrompt(left);
      left -= tokens.length;
      try {
        session.append(sequence.slot(), tokens, sequence.logits());
      } catch (OrtException | RuntimeException e) {
        fail(sequence, e);
        continue;
      }
      if (sequence.promptIsRead()) {
        write(sequence);
      } else {
        reading.add(sequence);
      }
    }
  }

  private void advance() {
    List<Sequence> writing =
        bySlot.values().stream().filter(sequence -> !reading.contains(sequence)).toList();
    if (writing.isEmpty()) {
      return;
    }
    int[] slots = writing.stream().mapToInt(Sequence::slot).toArray();
    int[] tokens = writing.stream().mapToInt(Sequence::lastToken).toArray();
    float[][] logits = writing.stream().map(Sequence::logits).toArray(float[][]::new);
    try {
      session.advance(slots, tokens, logits);
    } catch (OrtException | RuntimeException e) {
      writing.forEach(sequence -> fail(sequence, e));
      return;
    }
    meters.step(slots.length);
    writing.forEach(this::write);
  }

  private void write(Sequence sequence) {
    try {
      sequence.write(candidates, meters).ifPresent(reason -> leave(sequence, reason));
    } catch (RuntimeException e) {
      fail(sequence, e);
    }
  }
}
