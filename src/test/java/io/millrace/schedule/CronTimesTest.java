package io.millrace.schedule;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.testing.Seeds;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When cron expressions fire, above all on the two days of a year with another length. */
final class CronTimesTest {
  /** What the columns are: zone, expression, where to begin (local time), what comes next. */
  @ParameterizedTest(name = "{0} {1} after {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # Spring: a time that does not exist fires once, at the first moment after it.
          Europe/Berlin       | 30 2 * * *    | 2026-03-28T12:00 | 03-29T03:00+02 03-30T02:30+02
          Europe/Berlin       | 0 2 * * *     | 2026-03-28T12:00 | 03-29T03:00+02 03-30T02:00+02
          Europe/Berlin       | 0,30 2 * * *  | 2026-03-28T12:00 | 03-29T03:00+02 03-30T02:00+02 03-30T02:30+02
          Europe/Berlin       | 0 2,3 * * *   | 2026-03-28T12:00 | 03-29T03:00+02 03-30T02:00+02 03-30T03:00+02
          Europe/Berlin       | 0 3 * * *     | 2026-03-28T12:00 | 03-29T03:00+02 03-30T03:00+02
          America/New_York    | 30 2 * * *    | 2026-03-07T12:00 | 03-08T03:00-04 03-09T02:30-04
          America/New_York    | 15 2 8 3 *    | 2026-01-01T00:00 | 03-08T03:00-04 03-08T02:15-05
          Australia/Lord_Howe | 15 2 * * *    | 2026-10-03T12:00 | 10-04T02:30+11 10-05T02:15+11
          Australia/Lord_Howe | 45 2 * * *    | 2026-10-03T12:00 | 10-04T02:45+11 10-05T02:45+11
          # A day whose midnight does not exist is still a day.
          America/Santiago    | @daily        | 2026-09-05T12:00 | 09-06T01:00-03 09-07T00:00-03
          Africa/Cairo        | 0 0 * * *     | 2026-04-23T12:00 | 04-24T01:00+03 04-25T00:00+03
          # Spring: what fires in every hour keeps its distances.
          Europe/Berlin       | */15 * * * *  | 2026-03-29T01:40 | 03-29T01:45+01 03-29T03:00+02 03-29T03:15+02
          Europe/Berlin       | @hourly       | 2026-03-29T00:30 | 03-29T01:00+01 03-29T03:00+02 03-29T04:00+02
          Europe/Berlin       | 30 * * * *    | 2026-03-29T01:00 | 03-29T01:30+01 03-29T03:30+02 03-29T04:30+02
          America/New_York    | */30 0-23 * * * | 2026-03-08T01:10 | 03-08T01:30-05 03-08T03:00-04 03-08T03:30-04
          Australia/Lord_Howe | */15 * * * *  | 2026-10-04T01:40 | 10-04T01:45+1030 10-04T02:30+11 10-04T02:45+11
          Australia/Lord_Howe | 0 * * * *     | 2026-10-04T00:30 | 10-04T01:00+1030 10-04T03:00+11 10-04T04:00+11
          # Autumn: a time that comes twice fires once, at the first.
          Europe/Berlin       | 30 2 * * *    | 2026-10-24T12:00 | 10-25T02:30+02 10-26T02:30+01
          Europe/Berlin       | 0 3 * * *     | 2026-10-24T12:00 | 10-25T03:00+01 10-26T03:00+01
          Europe/Berlin       | 0 2,3 * * *   | 2026-10-24T12:00 | 10-25T02:00+02 10-25T03:00+01 10-26T02:00+01
          America/New_York    | 30 1 * * *    | 2026-10-31T12:00 | 11-01T01:30-04 11-02T01:30-05
          America/New_York    | 59 1 1 11 *   | 2026-10-31T12:00 | 11-01T01:59-04 11-01T01:59-04
          Australia/Lord_Howe | 45 1 * * *    | 2026-04-04T12:00 | 04-05T01:45+11 04-06T01:45+1030
          # Autumn: what fires in every hour goes on through both hours.
          Europe/Berlin       | @hourly       | 2026-10-25T01:30 | 10-25T02:00+02 10-25T02:00+01 10-25T03:00+01
          Europe/Berlin       | */30 */1 * * * | 2026-10-25T02:10 | 10-25T02:30+02 10-25T02:00+01 10-25T02:30+01 10-25T03:00+01
          America/New_York    | 45 * * * *    | 2026-11-01T00:50 | 11-01T01:45-04 11-01T01:45-05 11-01T02:45-05
          Australia/Lord_Howe | */15 * * * *  | 2026-04-05T01:20 | 04-05T01:30+11 04-05T01:45+11 04-05T01:30+1030 04-05T01:45+1030 04-05T02:00+1030
          # No clock change.
          Asia/Tokyo          | 30 2 * * *    | 2026-03-28T12:00 | 03-29T02:30+09 03-30T02:30+09
          UTC                 | */20 * * * *  | 2026-03-29T01:50 | 03-29T02:00+00 03-29T02:20+00 03-29T02:40+00
          """)
  void clockChangesNeitherLoseNorRepeatATime(
      String zone, String cron, LocalDateTime from, String expected) {
    CronTimes times = CronTimes.of(cron, zone);
    Instant start = from.atZone(ZoneId.of(zone)).toInstant();

    List<Instant> next = times.next(start, expected.split(" ", -1).length);

    assertThat(next.stream().map(moment -> told(moment, zone)).collect(joining(" ")))
        .isEqualTo(expected);
    assertThat(next).isSorted().doesNotHaveDuplicates().allMatch(start::isBefore);
  }

  private static String told(Instant moment, String zone) {
    return DateTimeFormatter.ofPattern("MM-dd'T'HH:mmx").format(moment.atZone(ZoneId.of(zone)));
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin, 2026-10-25T01:00:00Z, '30 2 * * *', 2026-10-26T01:30:00Z",
    "Europe/Berlin, 2026-10-25T01:00:00Z, '30 * * * *', 2026-10-25T01:30:00Z",
    "UTC, 2026-01-01T09:59:59.999Z, '0 10 * * *', 2026-01-01T10:00:00Z",
    "UTC, 2026-01-01T10:00:00Z, '0 10 * * *', 2026-01-02T10:00:00Z",
    "UTC, 2026-01-01T10:00:00.001Z, '0 10 * * *', 2026-01-02T10:00:00Z",
    "UTC, 2024-03-01T00:00:00Z, '0 0 29 2 *', 2028-02-29T00:00:00Z",
    "UTC, 2026-11-08T00:00:00Z, '0 0 13 * 5', 2026-11-13T00:00:00Z",
    "UTC, 2026-11-07T00:00:00Z, '0 0 * * 7', 2026-11-08T00:00:00Z",
    "UTC, 2026-11-07T00:00:00Z, '0 0 * * SUN', 2026-11-08T00:00:00Z",
    "UTC, 2026-11-07T00:00:00Z, '0 9 * dec mon-fri', 2026-12-01T09:00:00Z",
    "UTC, 2026-11-07T00:00:00Z, ' 5   9 * * * ', 2026-11-07T09:05:00Z",
    "UTC, 2026-11-07T00:00:00Z, @Weekly, 2026-11-08T00:00:00Z",
    "UTC, 2026-11-07T00:00:00Z, @monthly, 2026-12-01T00:00:00Z",
    "UTC, 2026-11-07T00:00:00Z, @yearly, 2027-01-01T00:00:00Z"
  })
  void theNextMomentIsStrictlyLater(String zone, Instant after, String cron, Instant expected) {
    assertThat(CronTimes.of(cron, zone).next(after)).contains(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          * * * *        | UTC            | /cron     | it takes five fields
          * * * * * *    | UTC            | /cron     | it takes five fields
          60 * * * *     | UTC            | /cron     | value 60 not in range [0, 59]
          * * 0 * *      | UTC            | /cron     | value 0 not in range [1, 31]
          0 0 31 2 *     | UTC            | /cron     | there is no such day in any year
          */0 * * * *    | UTC            | /cron     | period 0 not in range
          a b c d e      | UTC            | /cron     | invalid chars in expression
          @reboot        | UTC            | /cron     | the nicknames are @hourly
          0 0 L * *      | UTC            | /cron     | invalid chars
          ''             | UTC            | /cron     | it takes five fields
          @daily         | Mars/Olympus   | /timeZone | no such time zone
          @daily         | +02:00         | /timeZone | no such time zone
          @daily         | europe/berlin  | /timeZone | no such time zone
          """)
  void whatDoesNotWorkIsToldWithItsPlace(String cron, String zone, String pointer, String detail) {
    assertThatThrownBy(() -> CronTimes.of(cron, zone))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> {
              assertThat(refused.problem())
                  .isInstanceOfSatisfying(
                      Problem.Invalid.class,
                      invalid -> assertThat(invalid.pointer()).isEqualTo(pointer));
              assertThat(refused.problem().detail()).contains(detail);
            });
  }

  @Test
  void anEndlessExpressionIsRefusedBeforeItIsRead() {
    assertThatThrownBy(() -> CronTimes.of("1,".repeat(5_000) + "1 * * * *", "UTC"))
        .hasMessageContaining("longer than 200 characters");
  }

  @Test
  void theCalendarAgreesWithAPlainReadingOfTheFields() {
    Seeds.check(CronTimesTest::agreesWithAPlainReading);
  }

  private static void agreesWithAPlainReading(RandomGenerator random) {
    Field minutes = Field.any(random, 0, 59);
    Field hours = Field.any(random, 0, 23);
    Field days = random.nextBoolean() ? Field.ANY : Field.one(random, 1, 28);
    Field months = random.nextInt(3) == 0 ? Field.any(random, 1, 12) : Field.ANY;
    Field weekdays = random.nextBoolean() ? Field.ANY : Field.any(random, 0, 6);
    String cron = String.join(" ", minutes.text, hours.text, days.text, months.text, weekdays.text);
    boolean eitherIsAny = days.text.equals("*") || weekdays.text.equals("*");
    LocalDateTime from = LocalDateTime.of(2024 + random.nextInt(4), 2, 27, 22, 41, 7);

    List<Instant> next = CronTimes.of(cron, "UTC").next(from.toInstant(ZoneOffset.UTC), 20);

    assertThat(next)
        .as(cron)
        .containsExactlyElementsOf(
            from.toLocalDate()
                .datesUntil(LocalDate.of(2100, 1, 1))
                .filter(date -> months.holds.test(date.getMonthValue()))
                .filter(date -> {
                  boolean day = days.holds.test(date.getDayOfMonth());
                  boolean weekday = weekdays.holds.test(date.getDayOfWeek().getValue() % 7);
                  return eitherIsAny ? day && weekday : day || weekday;
                })
                .flatMap(date ->
                    IntStream.range(0, 24 * 60)
                        .filter(minute -> minutes.holds.test(minute % 60))
                        .filter(minute -> hours.holds.test(minute / 60))
                        .mapToObj(minute -> date.atStartOfDay().plusMinutes(minute)))
                .filter(from::isBefore)
                .limit(20)
                .map(local -> local.toInstant(ZoneOffset.UTC))
                .toList());
  }

  /** One field of an expression, as text and as what it means. */
  private record Field(String text, IntPredicate holds) {
    static final Field ANY = new Field("*", _ -> true);

    static Field any(RandomGenerator random, int min, int max) {
      return switch (random.nextInt(4)) {
        case 0 -> ANY;
        case 1 -> {
          int step = 2 + random.nextInt(max - 1);
          yield new Field("*/" + step, value -> (value - min) % step == 0);
        }
        case 2 -> {
          int from = min + random.nextInt(max - min);
          int to = from + random.nextInt(max - from + 1);
          yield new Field(from + "-" + to, value -> value >= from && value <= to);
        }
        default -> one(random, min, max);
      };
    }

    static Field one(RandomGenerator random, int min, int max) {
      var values = new TreeSet<Integer>();
      for (int i = 0; i < 3; i++) {
        values.add(min + random.nextInt(max - min + 1));
      }
      return new Field(
          values.stream().map(String::valueOf).collect(joining(",")), values::contains);
    }
  }
}
