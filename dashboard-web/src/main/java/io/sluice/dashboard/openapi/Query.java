package io.sluice.dashboard.openapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.Context;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.http.Times;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A query parameter: what it is called, what it may be, and how it is read. Reading is strict; what
 * is not as described ends the request with 400 and what was expected.
 *
 * @param <T> what it is read as
 */
public final class Query<T> {
    /** Longest text that is taken. */
    public static final int MAX_TEXT_LENGTH = 200;

    private static final int MAX_CURSOR_LENGTH = 4_000;

    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,8})([smhdw])");

    /** Reads a value; empty if it is not one. */
    @FunctionalInterface
    private interface Reader<T> {
        Optional<T> read(String text);
    }

    private final String name;
    private final Map<String, Object> schema;
    private final String expected;
    private final Reader<T> reader;
    private final String says;
    private final boolean required;
    private final @Nullable T fallback;

    private Query(
            String name,
            Map<String, Object> schema,
            String expected,
            Reader<T> reader,
            String says,
            boolean required,
            @Nullable T fallback) {
        this.name = name;
        this.schema = schema;
        this.expected = expected;
        this.reader = reader;
        this.says = says;
        this.required = required;
        this.fallback = fallback;
    }

    private static <T> Query<T> of(
            String name, Map<String, Object> schema, String expected, Reader<T> reader) {
        return new Query<>(name, schema, expected, reader, "", false, null);
    }

    /** A text of 1 to {@link #MAX_TEXT_LENGTH} characters. */
    public static Query<String> text(String name) {
        Map<String, Object> schema = Schemas.ordered("type", "string", "minLength", 1);
        schema.put("maxLength", MAX_TEXT_LENGTH);
        return of(
                name,
                schema,
                "1 to " + MAX_TEXT_LENGTH + " characters",
                text ->
                        Optional.of(text)
                                .filter(t -> !t.isBlank() && t.length() <= MAX_TEXT_LENGTH));
    }

    /** Where a page begins, as the page before it said; opaque. */
    public static Query<String> cursor(String name) {
        return of(
                name,
                Schemas.ordered("type", "string", "maxLength", MAX_CURSOR_LENGTH),
                "what the page before this one said",
                text -> {
                    try {
                        return Optional.of(text)
                                .filter(t -> t.length() <= MAX_CURSOR_LENGTH)
                                .map(t -> new String(Base64.getUrlDecoder().decode(t), UTF_8));
                    } catch (IllegalArgumentException e) {
                        return Optional.empty();
                    }
                });
    }

    /** What is read as this place again. */
    public static String cursorOf(String place) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(UTF_8));
    }

    /** One of a few words. */
    public static Query<String> oneOf(String name, String... words) {
        List<String> known = List.of(words);
        return of(
                name,
                Schemas.ordered("type", "string", "enum", known),
                String.join(" or ", known),
                text -> Optional.of(text).filter(known::contains));
    }

    /** Some of a few words, with commas between. */
    public static Query<String> listOf(String name, String... words) {
        List<String> known = List.of(words);
        String word = "(" + String.join("|", known) + ")";
        String pattern = "^" + word + "(," + word + ")*$";
        Pattern compiled = Pattern.compile(pattern);
        return of(
                name,
                Schemas.ordered("type", "string", "pattern", pattern),
                String.join(" or ", known) + ", or more of them with commas between",
                text -> Optional.of(text).filter(t -> compiled.matcher(t).matches()));
    }

    /** A whole number in a range, both ends included. */
    public static Query<Integer> integer(String name, int min, int max) {
        Map<String, Object> schema = Schemas.ordered("type", "integer", "format", "int32");
        schema.put("minimum", min);
        schema.put("maximum", max);
        return of(
                name,
                schema,
                "a whole number from " + min + " to " + max,
                text -> parsed(text, Integer::valueOf).filter(n -> n >= min && n <= max));
    }

    /** Any whole number. */
    public static Query<Long> number(String name) {
        return of(
                name,
                Schemas.ordered("type", "integer", "format", "int64"),
                "a whole number",
                text -> parsed(text, Long::valueOf));
    }

    /** A number from 0. */
    public static Query<Double> nonNegative(String name) {
        Map<String, Object> schema = Schemas.ordered("type", "number", "format", "double");
        schema.put("minimum", 0);
        return of(
                name,
                schema,
                "a number from 0",
                text ->
                        parsed(text, Double::valueOf)
                                .filter(number -> number >= 0 && Double.isFinite(number)));
    }

    /** A share from 0 to 1. */
    public static Query<Double> share(String name) {
        Map<String, Object> schema = Schemas.ordered("type", "number", "format", "double");
        schema.put("minimum", 0);
        schema.put("maximum", 1);
        return of(name, schema, "a share from 0 to 1", Query::readShare);
    }

    /** A share from 0 to 1, wherever it was written; empty if a text is none. */
    public static Optional<Double> readShare(String text) {
        return parsed(text, Double::valueOf).filter(share -> share >= 0 && share <= 1);
    }

    /** A time. */
    public static Query<Instant> instant(String name) {
        return of(
                name,
                Schemas.ordered("type", "string", "format", "date-time"),
                Times.EXPECTED,
                Times::parse);
    }

    /**
     * Two times with a slash between them (ISO 8601), the first before the second.
     *
     * @param interval makes what is read of the two
     */
    public static <T> Query<T> interval(String name, BiFunction<Instant, Instant, T> interval) {
        return of(
                name,
                Schemas.ordered("type", "string", "pattern", "^[^/]+/[^/]+$"),
                "two times such as 2026-02-01T00:00:00Z/2026-02-14T09:30:00Z, the earlier one"
                        + " first",
                text -> {
                    String[] ends = text.split("/", -1);
                    if (ends.length != 2) {
                        return Optional.empty();
                    }
                    return Times.parse(ends[0])
                            .flatMap(
                                    from ->
                                            Times.parse(ends[1])
                                                    .filter(from::isBefore)
                                                    .map(to -> interval.apply(from, to)));
                });
    }

    /** OpenSLO's shorthand for a duration, {@code 30m}, {@code 1h} or {@code 28d}. */
    public static Query<Duration> duration(String name, Duration max) {
        return of(
                name,
                Schemas.ordered("type", "string", "pattern", "^" + DURATION.pattern() + "$"),
                "a duration such as 30m, 1h or 7d, at most " + max.toDays() + "d",
                text ->
                        Optional.of(DURATION.matcher(text))
                                .filter(Matcher::matches)
                                .map(Query::duration)
                                .filter(duration -> duration.compareTo(max) <= 0));
    }

    private static Duration duration(Matcher matched) {
        long number = Long.parseLong(matched.group(1));
        return switch (matched.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> Duration.ofDays(7 * number);
        };
    }

    /** A number as a program writes it. */
    @FunctionalInterface
    private interface Parser<T> {
        T parse(String text);
    }

    private static <T> Optional<T> parsed(String text, Parser<T> parser) {
        try {
            return Optional.of(parser.parse(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The same, with a sentence for whoever asks. */
    public Query<T> says(String sentence) {
        return new Query<>(name, schema, expected, reader, sentence, required, fallback);
    }

    /** The same, which has to be given. */
    public Query<T> required() {
        return new Query<>(name, schema, expected, reader, says, true, null);
    }

    /** The same, with what it is unless it is given. */
    public Query<T> unlessGiven(T value) {
        Map<String, Object> more = new LinkedHashMap<>(schema);
        more.put("default", value instanceof Number ? value : shorthand(value));
        return new Query<>(name, more, expected, reader, says, false, value);
    }

    private static String shorthand(Object value) {
        return value instanceof Duration duration
                ? duration.toSeconds() % 86_400 == 0
                        ? duration.toDays() + "d"
                        : duration.toSeconds() % 3_600 == 0
                                ? duration.toHours() + "h"
                                : duration.toSeconds() + "s"
                : value.toString();
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Its place in a request, as problems name it. */
    public String where() {
        return "?" + name;
    }

    /**
     * The value that was given, if one was.
     *
     * @throws ProblemException with 400 if it is not as described, or is missing and required
     */
    public Optional<T> find(Context ctx) {
        String text = ctx.queryParam(name);
        if (text == null) {
            if (required) {
                throw ProblemException.badRequest(where(), "this is empty", expected);
            }
            return Optional.empty();
        }
        return Optional.of(
                reader.read(text)
                        .orElseThrow(
                                () ->
                                        ProblemException.badRequest(
                                                where(), "this is " + text, expected)));
    }

    /**
     * The value that was given, or what it is unless given.
     *
     * @throws ProblemException with 400 as {@link #find}
     * @throws IllegalStateException if it is neither required nor has such a value
     */
    public T get(Context ctx) {
        return find(ctx)
                .or(() -> Optional.ofNullable(fallback))
                .orElseThrow(() -> new IllegalStateException(where() + " may be left out"));
    }

    /** A parameter object of OpenAPI. */
    Map<String, Object> described() {
        Map<String, Object> parameter = Schemas.ordered("name", name, "in", "query");
        if (required) {
            parameter.put("required", true);
        }
        if (!says.isEmpty()) {
            parameter.put("description", says);
        }
        parameter.put("schema", schema);
        return parameter;
    }
}
