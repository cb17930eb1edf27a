package io.millrace.index;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.lang.Character.UnicodeScript;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.WordlistLoader;
import org.apache.lucene.analysis.cz.CzechAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.ro.RomanianAnalyzer;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.tr.TurkishAnalyzer;

/**
 * Tells which language a text is in: by its script where that says enough, else by the words that
 * every sentence of a language has. A text with too few of them is {@link #UNKNOWN}: to guess wrong
 * costs more than not to guess.
 */
final class Languages {
  /** The code of what could not be told. */
  static final String UNKNOWN = "und";

  /** Only the beginning is looked at. */
  private static final int LENGTH_MAX = 2_000;

  /** Points the best language has at least: one word that no other language has is a point. */
  private static final double POINTS_MIN = 0.7;

  /** Points it has at least per word of the text. */
  private static final double POINTS_PER_WORD_MIN = 0.06;

  /** How many times more than the second best. */
  private static final double LEAD_MIN = 1.4;

  private static final Pattern WORD = Pattern.compile("\\p{L}+");
  private static final Map<String, CharArraySet> COMMON_WORDS = commonWords();
  private static final Map<String, Map<String, Double>> POINTS = points();

  private Languages() {}

  /** The ISO 639-1 code of the language of {@code text}, or {@link #UNKNOWN}. */
  static String of(String text) {
    String beginning = text.length() > LENGTH_MAX ? text.substring(0, LENGTH_MAX) : text;
    UnicodeScript script = mostly(beginning);
    return switch (script) {
      case LATIN -> ofLatin(beginning);
      case CYRILLIC -> ofCyrillic(beginning);
      case GREEK -> "el";
      case HAN -> "zh";
      case HIRAGANA, KATAKANA -> "ja";
      case HANGUL -> "ko";
      case ARABIC -> "ar";
      case HEBREW -> "he";
      case THAI -> "th";
      case DEVANAGARI -> "hi";
      default -> UNKNOWN;
    };
  }

  /** The words that say little in {@code language}; empty where these are not known. */
  static Collection<?> commonWords(String language) {
    return COMMON_WORDS.getOrDefault(language, CharArraySet.EMPTY_SET);
  }

  /** The script of most letters; any kana makes a text with Han letters Japanese. */
  private static UnicodeScript mostly(String text) {
    Map<UnicodeScript, Integer> counts = new EnumMap<>(UnicodeScript.class);
    text.codePoints()
        .filter(Character::isLetter)
        .forEach(letter -> counts.merge(UnicodeScript.of(letter), 1, Integer::sum));
    UnicodeScript most =
        counts.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .orElse(UnicodeScript.UNKNOWN);
    boolean kana =
        counts.containsKey(UnicodeScript.HIRAGANA) || counts.containsKey(UnicodeScript.KATAKANA);
    return most == UnicodeScript.HAN && kana ? UnicodeScript.HIRAGANA : most;
  }

  private static String ofCyrillic(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.chars().anyMatch(letter -> "іїєґ".indexOf(letter) >= 0)) {
      return lower.indexOf('ў') >= 0 ? "be" : "uk";
    }
    return lower.chars().anyMatch(letter -> "ђјљњћџ".indexOf(letter) >= 0) ? "sr" : "ru";
  }

  private static String ofLatin(String text) {
    Map<String, Double> sums = new HashMap<>();
    int words = 0;
    Matcher word = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (word.find()) {
      words++;
      POINTS
          .getOrDefault(word.group(), Map.of())
          .forEach((language, points) -> sums.merge(language, points, Double::sum));
    }
    String best = UNKNOWN;
    double first = 0;
    double second = 0;
    for (var sum : sums.entrySet()) {
      if (sum.getValue() > first) {
        second = first;
        first = sum.getValue();
        best = sum.getKey();
      } else {
        second = Math.max(second, sum.getValue());
      }
    }
    boolean enough = first >= Math.max(POINTS_MIN, POINTS_PER_WORD_MIN * words);
    return enough && first >= LEAD_MIN * second ? best : UNKNOWN;
  }

  /** A point for each common word, shared by the languages that have it. */
  private static Map<String, Map<String, Double>> points() {
    Map<String, Map<String, Double>> points = new HashMap<>();
    COMMON_WORDS.forEach((language, words) -> {
      for (Object word : words) {
        points.computeIfAbsent(new String((char[]) word), _ -> new HashMap<>()).put(language, 1.0);
      }
    });
    points.values().forEach(shared -> shared.replaceAll((_, _) -> 1.0 / shared.size()));
    return points;
  }

  private static Map<String, CharArraySet> commonWords() {
    Map<String, CharArraySet> words = new LinkedHashMap<>();
    words.put("en", union(snowball("english"), EnglishAnalyzer.ENGLISH_STOP_WORDS_SET));
    words.put("ru", snowball("russian"));
    words.put("de", snowball("german"));
    words.put("fr", snowball("french"));
    words.put("es", snowball("spanish"));
    words.put("it", snowball("italian"));
    words.put("pt", snowball("portuguese"));
    words.put("nl", snowball("dutch"));
    words.put("sv", snowball("swedish"));
    words.put("da", snowball("danish"));
    words.put("no", snowball("norwegian"));
    words.put("fi", snowball("finnish"));
    words.put("hu", snowball("hungarian"));
    words.put("cs", CzechAnalyzer.getDefaultStopSet());
    words.put("ro", RomanianAnalyzer.getDefaultStopSet());
    words.put("tr", TurkishAnalyzer.getDefaultStopSet());
    return words;
  }

  private static CharArraySet union(CharArraySet one, CharArraySet other) {
    CharArraySet both = CharArraySet.copy(one);
    both.addAll(other);
    return both;
  }

  private static CharArraySet snowball(String language) {
    String resource = language + "_stop.txt";
    try (Reader words =
        new InputStreamReader(
            Objects.requireNonNull(SnowballFilter.class.getResourceAsStream(resource), resource),
            StandardCharsets.UTF_8)) {
      return WordlistLoader.getSnowballWordSet(words);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
