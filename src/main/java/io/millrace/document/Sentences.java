package io.millrace.document;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds sentences by the JDK's rules and a list of abbreviations, most of them Russian and English.
 */
final class Sentences {
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "e.g.", "i.e.", "etc.", "vs.", "cf.", "ca.", "al.", "fig.", "figs.", "eq.", "eqs.", "no.",
          "nos.", "vol.", "pp.", "p.", "ch.", "sec.", "dr.", "mr.", "mrs.", "ms.", "prof.", "st.",
          "jr.", "sr.", "inc.", "ltd.", "co.", "corp.", "dept.", "univ.", "ed.", "eds.", "approx.",
          "т.е.", "т.д.", "т.п.", "т.к.", "т.н.", "др.", "пр.", "г.", "гг.", "в.", "вв.", "им.",
          "рис.", "табл.", "стр.", "с.", "см.", "ср.", "ул.", "д.", "кв.", "руб.", "коп.", "тыс.",
          "млн.", "млрд.", "проф.", "акад.", "обл.", "р.", "гл.", "ст.", "п.", "пп.", "напр.",
          "англ.", "лат.", "нем.", "фр.", "bzw.", "usw.", "nr.", "abs.", "vgl.", "ggf.", "evtl.",
          "inkl.", "mio.", "mrd.", "mme.", "mlle.", "sra.", "pág.", "núm.", "ej.");

  /** Initials, and abbreviations such as U.S. and т. е. */
  private static final Pattern LETTERS = Pattern.compile("(\\p{L}\\.)+");

  private Sentences() {}

  /** From {@code start} to before {@code end}, without white space at either end. */
  record Range(int start, int end) {}

  /** The sentences of {@code text} between {@code from} and {@code to}, in order. */
  static List<Range> of(String text, int from, int to) {
    BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
    String part = text.substring(from, to);
    breaks.setText(part);
    var sentences = new ArrayList<Range>();
    int start = 0;
    for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
      if (end < part.length() && endsInAbbreviation(part, start, end)) {
        continue;
      }
      add(sentences, part, start, end, from);
      start = end;
    }
    add(sentences, part, start, part.length(), from);
    return sentences;
  }

  private static void add(List<Range> sentences, String part, int start, int end, int shift) {
    int first = start;
    int last = end;
    while (first < last && Character.isWhitespace(part.charAt(first))) {
      first++;
    }
    while (last > first && Character.isWhitespace(part.charAt(last - 1))) {
      last--;
    }
    if (first < last) {
      sentences.add(new Range(first + shift, last + shift));
    }
  }

  private static boolean endsInAbbreviation(String part, int start, int end) {
    int last = end;
    while (last > start && Character.isWhitespace(part.charAt(last - 1))) {
      last--;
    }
    if (last == start || part.charAt(last - 1) != '.') {
      return false;
    }
    int first = last;
    while (first > start && isWordPart(part.charAt(first - 1))) {
      first--;
    }
    String word = part.substring(first, last);
    return LETTERS.matcher(word).matches() || ABBREVIATIONS.contains(word.toLowerCase(Locale.ROOT));
  }

  private static boolean isWordPart(char c) {
    return Character.isLetter(c) || c == '.';
  }
}
