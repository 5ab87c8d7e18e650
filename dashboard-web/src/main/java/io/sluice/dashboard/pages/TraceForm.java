package io.sluice.dashboard.pages;

import io.javalin.http.Context;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.http.Times;
import io.sluice.engine.TraceReader;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * What the traces page was asked: its address, and the form that makes it. A field that was left
 * empty was not asked.
 *
 * @param slo empty for the one that needs looking at most
 * @param side {@code baseline} or {@code candidate}
 * @param attribute of the events that are meant, with {@code value}; both or none
 * @param window one of {@link SloPage#WINDOWS}
 * @param to its end; empty for now
 * @param before where the page before ended
 * @param found how many traces of the same page were found before; less than {@link
 *     TracesPage#ON_A_PAGE}
 */
record TraceForm(
        Optional<String> slo,
        TraceReader.Outcome outcome,
        Optional<String> side,
        Optional<String> route,
        Optional<String> attribute,
        Optional<String> value,
        OptionalDouble atLeast,
        String window,
        Optional<Instant> to,
        OptionalLong before,
        int found) {

    private static final String COUNT_FOUND =
            "a whole number from 0 to " + (TracesPage.ON_A_PAGE - 1);

    /** What the form can be asked; anything else is a mistake that would change the answer. */
    private static final List<String> FIELDS =
            List.of(
                    "slo",
                    "outcome",
                    "side",
                    "route",
                    "attribute",
                    "value",
                    "min",
                    "window",
                    "to",
                    "before",
                    "found");

    /**
     * @throws ProblemException with 400, the field and what was expected
     */
    static TraceForm of(Context ctx) {
        Asked.requireOnly(ctx, FIELDS);
        String window =
                Asked.requireOneOf(
                        SloPage.WINDOWS.keySet(),
                        "window",
                        Asked.field(ctx, "window").orElse("1h"));
        Optional<Double> min = number(ctx, "min", "a number from 0", Double::valueOf);
        if (min.filter(value -> !(value >= 0)).isPresent()) {
            throw Asked.wrong("min", min.get().toString(), "a number from 0");
        }
        int found = number(ctx, "found", COUNT_FOUND, Integer::valueOf).orElse(0);
        if (found < 0 || found >= TracesPage.ON_A_PAGE) {
            throw Asked.wrong("found", Integer.toString(found), COUNT_FOUND);
        }
        Optional<Long> before = number(ctx, "before", "a whole number", Long::valueOf);
        if (Asked.field(ctx, "attribute").isPresent() != Asked.field(ctx, "value").isPresent()) {
            throw ProblemException.badRequest(
                    "?attribute", "only one of attribute and value is given", "both or none");
        }
        return new TraceForm(
                Asked.field(ctx, "slo"),
                word(ctx, "outcome", List.of("bad", "good")).filter("good"::equals).isPresent()
                        ? TraceReader.Outcome.GOOD
                        : TraceReader.Outcome.BAD,
                word(ctx, "side", List.of("baseline", "candidate")),
                Asked.field(ctx, "route"),
                Asked.field(ctx, "attribute"),
                Asked.field(ctx, "value"),
                min.isPresent() ? OptionalDouble.of(min.get()) : OptionalDouble.empty(),
                window,
                Asked.field(ctx, "to").map(to -> Times.require("?to", to)),
                before.isPresent() ? OptionalLong.of(before.get()) : OptionalLong.empty(),
                found);
    }

    /** The address of the page that goes on where this one ended, in the same time. */
    String older(String chosenSlo, Instant end, long next) {
        return address(onward(chosenSlo, end, next));
    }

    /** The address of what is left of this page, of which so many were found. */
    String further(String chosenSlo, Instant end, long next, int soFar) {
        List<Map.Entry<String, String>> fields = onward(chosenSlo, end, next);
        fields.add(Map.entry("found", Integer.toString(soFar)));
        return address(fields);
    }

    private List<Map.Entry<String, String>> onward(String chosenSlo, Instant end, long next) {
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        fields.add(Map.entry("slo", chosenSlo));
        fields.add(Map.entry("outcome", isGood() ? "good" : "bad"));
        side.ifPresent(wanted -> fields.add(Map.entry("side", wanted)));
        route.ifPresent(wanted -> fields.add(Map.entry("route", wanted)));
        attribute.ifPresent(name -> fields.add(Map.entry("attribute", name)));
        value.ifPresent(wanted -> fields.add(Map.entry("value", wanted)));
        atLeast.ifPresent(least -> fields.add(Map.entry("min", Double.toString(least))));
        fields.add(Map.entry("window", window));
        fields.add(Map.entry("to", end.toString()));
        fields.add(Map.entry("before", Long.toString(next)));
        return fields;
    }

    /** The address of one group's bad traces in a window that ends now. */
    static String ofRoute(String slo, String route, String window) {
        return address(
                List.of(
                        Map.entry("slo", slo),
                        Map.entry("route", route),
                        Map.entry("window", window)));
    }

    /** The address of an SLO's bad traces of one side. */
    static String ofSide(String slo, String side, String window) {
        return address(
                List.of(
                        Map.entry("slo", slo),
                        Map.entry("side", side),
                        Map.entry("window", window)));
    }

    /** The address of an SLO's bad traces with one value of an attribute. */
    static String ofAttribute(String slo, String attribute, String value, String window) {
        return address(
                List.of(
                        Map.entry("slo", slo),
                        Map.entry("attribute", attribute),
                        Map.entry("value", value),
                        Map.entry("window", window)));
    }

    /** How long the window is. */
    Duration length() {
        return Objects.requireNonNull(SloPage.WINDOWS.get(window));
    }

    boolean isGood() {
        return outcome == TraceReader.Outcome.GOOD;
    }

    private static String address(List<Map.Entry<String, String>> fields) {
        StringBuilder address = new StringBuilder("/traces");
        char separator = '?';
        for (Map.Entry<String, String> field : fields) {
            address.append(separator)
                    .append(field.getKey())
                    .append('=')
                    .append(URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8));
            separator = '&';
        }
        return address.toString();
    }

    private static Optional<String> word(Context ctx, String name, List<String> words) {
        Optional<String> value = Asked.field(ctx, name);
        if (value.isPresent() && !words.contains(value.get())) {
            throw Asked.wrong(name, value.get(), String.join(" or ", words));
        }
        return value;
    }

    private static <T> Optional<T> number(
            Context ctx, String name, String expected, Function<String, T> parse) {
        Optional<String> value = Asked.field(ctx, name);
        try {
            return value.map(parse);
        } catch (NumberFormatException e) {
            throw Asked.wrong(name, value.orElse(""), expected);
        }
    }
}
