package io.sluice.definitions.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.definitions.model.Exclusion.Interval;
import io.sluice.definitions.model.Exclusion.Once;
import io.sluice.definitions.model.Exclusion.Recurring;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Recurrences against a day-by-day expansion that knows nothing of rules' texts. */
class RecurringTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final List<ZoneId> ZONES =
            List.of(
                    BERLIN,
                    ZoneId.of("UTC"),
                    ZoneId.of("America/New_York"),
                    ZoneId.of("Australia/Lord_Howe"),
                    ZoneId.of("Asia/Kolkata"),
                    // Left out the whole of 30 December 2011.
                    ZoneId.of("Pacific/Apia"));

    private static Recurring recurring(String start, ZoneId zone, String length, String rule) {
        return new Recurring(
                LocalDateTime.parse(start), zone, Duration.parse(length), new RecurrenceRule(rule));
    }

    private static List<String> within(Recurring recurring, String from, String to) {
        return recurring.within(Instant.parse(from), Instant.parse(to)).stream()
                .map(interval -> interval.start() + "/" + interval.end())
                .toList();
    }

    @Test
    void clocksForward_moveTheInstant_andNotTheLocalTime() {
        Recurring nightly = recurring("2026-03-27T04:00:00", BERLIN, "PT1H", "FREQ=DAILY;BYHOUR=4");

        assertThat(within(nightly, "2026-03-27T00:00:00Z", "2026-03-31T00:00:00Z"))
                .containsExactly(
                        "2026-03-27T03:00:00Z/2026-03-27T04:00:00Z",
                        "2026-03-28T03:00:00Z/2026-03-28T04:00:00Z",
                        "2026-03-29T02:00:00Z/2026-03-29T03:00:00Z",
                        "2026-03-30T02:00:00Z/2026-03-30T03:00:00Z");
    }

    @Test
    void localTimeThatTheClocksLeaveOut_doesNotOccur_andIsNotCounted() {
        Recurring nightly = recurring("2026-03-28T02:30:00", BERLIN, "PT1H", "FREQ=DAILY;COUNT=2");

        assertThat(within(nightly, "2026-03-01T00:00:00Z", "2026-04-30T00:00:00Z"))
                .containsExactly(
                        "2026-03-28T01:30:00Z/2026-03-28T02:30:00Z",
                        "2026-03-30T00:30:00Z/2026-03-30T01:30:00Z");
        assertThat(nightly.firstLeftOut(Instant.parse("2026-04-30T00:00:00Z")))
                .contains(LocalDateTime.parse("2026-03-29T02:30:00"));
    }

    @Test
    void localTimeThatTheClocksShowTwice_isMeantTheFirstTime_andALengthIsElapsedTime() {
        Recurring nightly = recurring("2026-10-24T02:30:00", BERLIN, "PT2H", "FREQ=DAILY;COUNT=2");

        assertThat(within(nightly, "2026-10-01T00:00:00Z", "2026-11-30T00:00:00Z"))
                .containsExactly(
                        "2026-10-24T00:30:00Z/2026-10-24T02:30:00Z",
                        "2026-10-25T00:30:00Z/2026-10-25T02:30:00Z");
    }

    @Test
    void until_isTheLastBegin() {
        Recurring recurring =
                recurring(
                        "2026-01-01T01:00:00", BERLIN, "PT3H", "FREQ=DAILY;UNTIL=20260103T000000Z");

        assertThat(within(recurring, "2026-01-02T20:00:00Z", "2026-02-01T00:00:00Z"))
                .containsExactly("2026-01-03T00:00:00Z/2026-01-03T03:00:00Z");
    }

    @Test
    void occurrencesThatTouch_areOneTime() {
        Recurring hours =
                recurring(
                        "2026-01-01T00:00:00",
                        BERLIN,
                        "PT1H",
                        "FREQ=DAILY;BYHOUR=0,1,2,10;BYMINUTE=0");

        assertThat(within(hours, "2026-01-01T00:00:00Z", "2026-01-01T23:00:00Z"))
                .containsExactly(
                        "2026-01-01T00:00:00Z/2026-01-01T02:00:00Z",
                        "2026-01-01T09:00:00Z/2026-01-01T10:00:00Z");
    }

    /** RFC 5545, 3.8.5.3, examples with their printed dates. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1997-09-05T09:00:00|FREQ=MONTHLY;COUNT=4;BYDAY=1FR|1997-09-05,1997-10-03,1997-11-07,1997-12-05",
                "1997-09-22T09:00:00|FREQ=MONTHLY;COUNT=4;BYDAY=-2MO|1997-09-22,1997-10-20,1997-11-17,1997-12-22",
                "1997-09-28T09:00:00|FREQ=MONTHLY;COUNT=4;BYMONTHDAY=-3|1997-09-28,1997-10-29,1997-11-28,1997-12-29",
                "1997-09-10T09:00:00|FREQ=MONTHLY;INTERVAL=18;COUNT=5;BYMONTHDAY=10,11,12,13,14,15|1997-09-10,1997-09-11,1997-09-12,1997-09-13,1997-09-14",
                "1997-09-13T09:00:00|FREQ=MONTHLY;COUNT=4;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13|1997-09-13,1997-10-11,1997-11-08,1997-12-13",
                "1996-11-05T09:00:00|FREQ=YEARLY;INTERVAL=4;COUNT=3;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8|1996-11-05,2000-11-07,2004-11-02",
                "1997-09-29T09:00:00|FREQ=MONTHLY;COUNT=7;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2|1997-09-29,1997-10-30,1997-11-27,1997-12-30,1998-01-29,1998-02-26,1998-03-30",
                "1997-08-05T09:00:00|FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO|1997-08-05,1997-08-10,1997-08-19,1997-08-24",
                "1997-08-05T09:00:00|FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU|1997-08-05,1997-08-17,1997-08-19,1997-08-31",
                "2007-01-15T09:00:00|FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5|2007-01-15,2007-01-30,2007-02-15,2007-03-15,2007-03-30",
                "1997-05-12T09:00:00|FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3|1997-05-12,1998-05-11,1999-05-17",
            })
    void examplesOfTheRfc_haveTheirDates(String start, String rule, String dates) {
        ZoneId newYork = ZoneId.of("America/New_York");
        Instant from = LocalDateTime.parse(start).minusDays(1).atZone(newYork).toInstant();

        assertThat(
                        recurring(start, newYork, "PT1H", rule)
                                .within(from, from.plus(Exclusion.MAX_SPAN))
                                .stream()
                                .map(i -> i.start().atZone(newYork).toLocalDate().toString())
                                .collect(Collectors.joining(",")))
                .isEqualTo(dates);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|`` is no part",
                "FREQ=WEEKLY;|`` is no part",
                "BYDAY=MO|FREQ",
                "FREQ=HOURLY|not DAILY",
                "FREQ=WEEKLY;BYDAY=XX|weeknum",
                "FREQ=WEEKLY;BYDAY=1MO|BYDAY",
                "FREQ=WEEKLY;COUNT=2;UNTIL=20260101T000000Z|UNTIL and COUNT",
                "FREQ=WEEKLY;UNTIL=20260101|in UTC",
                "FREQ=WEEKLY;UNTIL=20260101T000000|in UTC",
                "FREQ=WEEKLY;INTERVAL=0|out of range",
                "FREQ=WEEKLY;INTERVAL=1001|INTERVAL is over",
                "FREQ=WEEKLY;COUNT=0|out of range",
                "FREQ=WEEKLY;COUNT=100001|COUNT is not",
                "FREQ=WEEKLY;FREQ=DAILY|duplicate",
                "FREQ=DAILY;BYMINUTE=0,1,2,3,4;BYHOUR=1,2,3,4,5|25 times a day",
                "FREQ=DAILY;BYSECOND=60|leap second",
                "RSCALE=GREGORIAN;FREQ=DAILY|RSCALE",
                "FREQ=DAILY;X-MINE=1|X-MINE",
            })
    void ruleThatIsNone_saysWhy(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RecurrenceRule(text))
                .withMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
                "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31",
                "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=7",
            })
    void ruleThatNeverOccurs_hasNoFirst(String text) {
        assertThat(new RecurrenceRule(text).firstFrom(LocalDateTime.parse("2026-01-01T00:00:00")))
                .isEmpty();
    }

    @Test
    void startThatTheRuleDoesNotHave_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                recurring(
                                        "2026-01-05T02:00:00",
                                        BERLIN,
                                        "PT1H",
                                        "FREQ=WEEKLY;BYDAY=SU"))
                .withMessageContaining("no occurrence");
    }

    @Test
    void once_isCutToTheSpan() {
        Instant start = Instant.parse("2026-02-14T00:00:00Z");
        Once once = new Once(new Interval(start, start.plusSeconds(3600)));

        assertThat(once.within(start.minusSeconds(60), start.plusSeconds(60)))
                .containsExactly(new Interval(start, start.plusSeconds(60)));
        assertThat(once.within(start.plusSeconds(3600), start.plusSeconds(7200))).isEmpty();
        assertThat(once.within(start, start)).isEmpty();
    }

    /** A rule in parts that a naive reader understands, too. */
    private record Parts(
            String freq,
            int interval,
            List<Integer> months,
            List<Integer> monthDays,
            List<WeekDay> weekDays,
            List<Integer> hours,
            List<Integer> minutes) {
        String text() {
            return "FREQ="
                    + freq
                    + ";INTERVAL="
                    + interval
                    + list("BYMONTH", months)
                    + list("BYMONTHDAY", monthDays)
                    + list("BYDAY", weekDays)
                    + list("BYHOUR", hours)
                    + list("BYMINUTE", minutes);
        }

        private static String list(String part, List<?> values) {
            return values.isEmpty()
                    ? ""
                    : ";"
                            + part
                            + "="
                            + values.stream()
                                    .map(Object::toString)
                                    .collect(Collectors.joining(","));
        }

        /**
         * Whether the lists let this day through, with what the start says where they are silent.
         */
        boolean allows(LocalDate day, LocalDate start) {
            boolean month =
                    !months.isEmpty()
                            ? months.contains(day.getMonthValue())
                            : !freq.equals("YEARLY") || day.getMonth() == start.getMonth();
            boolean dayNamed = !monthDays.isEmpty() || !weekDays.isEmpty();
            boolean inMonth =
                    monthDays.isEmpty()
                            || monthDays.stream()
                                    .anyMatch(
                                            d ->
                                                    d > 0
                                                            ? day.getDayOfMonth() == d
                                                            : day.getDayOfMonth()
                                                                    == day.lengthOfMonth() + 1 + d);
            boolean inWeek =
                    weekDays.isEmpty() || weekDays.stream().anyMatch(weekDay -> weekDay.is(day));
            boolean silent =
                    dayNamed
                            || switch (freq) {
                                case "DAILY" -> true;
                                case "WEEKLY" -> day.getDayOfWeek() == start.getDayOfWeek();
                                default -> day.getDayOfMonth() == start.getDayOfMonth();
                            };
            return month && inMonth && inWeek && silent;
        }

        boolean inTurn(LocalDate day, LocalDate start) {
            long periods =
                    switch (freq) {
                        case "DAILY" -> ChronoUnit.DAYS.between(start, day);
                        case "WEEKLY" -> ChronoUnit.WEEKS.between(monday(start), monday(day));
                        case "MONTHLY" ->
                                ChronoUnit.MONTHS.between(
                                        start.withDayOfMonth(1), day.withDayOfMonth(1));
                        default -> day.getYear() - start.getYear();
                    };
            return periods % interval == 0;
        }

        private static LocalDate monday(LocalDate day) {
            return day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        }

        List<LocalDateTime> timesOf(LocalDate day, LocalTime start) {
            TreeSet<LocalDateTime> times = new TreeSet<>();
            for (int hour : hours.isEmpty() ? List.of(start.getHour()) : hours) {
                for (int minute : minutes.isEmpty() ? List.of(start.getMinute()) : minutes) {
                    times.add(day.atTime(hour, minute));
                }
            }
            return List.copyOf(times);
        }
    }

    /** A day of the week, or with a position the first, second, last and so on of the month. */
    private record WeekDay(int position, DayOfWeek day) {
        boolean is(LocalDate date) {
            int fromStart = (date.getDayOfMonth() - 1) / 7 + 1;
            int fromEnd = -((date.lengthOfMonth() - date.getDayOfMonth()) / 7 + 1);
            return date.getDayOfWeek() == day
                    && (position == 0 || position == fromStart || position == fromEnd);
        }

        @Override
        public String toString() {
            return (position == 0 ? "" : position) + day.name().substring(0, 2);
        }
    }

    @Property
    void intervals_areThoseOfADayByDayExpansion(
            @ForAll("parts") Parts parts,
            @ForAll("zones") ZoneId zone,
            @ForAll("bases") LocalDateTime base,
            @ForAll @IntRange(min = 1, max = 200) int quartersLong,
            @ForAll @IntRange(min = -10, max = 900) int fromDay,
            @ForAll @IntRange(max = 95) int fromQuarter,
            @ForAll @IntRange(min = 1, max = 4000) int quarters,
            @ForAll @IntRange(max = 40) int count,
            @ForAll @LongRange(max = 900) long untilDay) {
        Optional<LocalDateTime> start = firstOf(parts, base);
        Assume.that(start.isPresent());
        Optional<Integer> counted = count == 0 ? Optional.empty() : Optional.of(count);
        Optional<Instant> until =
                counted.isPresent() || untilDay % 3 != 0
                        ? Optional.empty()
                        : Optional.of(start.get().plusDays(untilDay).atZone(zone).toInstant());
        String limit =
                counted.map(c -> ";COUNT=" + c)
                        .or(() -> until.map(u -> ";UNTIL=" + u.toString().replaceAll("[-:]", "")))
                        .orElse("");
        Duration length = Duration.ofMinutes(15L * quartersLong);
        Recurring recurring =
                new Recurring(start.get(), zone, length, new RecurrenceRule(parts.text() + limit));
        Instant from =
                base.toLocalDate()
                        .plusDays(fromDay)
                        .atStartOfDay(ZoneId.of("UTC"))
                        .toInstant()
                        .plusSeconds(900L * fromQuarter);
        Instant to = from.plusSeconds(900L * quarters);

        List<Instant> begins = expanded(parts, start.get(), zone, counted, until, to);
        TreeSet<Instant> expected = new TreeSet<>();
        for (Instant begin : begins) {
            IntStream.range(0, quartersLong)
                    .mapToObj(i -> begin.plusSeconds(900L * i))
                    .filter(quarter -> !quarter.isBefore(from) && quarter.isBefore(to))
                    .forEach(expected::add);
        }

        List<Interval> intervals = recurring.within(from, to);

        TreeSet<Instant> covered = new TreeSet<>();
        Instant last = Instant.MIN;
        for (Interval interval : intervals) {
            assertThat(interval.start()).isAfter(last);
            last = interval.end();
            for (Instant at = interval.start(); at.isBefore(last); at = at.plusSeconds(900)) {
                covered.add(at);
            }
        }
        assertThat(covered).isEqualTo(expected);
    }

    private static Optional<LocalDateTime> firstOf(Parts parts, LocalDateTime base) {
        for (LocalDate day = base.toLocalDate(); ; day = day.plusDays(1)) {
            if (day.isAfter(base.toLocalDate().plusDays(800))) {
                return Optional.empty();
            }
            if (parts.allows(day, base.toLocalDate())) {
                Optional<LocalDateTime> first =
                        parts.timesOf(day, base.toLocalTime()).stream()
                                .filter(time -> !time.isBefore(base))
                                .findFirst();
                if (first.isPresent()) {
                    return first;
                }
            }
        }
    }

    private static List<Instant> expanded(
            Parts parts,
            LocalDateTime start,
            ZoneId zone,
            Optional<Integer> count,
            Optional<Instant> until,
            Instant to) {
        List<Instant> begins = new ArrayList<>();
        LocalDate last = LocalDateTime.ofInstant(to, zone).toLocalDate().plusDays(1);
        for (LocalDate day = start.toLocalDate(); !day.isAfter(last); day = day.plusDays(1)) {
            if (!parts.allows(day, start.toLocalDate())
                    || !parts.inTurn(day, start.toLocalDate())) {
                continue;
            }
            for (LocalDateTime time : parts.timesOf(day, start.toLocalTime())) {
                var transition = zone.getRules().getTransition(time);
                boolean leftOut = transition != null && transition.isGap();
                if (time.isBefore(start) || leftOut) {
                    continue;
                }
                Instant begin =
                        time.toInstant(
                                transition == null
                                        ? zone.getRules().getOffset(time)
                                        : transition.getOffsetBefore());
                boolean over =
                        count.isPresent() && begins.size() >= count.get()
                                || until.isPresent() && begin.isAfter(until.get());
                if (!over) {
                    begins.add(begin);
                }
            }
        }
        return begins;
    }

    @Provide
    Arbitrary<ZoneId> zones() {
        return Arbitraries.of(ZONES);
    }

    @Provide
    Arbitrary<LocalDateTime> bases() {
        return Arbitraries.integers()
                .between(0, 17 * 365 * 96)
                .map(
                        quarter ->
                                LocalDateTime.parse("2010-01-01T00:00:00")
                                        .plusMinutes(15L * quarter));
    }

    @Provide
    Arbitrary<Parts> parts() {
        Arbitrary<List<Integer>> months = some(Arbitraries.integers().between(1, 12), 4);
        Arbitrary<List<Integer>> monthDays =
                some(Arbitraries.integers().between(-31, 31).filter(d -> d != 0), 6);
        Arbitrary<List<Integer>> hours = some(Arbitraries.integers().between(0, 23), 5);
        Arbitrary<List<Integer>> minutes = some(Arbitraries.of(0, 15, 30, 45), 4);
        Arbitrary<String> freqs = Arbitraries.of("DAILY", "WEEKLY", "MONTHLY", "YEARLY");
        return Combinators.combine(
                        freqs,
                        Arbitraries.integers().between(1, 5),
                        months,
                        monthDays,
                        some(weekDays(), 3),
                        hours,
                        minutes)
                .as(RecurringTest::legal);
    }

    private static Arbitrary<WeekDay> weekDays() {
        return Combinators.combine(
                        Arbitraries.integers().between(-5, 5), Arbitraries.of(DayOfWeek.values()))
                .as(WeekDay::new);
    }

    private static <T> Arbitrary<List<T>> some(Arbitrary<T> one, int most) {
        return one.list().ofMaxSize(most).uniqueElements();
    }

    /**
     * Leaves out what RFC 5545 does not allow for the frequency, or what a year would mean by it.
     */
    private static Parts legal(
            String freq,
            int interval,
            List<Integer> months,
            List<Integer> monthDays,
            List<WeekDay> weekDays,
            List<Integer> hours,
            List<Integer> minutes) {
        boolean positions = freq.equals("MONTHLY") || freq.equals("YEARLY") && !months.isEmpty();
        List<WeekDay> days =
                weekDays.stream()
                        .map(d -> positions && monthDays.isEmpty() ? d : new WeekDay(0, d.day()))
                        .distinct()
                        .toList();
        boolean wholeYear = freq.equals("YEARLY") && months.isEmpty();
        return new Parts(
                freq,
                interval,
                months,
                freq.equals("WEEKLY") || wholeYear ? List.of() : monthDays,
                wholeYear ? List.of() : days,
                hours,
                minutes);
    }
}
