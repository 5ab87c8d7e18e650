package io.sluice.definitions.model;

import org.dmfs.rfc5545.DateTime;
import org.dmfs.rfc5545.recur.InvalidRecurrenceRuleException;
import org.dmfs.rfc5545.recur.RecurrenceRule.Part;
import org.dmfs.rfc5545.recur.RecurrenceRule.RfcMode;
import org.dmfs.rfc5545.recur.RecurrenceRuleIterator;

import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A recurrence rule of RFC 5545, 3.3.10, that recurs on days: {@code FREQ=WEEKLY;BYDAY=SU}.
 *
 * <p>The library expands the rule in local times without a zone, which is what a rule is about.
 * What RFC 5545 says about zones is done by {@link Exclusion.Recurring}: the library would also
 * give times that the clocks leave out, and count them.
 *
 * @param text in upper case
 */
public record RecurrenceRule(String text) {
    /**
     * More often, and it is no maintenance any more. Also what bounds the work of asking for
     * occurrences: so many per day.
     */
    public static final int MAX_PER_DAY = 24;

    /** In units of the rule's frequency; keeps the library's calendar far from its edges. */
    public static final int MAX_INTERVAL = 1000;

    /** Covers {@link #MAX_PER_DAY} for longer than any store keeps. */
    public static final int MAX_COUNT = 100_000;

    private static final int MAX_LENGTH = 500;

    private static final Set<String> FREQUENCIES = Set.of("DAILY", "WEEKLY", "MONTHLY", "YEARLY");

    /** RFC 5545's parts; the library also knows those of RFC 7529, other calendars. */
    private static final Set<String> PARTS =
            Set.of(
                    "FREQ",
                    "INTERVAL",
                    "COUNT",
                    "UNTIL",
                    "WKST",
                    "BYMONTH",
                    "BYWEEKNO",
                    "BYYEARDAY",
                    "BYMONTHDAY",
                    "BYDAY",
                    "BYHOUR",
                    "BYMINUTE",
                    "BYSECOND",
                    "BYSETPOS");

    /**
     * @throws IllegalArgumentException if the text is no such rule; the message says why
     */
    public RecurrenceRule {
        text = text.toUpperCase(Locale.ROOT);
        requireSupported(text);
    }

    private static void requireSupported(String text) {
        require(text.length() <= MAX_LENGTH, "longer than " + MAX_LENGTH + " characters");
        for (String part : text.split(";", -1)) {
            String name = part.substring(0, Math.max(0, part.indexOf('=')));
            require(PARTS.contains(name), "`" + part + "` is no part of a recurrence rule");
            require(
                    !name.equals("FREQ") || FREQUENCIES.contains(part.substring(5)),
                    "`" + part + "` is not DAILY, WEEKLY, MONTHLY or YEARLY");
        }
        var rule = parse(text);
        require(rule.getInterval() <= MAX_INTERVAL, "INTERVAL is over " + MAX_INTERVAL);
        Integer count = rule.getCount();
        require(
                count == null || (count > 0 && count <= MAX_COUNT),
                "COUNT is not from 1 to " + MAX_COUNT);
        DateTime until = rule.getUntil();
        require(
                until == null || (!until.isAllDay() && !until.isFloating()),
                "UNTIL must be a time in UTC beside a `timeZone`, for example"
                        + " UNTIL=20261231T235959Z");
        require(
                !numbers(rule, Part.BYSECOND).contains(60),
                "BYSECOND=60 is a leap second, which no clock here has");
        int perDay =
                Stream.of(Part.BYHOUR, Part.BYMINUTE, Part.BYSECOND)
                        .mapToInt(part -> Math.max(1, numbers(rule, part).size()))
                        .reduce(1, (a, b) -> a * b);
        require(perDay <= MAX_PER_DAY, "recurs " + perDay + " times a day, over " + MAX_PER_DAY);
    }

    private static Set<Integer> numbers(org.dmfs.rfc5545.recur.RecurrenceRule rule, Part part) {
        List<Integer> numbers = rule.getByPart(part);
        return numbers == null ? Set.of() : new HashSet<>(numbers);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private static org.dmfs.rfc5545.recur.RecurrenceRule parse(String text) {
        try {
            return new org.dmfs.rfc5545.recur.RecurrenceRule(text, RfcMode.RFC5545_STRICT);
        } catch (InvalidRecurrenceRuleException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** How many occurrences there are at most. */
    public OptionalInt count() {
        Integer count = parse(text).getCount();
        return count == null ? OptionalInt.empty() : OptionalInt.of(count);
    }

    /** The last instant at which an occurrence may begin. */
    public Optional<Instant> until() {
        return Optional.ofNullable(parse(text).getUntil())
                .map(until -> Instant.ofEpochMilli(until.getTimestamp()));
    }

    /**
     * The first occurrence from {@code start} on; empty where there is none in four years, the
     * longest that a common rule pauses.
     */
    public Optional<LocalDateTime> firstFrom(LocalDateTime start) {
        return between(start, start, start.plusYears(4).plusDays(1)).stream().findFirst();
    }

    /**
     * Local times of occurrences in {@code [from, to)} of a recurrence that begins at {@code
     * start}, ascending, whatever {@link #count} and {@link #until} say: which of these times there
     * are, and when, is the zone's to say.
     */
    List<LocalDateTime> between(LocalDateTime start, LocalDateTime from, LocalDateTime to) {
        List<LocalDateTime> times = new ArrayList<>();
        try {
            // Iterating changes a rule of the library's, so each iteration has its own.
            RecurrenceRuleIterator iterator = parse(endless()).iterator(dateTime(start));
            iterator.fastForward(dateTime(from));
            while (iterator.hasNext() && local(iterator.peekDateTime()).isBefore(to)) {
                times.add(local(iterator.peekDateTime()));
                iterator.nextMillis();
            }
        } catch (IllegalArgumentException | IllegalStateException _) {
            // The library gave up: thousands of periods without an occurrence.
        }
        return times;
    }

    private String endless() {
        return Arrays.stream(text.split(";", -1))
                .filter(part -> !part.startsWith("COUNT=") && !part.startsWith("UNTIL="))
                .collect(Collectors.joining(";"));
    }

    private static DateTime dateTime(LocalDateTime time) {
        return new DateTime(
                time.getYear(),
                time.getMonthValue() - 1,
                time.getDayOfMonth(),
                time.getHour(),
                time.getMinute(),
                time.getSecond());
    }

    private static LocalDateTime local(DateTime time) {
        return LocalDateTime.of(
                time.getYear(),
                time.getMonth() + 1,
                time.getDayOfMonth(),
                time.getHours(),
                time.getMinutes(),
                time.getSeconds());
    }
}
