package io.millrace.index;

import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.GENERATE_WORD_PARTS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.SPLIT_ON_NUMERICS;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;

/**
 * Takes file names, identifiers and log lines apart, such as {@code queue.depthMax} into {@code
 * queue depth max}, unstemmed; the whole is found again as a phrase of its parts.
 */
final class NameAnalyzer extends Analyzer {
  private static final int PARTS =
      GENERATE_WORD_PARTS | GENERATE_NUMBER_PARTS | SPLIT_ON_CASE_CHANGE | SPLIT_ON_NUMERICS;

  @Override
  protected TokenStreamComponents createComponents(String field) {
    var source = new WhitespaceTokenizer();
    return new TokenStreamComponents(
        source, new LowerCaseFilter(new WordDelimiterGraphFilter(source, PARTS, null)));
  }
}
