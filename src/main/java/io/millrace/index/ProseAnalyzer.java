package io.millrace.index;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.de.GermanLightStemFilter;
import org.apache.lucene.analysis.de.GermanNormalizationFilter;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.es.SpanishLightStemFilter;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.fr.FrenchLightStemFilter;
import org.apache.lucene.analysis.it.ItalianLightStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.pt.PortugueseLightStemFilter;
import org.apache.lucene.analysis.ru.RussianAnalyzer;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.KeywordAttribute;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.tartarus.snowball.ext.DutchStemmer;
import org.tartarus.snowball.ext.RussianStemmer;

/**
 * How prose becomes terms. One chain serves English, Russian, text that mixes them and every
 * language without a stemmer here: each stemmer leaves words of the other script alone. Languages
 * that have a stemmer have a chain and a field of their own. Stop words are kept in the index, for
 * phrases, and only left out of questions.
 */
final class ProseAnalyzer extends Analyzer {
  /** How far apart title, heading and text are, so that no phrase runs from one into another. */
  private static final int GAP_BETWEEN_PARTS = 100;

  private static final CharArraySet ITALIAN_ARTICLES =
      new CharArraySet(
          List.of("c", "l", "all", "dall", "dell", "nell", "sull", "un", "d", "quell"), true);

  /** What a language does to words in lower case, by its code. */
  private static final Map<String, UnaryOperator<TokenStream>> STEMMERS = stemmers();

  private final UnaryOperator<TokenStream> stemmer;
  private final CharArraySet dropped;

  private ProseAnalyzer(UnaryOperator<TokenStream> stemmer, CharArraySet dropped) {
    this.stemmer = stemmer;
    this.dropped = dropped;
  }

  /** Whether {@code language} is analysed in a way of its own. */
  static boolean isOwn(String language) {
    return STEMMERS.containsKey(language);
  }

  /** The languages that are analysed in ways of their own. */
  static Collection<String> own() {
    return STEMMERS.keySet();
  }

  /** {@link #everyWord(String)} of the chain that serves most. */
  static ProseAnalyzer everyWord() {
    return everyWord(Languages.UNKNOWN);
  }

  /** {@link #tellingWords(String)} of the chain that serves most. */
  static ProseAnalyzer tellingWords() {
    return tellingWords(Languages.UNKNOWN);
  }

  /** Every word: for what is indexed, and for phrases. */
  static ProseAnalyzer everyWord(String language) {
    return new ProseAnalyzer(stemmer(language), CharArraySet.EMPTY_SET);
  }

  /** Only words that say something: for the loose words of a question. */
  static ProseAnalyzer tellingWords(String language) {
    var words = new CharArraySet(512, false);
    if (isOwn(language)) {
      words.addAll(Languages.commonWords(language));
    } else {
      words.addAll(EnglishAnalyzer.ENGLISH_STOP_WORDS_SET);
      words.addAll(RussianAnalyzer.getDefaultStopSet());
    }
    return new ProseAnalyzer(stemmer(language), CharArraySet.unmodifiableSet(words));
  }

  private static UnaryOperator<TokenStream> stemmer(String language) {
    return STEMMERS.getOrDefault(
        language,
        words ->
            new SnowballFilter(new OnlyRussian(new PorterStemFilter(words)), new RussianStemmer()));
  }

  private static Map<String, UnaryOperator<TokenStream>> stemmers() {
    Map<String, UnaryOperator<TokenStream>> stemmers = new LinkedHashMap<>();
    stemmers.put("de", words -> new GermanLightStemFilter(new GermanNormalizationFilter(words)));
    stemmers.put(
        "fr",
        words ->
            new FrenchLightStemFilter(new ElisionFilter(words, FrenchAnalyzer.DEFAULT_ARTICLES)));
    stemmers.put("es", SpanishLightStemFilter::new);
    stemmers.put(
        "it", words -> new ItalianLightStemFilter(new ElisionFilter(words, ITALIAN_ARTICLES)));
    stemmers.put("pt", PortugueseLightStemFilter::new);
    stemmers.put("nl", words -> new SnowballFilter(words, new DutchStemmer()));
    return stemmers;
  }

  @Override
  protected TokenStreamComponents createComponents(String field) {
    var source = new StandardTokenizer();
    TokenStream words = new EnglishPossessiveFilter(source);
    words = new YoFilter(new LowerCaseFilter(words));
    if (!dropped.isEmpty()) {
      words = new StopFilter(words, dropped);
    }
    return new TokenStreamComponents(source, new ASCIIFoldingFilter(stemmer.apply(words)));
  }

  @Override
  protected TokenStream normalize(String field, TokenStream in) {
    return new ASCIIFoldingFilter(new YoFilter(new LowerCaseFilter(in)));
  }

  @Override
  public int getPositionIncrementGap(String field) {
    return GAP_BETWEEN_PARTS;
  }

  /** Writes ё as е, as most people do. */
  private static final class YoFilter extends TokenFilter {
    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);

    YoFilter(TokenStream in) {
      super(in);
    }

    @Override
    public boolean incrementToken() throws IOException {
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

  /**
   * Spares the stemmer of Russian, which takes endings off, the words that do not end in a letter
   * of its script: it would leave them as they are, after a search through all its endings.
   */
  private static final class OnlyRussian extends TokenFilter {
    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
    private final KeywordAttribute keyword = addAttribute(KeywordAttribute.class);

    OnlyRussian(TokenStream in) {
      super(in);
    }

    @Override
    public boolean incrementToken() throws IOException {
      if (!input.incrementToken()) {
        return false;
      }
      keyword.setKeyword(term.isEmpty() || !isRussian(term.charAt(term.length() - 1)));
      return true;
    }

    /** Whether {@code letter}, in lower case and written without ё, is one of the alphabet. */
    private static boolean isRussian(char letter) {
      return letter >= 'а' && letter <= 'я';
    }
  }
}
