package io.millrace.decoder;

import io.millrace.decoder.Ending.FinishReason;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One prompt and the answer it gets; but for {@link #cancel}, of the thread that computes. */
final class Sequence implements Generation {
  private static final Logger LOGGER = LoggerFactory.getLogger(Sequence.class);

  private final int[] prompt;
  private final GenerationOptions options;
  private final GenerationListener listener;
  private final Sampler sampler;
  private final TextStream text;
  private final int lengthMax;
  private final float[] logits;
  private final long askedNanos = System.nanoTime();
  private volatile boolean cancelled;
  private int slot = -1;
  private int read;
  private int written;
  private int lastToken = -1;
  private Duration queued = Duration.ZERO;
  private long firstNanos;
  private long lastNanos;

  Sequence(
      int[] prompt,
      GenerationOptions options,
      GenerationListener listener,
      TokenBytes tokens,
      DecoderSession session) {
    this.prompt = prompt.clone();
    this.options = options;
    this.listener = listener;
    sampler = new Sampler(options.sampling(), session.vocabulary(), prompt);
    text = new TextStream(tokens, options.stops());
    lengthMax = session.lengthMax();
    logits = new float[session.vocabulary()];
  }

  @Override
  public void cancel() {
    cancelled = true;
  }

  boolean cancelled() {
    return cancelled;
  }

  /** It has {@code slot} from now on. */
  void joined(int slot) {
    this.slot = slot;
    queued = since(askedNanos);
  }

  int slot() {
    return slot;
  }

  /** The next at most {@code countMax} tokens of the prompt, which are now being read. */
  int[] nextOfPrompt(int countMax) {
    int from = read;
    read = Math.min(prompt.length, read + countMax);
    return Arrays.copyOfRange(prompt, from, read);
  }

  boolean promptIsRead() {
    return read == prompt.length;
  }

  int lastToken() {
    return lastToken;
  }

  /** {@code float[vocabulary]}: what the model says about the next token. */
  float[] logits() {
    return logits;
  }

  /** Chooses the next token and tells what it adds to the text; answers how that ends it. */
  Optional<FinishReason> write(Candidates candidates, DecoderMeters meters) {
    int token = sampler.next(logits, candidates);
    lastToken = token;
    written++;
    measure(meters);
    if (options.endTokens().contains(token)) {
      return Optional.of(FinishReason.STOP);
    }
    tell(text.append(token));
    if (text.stopped()) {
      return Optional.of(FinishReason.STOP);
    }
    boolean full = written >= options.tokensMax() || prompt.length + written >= lengthMax;
    return full ? Optional.of(FinishReason.LENGTH) : Optional.empty();
  }

  private void measure(DecoderMeters meters) {
    long now = System.nanoTime();
    if (written == 1) {
      firstNanos = now;
      meters.firstToken(Duration.ofNanos(now - askedNanos));
    } else {
      meters.nextToken(Duration.ofNanos(now - lastNanos));
    }
    lastNanos = now;
  }

  /** A listener that throws gets no more text, and its slot is freed. */
  private void tell(String delta) {
    if (delta.isEmpty() || cancelled) {
      return;
    }
    try {
      listener.text(delta);
    } catch (RuntimeException e) {
      LOGGER.atError().setCause(e).log("a listener threw; its answer ends");
      cancelled = true;
    }
  }

  void end(FinishReason reason, DecoderMeters meters) {
    if (reason != FinishReason.CANCELLED) {
      tell(text.end());
    }
    Duration total = since(askedNanos);
    Duration first = written == 0 ? total : Duration.ofNanos(firstNanos - askedNanos);
    meters.ended(reason, read, written);
    finish(() -> listener.ended(new Ending(reason, read, written, queued, first, total)));
  }

  void fail(Throwable failure, DecoderMeters meters) {
    meters.failed();
    finish(() -> listener.failed(failure));
  }

  private static void finish(Runnable last) {
    try {
      last.run();
    } catch (RuntimeException e) {
      LOGGER.atError().setCause(e).log("a listener threw at the end of its answer");
    }
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }
}
