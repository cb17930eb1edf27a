package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.junit.jupiter.api.Test;
import org.tartarus.snowball.ext.RussianStemmer;

class ProseAnalyzerTest {
  @Test
  void formsOfARussianWordShareOneStem() {
    Set<String> stems = words("документ документа документами ДОКУМЕНТЫ");

    assertThat(stems).hasSize(1);
  }

  @Test
  void yoIsYeAndShortIKeepsItsBreve() {
    assertThat(words("ёлка")).isEqualTo(words("елка"));
    assertThat(words("зайка")).isNotEqualTo(words("заика"));
  }

  @Test
  void englishWordsAreStemmedWithoutTheirPossessive() {
    assertThat(words("connection's Connections connected")).containsExactly("connect");
  }

  @Test
  void oneTextMayMixBothLanguages() {
    assertThat(words("Настройка Lucene indexes в кластере"))
        .contains("lucen", "index")
        .containsAll(words("настройки кластера"));
  }

  @Test
  void stopWordsAreLeftOutOfQuestionsOnly() {
    assertThat(Question.terms(ProseAnalyzer.tellingWords(), "the wheel и the вода").keySet())
        .containsExactlyInAnyOrder("wheel", "вод");
    assertThat(words("the wheel и the вода")).contains("the", "и");
  }

  @Test
  void everyWordHasTheStemThatBothStemmersGiveIt() throws IOException {
    var random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      String word = word(random);
      assertThat(words(word)).as(word).isEqualTo(stemmedByBoth(word));
    }
  }

  /** Letters of both scripts, endings of one or the other. */
  private static String word(Random random) {
    String letters = random.nextBoolean() ? "abeiost'" : "абеиост";
    String endings = random.nextBoolean() ? "ingsed" : "амиовыхё";
    var word = new StringBuilder();
    for (int i = 0; i < 3 + random.nextInt(4); i++) {
      word.append(letters.charAt(random.nextInt(letters.length())));
    }
    for (int i = 0; i < random.nextInt(5); i++) {
      word.append(endings.charAt(random.nextInt(endings.length())));
    }
    return word.toString();
  }

  private static Set<String> stemmedByBoth(String text) throws IOException {
    var source = new StandardTokenizer();
    source.setReader(new StringReader(text.replace('ё', 'е')));
    TokenStream words = new LowerCaseFilter(new EnglishPossessiveFilter(source));
    words = new SnowballFilter(new PorterStemFilter(words), new RussianStemmer());
    var stems = new LinkedHashSet<String>();
    try (TokenStream read = new ASCIIFoldingFilter(words)) {
      CharTermAttribute term = read.getAttribute(CharTermAttribute.class);
      read.reset();
      while (read.incrementToken()) {
        stems.add(term.toString());
      }
    }
    return stems;
  }

  private static Set<String> words(String text) {
    return Question.terms(ProseAnalyzer.everyWord(), text).keySet();
  }
}
