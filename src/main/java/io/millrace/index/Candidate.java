package io.millrace.index;

import java.util.LinkedHashMap;
import java.util.Map;

/** One passage that a side of a search brought, and what each side thinks of it. */
final class Candidate {
  final int doc;

  /** Whether it is among the first of a side, whose scores say what is usual for this question. */
  boolean leading;

  /** 0 where no word matches. */
  double bm25;

  /** NaN where the passage has no vector of the model. */
  double cosine = Double.NaN;

  double fused;

  Candidate(int doc) {
    this.doc = doc;
  }

  /** Its scores by name, those it has. */
  Map<String, Double> scores() {
    var scores = new LinkedHashMap<String, Double>();
    scores.put("fused", fused);
    if (bm25 > 0) {
      scores.put("bm25", bm25);
    }
    if (!Double.isNaN(cosine)) {
      scores.put("cosine", cosine);
    }
    return scores;
  }
}
