package io.millrace.encoder;

import io.millrace.encoder.Request.Text;
import java.util.List;

/** The texts of one run, none of them longer than {@code longest} tokens. */
record Batch(List<Text> texts, int longest) {
  static Batch of(List<Text> texts) {
    return new Batch(List.copyOf(texts), texts.stream().mapToInt(Text::count).max().orElseThrow());
  }

  int rows() {
    return texts.size();
  }

  /** Tokens of its texts. */
  int tokens() {
    return texts.stream().mapToInt(Text::count).sum();
  }

  /** Tokens that are computed: those of the texts and what fills the shorter ones up. */
  int padded() {
    return rows() * longest;
  }
}
