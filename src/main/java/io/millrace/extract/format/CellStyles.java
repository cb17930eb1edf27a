package io.millrace.extract.format;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The number formats of a workbook, as far as they make dates, times or percentages of numbers. */
final class CellStyles implements Xml.Visitor {
  private static final LocalDate EPOCH_1900 = LocalDate.of(1899, 12, 30);
  private static final LocalDate EPOCH_1904 = LocalDate.of(1904, 1, 1);
  private static final double DAYS_MAX = 2_958_466; // the year 10000
  private static final int SECONDS_PER_DAY = 86_400;
  private static final MathContext SHOWN_DIGITS = new MathContext(15);

  private final Map<Integer, String> codes = new HashMap<>();
  private final List<Integer> formats = new ArrayList<>();
  private LocalDate epoch = EPOCH_1900;
  private boolean inCellFormats;

  void countFrom1904(String flag) {
    if (flag.equals("1") || flag.equals("true")) {
      epoch = EPOCH_1904;
    }
  }

  @Override
  public void start(String name, Xml at) {
    switch (name) {
      case "numFmt" ->
          codes.put(Numbers.integer(at.attribute("numFmtId"), -1), at.attribute("formatCode"));
      case "cellXfs" -> inCellFormats = true;
      case "xf" -> {
        if (inCellFormats) {
          formats.add(Numbers.integer(at.attribute("numFmtId"), 0));
        }
      }
      default -> {}
    }
  }

  @Override
  public void end(String name, Xml at) {
    inCellFormats &= !name.equals("cellXfs");
  }

  /** The number {@code raw} as a cell of this style shows it, more or less. */
  String shown(String raw, int style) {
    int format = style >= 0 && style < formats.size() ? formats.get(style) : 0;
    double number;
    try {
      number = Double.parseDouble(raw);
    } catch (NumberFormatException _) {
      return raw;
    }
    if (!Double.isFinite(number) || Math.abs(number) > 1e15) {
      return raw;
    }
    if (isDate(format) && number >= 0 && number < DAYS_MAX) {
      return date(number);
    }
    boolean percent = format == 9 || format == 10 || codes.getOrDefault(format, "").contains("%");
    BigDecimal exact = new BigDecimal(raw.strip()).round(SHOWN_DIGITS);
    return percent
        ? exact.movePointRight(2).stripTrailingZeros().toPlainString() + "%"
        : exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toPlainString();
  }

  private boolean isDate(int format) {
    String code = codes.get(format);
    if (code == null) {
      return (format >= 14 && format <= 22)
          || (format >= 27 && format <= 36)
          || (format >= 45 && format <= 47)
          || (format >= 50 && format <= 58);
    }
    String bare =
        code.toLowerCase(Locale.ROOT).replaceAll("\"[^\"]*\"|\\[(?!h|m|s)[^\\]]*\\]|\\\\.|_.", "");
    return bare.matches(".*[ymdhs].*") && !bare.contains("general") && !bare.contains("0.0");
  }

  private String date(double days) {
    long seconds = Math.round(days * SECONDS_PER_DAY);
    LocalTime time = LocalTime.ofSecondOfDay(seconds % SECONDS_PER_DAY);
    if (seconds < SECONDS_PER_DAY) {
      return time.toString();
    }
    LocalDate date = epoch.plusDays(seconds / SECONDS_PER_DAY);
    return time.equals(LocalTime.MIDNIGHT) ? date.toString() : date + " " + time;
  }
}
