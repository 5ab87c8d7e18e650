package io.sluice.definitions.yaml;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes lengths of time. */
public final class Durations {
    private static final Pattern SHORTHAND = Pattern.compile("([0-9]{1,6})([mhdwMQY])");
    private static final Pattern SECONDS = Pattern.compile("([0-9]{1,9})s");

    public static final String SHORTHAND_EXPECTED =
            "a whole number and m (minutes), h, d, w, M (months), Q or Y, for example 30d";
    private static final String OWN_EXPECTED = "for example 10s, 5m, 2h or PT10S";

    /** The most that a length may be, in minutes: a number of years that no store will see. */
    public static final long MAX_MINUTES = 60L * 24 * 365_000;

    private Durations() {}

    /** OpenSLO's shorthand, as it was written. */
    public record Shorthand(int count, char unit) {
        /**
         * OpenSLO leaves months, quarters and years open: 30, 90 and 365 days, as its validator has
         * it.
         */
        public Duration length() {
            return switch (unit) {
                case 'm' -> Duration.ofMinutes(count);
                case 'h' -> Duration.ofHours(count);
                case 'd' -> Duration.ofDays(count);
                case 'w' -> Duration.ofDays(7L * count);
                case 'M' -> Duration.ofDays(30L * count);
                case 'Q' -> Duration.ofDays(90L * count);
                case 'Y' -> Duration.ofDays(365L * count);
                default ->
                        throw new IllegalStateException(
                                "the pattern lets no unit " + unit + " through");
            };
        }
    }

    /** OpenSLO's shorthand: a positive whole number and one unit, case-sensitive. */
    public static Optional<Shorthand> shorthand(Value value) {
        return shorthandFromZero(value)
                .flatMap(
                        read ->
                                read.count() == 0
                                        ? value.wrong(
                                                "`" + value.key() + "` must be longer than nothing",
                                                SHORTHAND_EXPECTED)
                                        : Optional.of(read));
    }

    /** OpenSLO's shorthand as a length. */
    public static Optional<Duration> positive(Value value) {
        return shorthand(value).map(Shorthand::length);
    }

    /** OpenSLO's shorthand where nothing at all is a length too. */
    public static Optional<Duration> fromZero(Value value) {
        return shorthandFromZero(value).map(Shorthand::length);
    }

    private static Optional<Shorthand> shorthandFromZero(Value value) {
        Optional<Shorthand> read =
                value.node() instanceof YamlNode.Scalar scalar
                        ? parseShorthand(scalar.text())
                        : Optional.empty();
        return read.isPresent() ? read : value.wrong(notADuration(value), SHORTHAND_EXPECTED);
    }

    /** In our own kinds and annotations also seconds, and ISO 8601. */
    public static Optional<Duration> own(Value value) {
        Optional<Duration> read =
                value.node() instanceof YamlNode.Scalar scalar
                        ? parseOwn(scalar.text())
                        : Optional.empty();
        return read.isPresent() ? read : value.wrong(notADuration(value), OWN_EXPECTED);
    }

    /** As {@link #own}, and longer than nothing. */
    public static Optional<Duration> ownPositive(Value value) {
        return own(value)
                .flatMap(
                        read ->
                                read.isZero()
                                        ? value.wrong(
                                                "`" + value.key() + "` must be longer than nothing",
                                                OWN_EXPECTED)
                                        : Optional.of(read));
    }

    private static String notADuration(Value value) {
        return "`" + value.key() + "` is not a length of time: " + value.node().inMessages();
    }

    private static Optional<Shorthand> parseShorthand(String text) {
        Matcher matcher = SHORTHAND.matcher(text);
        return matcher.matches()
                ? Optional.of(
                        new Shorthand(
                                Integer.parseInt(matcher.group(1)), matcher.group(2).charAt(0)))
                : Optional.empty();
    }

    private static Optional<Duration> parseOwn(String text) {
        Matcher seconds = SECONDS.matcher(text);
        if (seconds.matches()) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(seconds.group(1))));
        }
        if (!text.startsWith("P") || text.length() > 30) {
            return parseShorthand(text).map(Shorthand::length);
        }
        try {
            Duration read = Duration.parse(text);
            return read.isNegative() || read.toMinutes() > MAX_MINUTES
                    ? Optional.empty()
                    : Optional.of(read);
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    /**
     * As a definition file may have it: OpenSLO's shorthand in the largest of days, hours and
     * minutes that divides the length, else seconds or ISO 8601, which only our own kinds know.
     */
    public static String written(Duration length) {
        if (!length.equals(length.truncatedTo(ChronoUnit.SECONDS))) {
            return length.toString();
        }
        long seconds = length.toSeconds();
        if (seconds % 60 != 0) {
            return seconds + "s";
        }
        long minutes = seconds / 60;
        if (minutes % 60 != 0 || minutes == 0) {
            return minutes + "m";
        }
        return minutes % (60 * 24) == 0 ? minutes / (60 * 24) + "d" : minutes / 60 + "h";
    }

    /** The shortest way to write it, for example {@code 1h30m} or {@code 3d}. */
    public static String inWords(Duration length) {
        if (length.isZero()) {
            return "0s";
        }
        StringBuilder text = new StringBuilder();
        append(text, length.toDaysPart(), "d");
        append(text, length.toHoursPart(), "h");
        append(text, length.toMinutesPart(), "m");
        append(text, length.toSecondsPart(), "s");
        append(text, length.toMillisPart(), "ms");
        return text.toString().toLowerCase(Locale.ROOT);
    }

    private static void append(StringBuilder text, long count, String unit) {
        if (count > 0) {
            text.append(count).append(unit);
        }
    }
}
