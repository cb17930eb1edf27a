package io.millrace.decoder;

import java.util.BitSet;
import java.util.SplittableRandom;

/** Chooses the tokens of one sequence; its draws depend on the seed alone. */
final class Sampler {
  private final Sampling sampling;
  private final SplittableRandom random;
  private final BitSet seen = new BitSet();
  private final int[] timesWritten;

  Sampler(Sampling sampling, int vocabulary, int[] prompt) {
    this.sampling = sampling;
    random = new SplittableRandom(sampling.seed());
    timesWritten = new int[sampling.penalises() ? vocabulary : 0];
    if (sampling.penalises()) {
      for (int token : prompt) {
        seen.set(token);
      }
    }
  }

  /** The next token; changes {@code logits}. */
  int next(float[] logits, Candidates candidates) {
    if (!sampling.penalises()) {
      return choose(logits, candidates);
    }
    seen.stream().forEach(token -> logits[token] = penalised(logits[token], timesWritten[token]));
    int token = choose(logits, candidates);
    seen.set(token);
    timesWritten[token]++;
    return token;
  }

  private int choose(float[] logits, Candidates candidates) {
    return sampling.temperature() == 0
        ? Candidates.best(logits)
        : candidates.draw(logits, sampling, random.nextDouble());
  }

  private float penalised(float logit, int times) {
    double penalty = sampling.repetitionPenalty();
    double repeated = logit > 0 ? logit / penalty : logit * penalty;
    double present = times > 0 ? sampling.presencePenalty() : 0;
    return (float) (repeated - present - times * sampling.frequencyPenalty());
  }
}
