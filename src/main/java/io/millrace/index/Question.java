package io.millrace.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * What somebody typed, taken apart: phrases in quotation marks and the loose words around them.
 * There is no other syntax, so nothing that is typed can be wrong.
 *
 * @param loose everything outside quotation marks
 * @param phrases what stood within pairs of quotation marks, not blank
 */
record Question(String loose, List<String> phrases) {
  /** What is typed beyond this many UTF-16 units is not looked at. */
  static final int LENGTH_MAX = 4_000;

  /** Distinct words beyond this number are not looked for. */
  static final int WORDS_MAX = 200;

  /** Phrases beyond this number count as loose words. */
  static final int PHRASES_MAX = 10;

  private static final Pattern QUOTED =
      Pattern.compile("\"([^\"]*)\"|«([^»]*)»|“([^”]*)”|„([^“”]*)[“”]");
  private static final Pattern CYRILLIC = Pattern.compile("\\p{IsCyrillic}");
  private static final Pattern LETTER = Pattern.compile("\\p{L}");

  /** Takes {@code typed} apart. */
  static Question of(String typed) {
    String text = typed.length() > LENGTH_MAX ? typed.substring(0, LENGTH_MAX) : typed;
    var phrases = new ArrayList<String>();
    var loose = new StringBuilder();
    Matcher quoted = QUOTED.matcher(text);
    int from = 0;
    while (phrases.size() < PHRASES_MAX && quoted.find()) {
      loose.append(text, from, quoted.start()).append(' ');
      from = quoted.end();
      String inside = text.substring(quoted.start() + 1, quoted.end() - 1);
      if (!inside.isBlank()) {
        phrases.add(inside);
      }
    }
    loose.append(text, from, text.length());
    return new Question(loose.toString().strip(), List.copyOf(phrases));
  }

  /** The words without quotation marks, for a model. */
  String plain() {
    return phrases.isEmpty() ? loose : (loose + " " + String.join(" ", phrases)).strip();
  }

  /** The share of Cyrillic among the letters, 0 to 1. */
  double cyrillicShare() {
    String plain = plain();
    long letters = LETTER.matcher(plain).results().count();
    return letters == 0 ? 0 : (double) CYRILLIC.matcher(plain).results().count() / letters;
  }

  /** The terms of {@code text} with how often each occurs, at most {@link #WORDS_MAX} of them. */
  static Map<String, Integer> terms(Analyzer analyzer, String text) {
    var terms = new LinkedHashMap<String, Integer>();
    try (TokenStream words = analyzer.tokenStream("", text)) {
      CharTermAttribute term = words.addAttribute(CharTermAttribute.class);
      words.reset();
      while (words.incrementToken()) {
        String word = term.toString();
        if (terms.size() < WORDS_MAX || terms.containsKey(word)) {
          terms.merge(word, 1, Integer::sum);
        }
      }
      words.end();
    } catch (IOException impossible) {
      throw new UncheckedIOException("a string could not be read", impossible);
    }
    return terms;
  }
}
