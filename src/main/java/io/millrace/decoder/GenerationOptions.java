package io.millrace.decoder;

import java.util.List;
import java.util.Set;

/**
 * What is asked of one answer besides its prompt.
 *
 * @param tokensMax longest answer
 * @param sampling how tokens are chosen
 * @param stops texts that end the answer and are not part of it
 * @param endTokens token ids that end the answer
 */
public record GenerationOptions(
    int tokensMax, Sampling sampling, List<String> stops, Set<Integer> endTokens) {
  /** Copies the lists and refuses what could never end or begin. */
  public GenerationOptions {
    stops = List.copyOf(stops);
    endTokens = Set.copyOf(endTokens);
    if (tokensMax < 1) {
      throw new IllegalArgumentException("tokensMax is at least 1");
    }
    if (stops.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("a stop string is not empty");
    }
  }
}
