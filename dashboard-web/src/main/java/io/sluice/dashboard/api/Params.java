package io.sluice.dashboard.api;

import io.javalin.http.Context;
import io.sluice.dashboard.http.ProblemException;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Query parameters and text members, read strictly: a misspelt one would otherwise silently mean
 * its default.
 */
final class Params {
    /** Longest name, revision or version that is taken. */
    static final int MAX_TEXT_LENGTH = 200;

    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,8})([smhdw])");

    private Params() {}

    /** Refuses parameters that are not known, and repeated ones. */
    static void requireOnly(Context ctx, Set<String> known) {
        ctx.queryParamMap()
                .forEach(
                        (name, values) -> {
                            if (!known.contains(name)) {
                                throw ProblemException.badRequest(
                                        "?" + name,
                                        "there is no such parameter",
                                        known.isEmpty()
                                                ? "no parameters"
                                                : String.join(", ", new TreeSet<>(known)));
                            }
                            if (values.size() > 1) {
                                throw ProblemException.badRequest(
                                        "?" + name, "it was given twice", "one value");
                            }
                        });
    }

    static Instant instant(Context ctx, String name, Instant fallback) {
        String value = ctx.queryParam(name);
        return value == null ? fallback : instant("?" + name, value);
    }

    static Instant instant(String where, String value) {
        try {
            return Instant.parse(value);
        } catch (DateTimeException e) {
            throw ProblemException.badRequest(
                    where, "this is " + value, "a time such as 2026-02-14T09:30:00Z");
        }
    }

    static int integer(Context ctx, String name, int fallback, int min, int max) {
        String value = ctx.queryParam(name);
        if (value == null) {
            return fallback;
        }
        String expected = "a whole number from " + min + " to " + max;
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, with the numbers that are out of range.
        }
        throw ProblemException.badRequest("?" + name, "this is " + value, expected);
    }

    /** One of a few words, if it was given. */
    static Optional<String> oneOf(Context ctx, String name, List<String> words) {
        Optional<String> value = Optional.ofNullable(ctx.queryParam(name));
        if (value.isPresent() && !words.contains(value.get())) {
            throw ProblemException.badRequest(
                    "?" + name, "this is " + value.get(), String.join(" or ", words));
        }
        return value;
    }

    /** A whole number, if it was given. */
    static OptionalLong number(Context ctx, String name) {
        String value = ctx.queryParam(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(value));
        } catch (NumberFormatException e) {
            throw ProblemException.badRequest("?" + name, "this is " + value, "a whole number");
        }
    }

    /** A number from 0, if it was given. */
    static OptionalDouble nonNegative(Context ctx, String name) {
        String value = ctx.queryParam(name);
        if (value == null) {
            return OptionalDouble.empty();
        }
        try {
            double number = Double.parseDouble(value);
            if (number >= 0 && Double.isFinite(number)) {
                return OptionalDouble.of(number);
            }
        } catch (NumberFormatException e) {
            // Told below, with the numbers that are out of range.
        }
        throw ProblemException.badRequest("?" + name, "this is " + value, "a number from 0");
    }

    static OptionalDouble share(Context ctx, String name) {
        String value = ctx.queryParam(name);
        if (value == null) {
            return OptionalDouble.empty();
        }
        try {
            double share = Double.parseDouble(value);
            if (share >= 0 && share <= 1) {
                return OptionalDouble.of(share);
            }
        } catch (NumberFormatException e) {
            // Told below, with the numbers that are out of range.
        }
        throw ProblemException.badRequest("?" + name, "this is " + value, "a share from 0 to 1");
    }

    /** OpenSLO's shorthand: {@code 30m}, {@code 1h}, {@code 28d}. */
    static Duration duration(Context ctx, String name, Duration fallback, Duration max) {
        String value = ctx.queryParam(name);
        if (value == null) {
            return fallback;
        }
        Matcher matcher = DURATION.matcher(value);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration duration =
                    switch (matcher.group(2)) {
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        case "d" -> Duration.ofDays(number);
                        default -> Duration.ofDays(7 * number);
                    };
            if (duration.compareTo(max) <= 0) {
                return duration;
            }
        }
        throw ProblemException.badRequest(
                "?" + name,
                "this is " + value,
                "a duration such as 30m, 1h or 7d, at most " + max.toDays() + "d");
    }

    static String text(String where, @Nullable String value) {
        if (value == null || value.isBlank() || value.length() > MAX_TEXT_LENGTH) {
            throw ProblemException.badRequest(
                    where,
                    value == null || value.isBlank()
                            ? "this is empty"
                            : "this has " + value.length() + " characters",
                    "1 to " + MAX_TEXT_LENGTH + " characters");
        }
        return value;
    }

    static Optional<Instant> optionalInstant(String where, @Nullable String value) {
        return Optional.ofNullable(value).map(text -> instant(where, text));
    }
}
