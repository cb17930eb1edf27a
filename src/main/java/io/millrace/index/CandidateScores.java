package io.millrace.index;

import io.millrace.index.PassageSearcher.QueryVector;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.Weight;

/**
 * Gives every candidate the score of the side that did not bring it, and every vector its full
 * precision: a missing score would have to be guessed. Candidates come ordered by document number.
 */
final class CandidateScores {
  private CandidateScores() {}

  /** Fills in BM25 where it is not known. */
  static void words(IndexSearcher searcher, Query query, List<Candidate> ordered)
      throws IOException {
    List<Candidate> unknown = ordered.stream().filter(candidate -> candidate.bm25 == 0).toList();
    Weight weight = searcher.createWeight(query, ScoreMode.COMPLETE, 1);
    perLeaf(
        searcher,
        unknown,
        (leaf, within) -> {
          Scorer scorer = weight.scorer(leaf);
          if (scorer == null) {
            return;
          }
          DocIdSetIterator matches = scorer.iterator();
          for (Candidate candidate : within) {
            int doc = candidate.doc - leaf.docBase;
            if (matches.docID() < doc) {
              matches.advance(doc);
            }
            if (matches.docID() == doc) {
              candidate.bm25 = scorer.score();
            }
          }
        });
  }

  /** Fills in the cosine of unit vectors. */
  static void cosines(IndexSearcher searcher, QueryVector query, List<Candidate> ordered)
      throws IOException {
    String field = PassageShape.vectorField(query.model());
    perLeaf(
        searcher,
        ordered,
        (leaf, within) -> {
          FloatVectorValues vectors = leaf.reader().getFloatVectorValues(field);
          if (vectors == null || vectors.dimension() != query.values().length) {
            return;
          }
          VectorScorer similarity = vectors.rescorer(query.values());
          DocIdSetIterator docs = similarity.iterator();
          for (Candidate candidate : within) {
            int doc = candidate.doc - leaf.docBase;
            if (docs.docID() < doc) {
              docs.advance(doc);
            }
            if (docs.docID() == doc) {
              candidate.cosine = 2 * similarity.score() - 1; // as Lucene makes it of a dot product
            }
          }
        });
  }

  private static void perLeaf(IndexSearcher searcher, List<Candidate> ordered, InLeaf each)
      throws IOException {
    int from = 0;
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      int end = leaf.docBase + leaf.reader().maxDoc();
      int to = from;
      while (to < ordered.size() && ordered.get(to).doc < end) {
        to++;
      }
      if (to > from) {
        each.score(leaf, ordered.subList(from, to));
      }
      from = to;
    }
  }

  private interface InLeaf {
    void score(LeafReaderContext leaf, List<Candidate> within) throws IOException;
  }
}
