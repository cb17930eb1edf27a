package io.millrace.document;

import io.millrace.document.Chunker.Chunk;
import io.millrace.extract.Extraction;
import io.millrace.inference.CountTokens;
import io.millrace.inference.ModelClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The passages of a text, none longer than what its model reads. The model itself counts, as only
 * its tokenizer knows how much a text is to it: a thousand characters of English are some 200
 * tokens, of Russian to an English model 800, and what is beyond its limit it would never see.
 */
final class Passages {
  private static final int PORTION = 32;
  private static final int SMALLEST_CHARACTERS = 50;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  // The special tokens around a text, and what the model wants before it, such as "passage: ".
  private static final int TOKENS_AROUND = 12;

  private final ModelClient models;
  private final String model;
  private final String text;
  private final List<Chunk> fitting = new ArrayList<>();

  private Passages(ModelClient models, String model, String text) {
    this.models = models;
    this.model = model;
    this.text = text;
  }

  /** Blocks while the model counts; without a model nothing limits a passage but the chunker. */
  static List<Chunk> of(Extraction extraction, ModelClient models, Generation generation) {
    if (!generation.hasModel()) {
      return Chunker.chunks(extraction);
    }
    var passages = new Passages(models, generation.model(), extraction.text());
    passages.fit(Chunker.chunks(extraction));
    return List.copyOf(passages.fitting);
  }

  private void fit(List<Chunk> chunks) {
    for (int from = 0; from < chunks.size(); from += PORTION) {
      List<Chunk> some = chunks.subList(from, Math.min(chunks.size(), from + PORTION));
      List<String> texts = some.stream().map(chunk -> chunk.read(text)).toList();
      CountTokens.Counts counts = models.ask(new CountTokens(model, texts), PATIENCE).await();
      for (int i = 0; i < some.size(); i++) {
        fit(some.get(i), counts.tokens().get(i), counts.tokensMax() - TOKENS_AROUND);
      }
    }
  }

  /** Halves what is too much until it is not; a count that reached the limit says no more. */
  private void fit(Chunk chunk, int tokens, int tokensMax) {
    int half = (chunk.end() - chunk.start() + 1) / 2;
    if (tokens <= tokensMax || half < SMALLEST_CHARACTERS) {
      fitting.add(chunk);
    } else {
      fit(Chunker.smaller(text, chunk, half));
    }
  }
}
