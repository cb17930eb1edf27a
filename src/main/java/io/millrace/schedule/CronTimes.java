package io.millrace.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The moments at which a cron expression fires in a time zone.
 *
 * <p>The library only counts on a calendar without clock changes; what they mean is decided here.
 * An expression that fires in every hour follows real time: the hour that does not exist is left
 * out and the hour that comes twice fires twice, so its distances stay what they are. Any other
 * names times of the day, and each fires once on its day: a time that does not exist at the first
 * moment after it, a time that comes twice at the first of the two.
 */
public final class CronTimes {
  /** The longest expression. */
  public static final int CRON_LENGTH_MAX = 200;

  private static final int FIELDS = 5;
  private static final int HOURS_OF_A_DAY = 24;
  private static final LocalDateTime SOME_MIDNIGHT = LocalDateTime.of(2001, 1, 1, 0, 0);
  private static final CronDefinition FORM =
      CronDefinitionBuilder.defineCron()
          .withMinutes()
          .withStrictRange()
          .and()
          .withHours()
          .withStrictRange()
          .and()
          .withDayOfMonth()
          .withStrictRange()
          .and()
          .withMonth()
          .withStrictRange()
          .and()
          .withDayOfWeek()
          .withValidRange(0, 7)
          .withMondayDoWValue(1)
          .withIntMapping(7, 0)
          .withStrictRange()
          .and()
          .withSupportedNicknameHourly()
          .withSupportedNicknameDaily()
          .withSupportedNicknameMidnight()
          .withSupportedNicknameWeekly()
          .withSupportedNicknameMonthly()
          .withSupportedNicknameYearly()
          .withSupportedNicknameAnnually()
          .instance();

  private final ExecutionTime calendar;
  private final ZoneId zone;
  private final boolean inEveryHour;

  private CronTimes(ExecutionTime calendar, ZoneId zone, boolean inEveryHour) {
    this.calendar = calendar;
    this.zone = zone;
    this.inEveryHour = inEveryHour;
  }

  /**
   * Reads a cron expression of five fields, or a nickname such as {@code @daily}, in a zone of the
   * IANA database.
   *
   * @throws ProblemException with {@code Invalid} pointing to {@code /cron} or {@code /timeZone}
   */
  public static CronTimes of(String cron, String timeZone) {
    ZoneId zone = zone(timeZone);
    Cron parsed = parse(cron);
    ExecutionTime calendar = ExecutionTime.forCron(parsed);
    if (after(calendar, SOME_MIDNIGHT).isEmpty()) {
      throw invalidCron("there is no such day in any year");
    }
    return new CronTimes(calendar, zone, firesInEveryHour(parsed));
  }

  private static ZoneId zone(String name) {
    try {
      if (ZoneId.getAvailableZoneIds().contains(name)) {
        return ZoneId.of(name);
      }
    } catch (ZoneRulesException _) {
      // Falls through to the refusal.
    }
    throw new ProblemException(
        new Problem.Invalid(
            "/timeZone",
            "There is no such time zone; it takes a name such as Europe/Berlin or UTC."));
  }

  private static Cron parse(String text) {
    String cron = text.strip();
    String form = cron.startsWith("@") ? cron.toLowerCase(Locale.ROOT) : cron;
    if (cron.length() > CRON_LENGTH_MAX) {
      throw invalidCron("it is longer than " + CRON_LENGTH_MAX + " characters");
    }
    if (!form.startsWith("@") && form.split("\\s+", -1).length != FIELDS) {
      throw invalidCron(
          "it takes five fields: minute, hour, day of the month, month and day of the week");
    }
    try {
      return new CronParser(FORM).parse(form).validate();
    } catch (IllegalArgumentException wrong) {
      throw invalidCron(reason(String.valueOf(wrong.getMessage())));
    }
  }

  private static String reason(String message) {
    if (message.startsWith("Nickname")) {
      return "the nicknames are @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually";
    }
    String reason = message.replace("Failed to parse cron expression. ", "").strip();
    return reason.substring(0, 1).toLowerCase(Locale.ROOT)
        + (reason.endsWith(".") ? reason.substring(1, reason.length() - 1) : reason.substring(1));
  }

  private static ProblemException invalidCron(String reason) {
    return new ProblemException(
        new Problem.Invalid("/cron", "This cron expression does not work: " + reason + "."));
  }

  /** Looks at the hours alone, so that each way of writing "every hour" counts. */
  private static boolean firesInEveryHour(Cron cron) {
    String hours = cron.retrieve(CronFieldName.HOUR).getExpression().asString();
    var ofTheDay = ExecutionTime.forCron(new CronParser(FORM).parse("0 " + hours + " * * *"));
    LocalDateTime at = SOME_MIDNIGHT;
    for (int hour = 0; hour < HOURS_OF_A_DAY; hour++) {
      LocalDateTime next = after(ofTheDay, at).orElseThrow();
      if (!next.equals(at.plusHours(1))) {
        return false;
      }
      at = next;
    }
    return true;
  }

  /** On a calendar without clock changes. */
  private static Optional<LocalDateTime> after(ExecutionTime calendar, LocalDateTime moment) {
    return calendar
        .nextExecution(moment.atZone(ZoneOffset.UTC))
        .map(found -> found.toLocalDateTime());
  }

  /** The first moment after {@code moment}; empty when there is none any more. */
  public Optional<Instant> next(Instant moment) {
    return inEveryHour ? nextInRealTime(moment) : nextOfTheDay(moment);
  }

  /** The next {@code count} moments after {@code moment}. */
  public List<Instant> next(Instant moment, int count) {
    var moments = new ArrayList<Instant>(count);
    Optional<Instant> next = next(moment);
    while (next.isPresent() && moments.size() < count) {
      moments.add(next.get());
      next = next(next.get());
    }
    return List.copyOf(moments);
  }

  /** Counts under one offset up to the next clock change, then goes on under the next offset. */
  private Optional<Instant> nextInRealTime(Instant moment) {
    ZoneRules rules = zone.getRules();
    ZoneOffset offset = rules.getOffset(moment);
    ZoneOffsetTransition change = rules.nextTransition(moment);
    Optional<LocalDateTime> local = after(calendar, LocalDateTime.ofInstant(moment, offset));
    while (local.isPresent() && change != null && !fallsBefore(change, local.get(), offset)) {
      offset = change.getOffsetAfter();
      local = after(calendar, change.getDateTimeAfter().minusSeconds(1));
      change = rules.nextTransition(change.getInstant());
    }
    ZoneOffset at = offset;
    return local.map(found -> found.toInstant(at));
  }

  private static boolean fallsBefore(
      ZoneOffsetTransition change, LocalDateTime local, ZoneOffset offset) {
    return local.toInstant(offset).isBefore(change.getInstant());
  }

  /** Several times of an hour that does not exist fall together, so it looks until one is later. */
  private Optional<Instant> nextOfTheDay(Instant moment) {
    Optional<LocalDateTime> local = after(calendar, LocalDateTime.ofInstant(moment, zone));
    while (local.isPresent() && !once(local.get()).isAfter(moment)) {
      local = after(calendar, local.get());
    }
    return local.map(this::once);
  }

  private Instant once(LocalDateTime local) {
    ZoneRules rules = zone.getRules();
    ZoneOffsetTransition change = rules.getTransition(local);
    return change != null && change.isGap()
        ? change.getInstant()
        : local.toInstant(rules.getOffset(local));
  }
}
