package io.millrace.index;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.ru.RussianAnalyzer;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.tartarus.snowball.ext.RussianStemmer;

/**
 * One chain for English, Russian and text that mixes them, so that no language has to be guessed:
 * either stemmer leaves words of the other script alone. Stop words are kept in the index, for
 * phrases, and only left out of questions.
 */
final class ProseAnalyzer extends Analyzer {
  /** How far apart title, heading and text are, so that no phrase runs from one into another. */
  private static final int GAP_BETWEEN_PARTS = 100;

  private static final CharArraySet STOP_WORDS = stopWords();

  private final boolean dropStopWords;

  private ProseAnalyzer(boolean dropStopWords) {
    this.dropStopWords = dropStopWords;
  }

  /** Every word: for what is indexed, and for phrases. */
  static ProseAnalyzer everyWord() {
    return new ProseAnalyzer(false);
  }

  /** Only words that say something: for the loose words of a question. */
  static ProseAnalyzer tellingWords() {
    return new ProseAnalyzer(true);
  }

  @Override
  protected TokenStreamComponents createComponents(String field) {
    var source = new StandardTokenizer();
    TokenStream words = new EnglishPossessiveFilter(source);
    words = new YoFilter(new LowerCaseFilter(words));
    if (dropStopWords) {
      words = new StopFilter(words, STOP_WORDS);
    }
    words = new SnowballFilter(new PorterStemFilter(words), new RussianStemmer());
    return new TokenStreamComponents(source, words);
  }

  @Override
  protected TokenStream normalize(String field, TokenStream in) {
    return new YoFilter(new LowerCaseFilter(in));
  }

  @Override
  public int getPositionIncrementGap(String field) {
    return GAP_BETWEEN_PARTS;
  }

  private static CharArraySet stopWords() {
    var words = new CharArraySet(256, false);
    words.addAll(EnglishAnalyzer.ENGLISH_STOP_WORDS_SET);
    words.addAll(RussianAnalyzer.getDefaultStopSet());
    return CharArraySet.unmodifiableSet(words);
  }

  /** Writes ё as е, as most people do. */
  private static final class YoFilter extends TokenFilter {
    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);

    YoFilter(TokenStream in) {
      super(in);
    }

    @Override
    public boolean incrementToken() throws java.io.IOException {
      if (!input.incrementToken()) {
        return false;
      }
      char[] letters = term.buffer();
      for (int i = 0; i < term.length(); i++) {
        if (letters[i] == 'ё') {
          letters[i] = 'е';
        }
      }
      return true;
    }
  }
}
