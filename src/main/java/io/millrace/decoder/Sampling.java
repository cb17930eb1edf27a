package io.millrace.decoder;

/**
 * How the next token is chosen from what the model says. Penalties come first, then the
 * temperature, then the cuts in the order top-k, top-p, min-p.
 *
 * @param temperature 0 takes the most likely token always; 1 leaves the model's shares as they are
 * @param topK keeps this many of the likeliest tokens; 0 keeps all
 * @param topP keeps the likeliest tokens that together reach this share; 1 keeps all
 * @param minP keeps tokens at least this share as likely as the likeliest; 0 keeps all
 * @param repetitionPenalty divides (or multiplies, below zero) the logits of tokens of the prompt
 *     and the answer; 1 changes nothing
 * @param presencePenalty taken from the logits of tokens of the answer
 * @param frequencyPenalty taken from them once for each time they occur in the answer
 * @param seed decides every draw: the same request with the same seed gives the same text
 */
public record Sampling(
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    double presencePenalty,
    double frequencyPenalty,
    long seed) {
  /** The most likely token always. */
  public static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 1, 0, 0, 0);

  /** Refuses what has no meaning. */
  public Sampling {
    require(temperature >= 0 && temperature <= 100, "temperature is between 0 and 100");
    require(topK >= 0, "topK is 0 or more");
    require(topP > 0 && topP <= 1, "topP is above 0 and at most 1");
    require(minP >= 0 && minP <= 1, "minP is between 0 and 1");
    require(repetitionPenalty > 0 && repetitionPenalty <= 10, "repetitionPenalty is in (0, 10]");
    require(Math.abs(presencePenalty) <= 10, "presencePenalty is between -10 and 10");
    require(Math.abs(frequencyPenalty) <= 10, "frequencyPenalty is between -10 and 10");
  }

  /** Draws from the model's shares as they are. */
  public static Sampling drawing(long seed) {
    return new Sampling(1, 0, 1, 0, 1, 0, 0, seed);
  }

  boolean penalises() {
    return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
