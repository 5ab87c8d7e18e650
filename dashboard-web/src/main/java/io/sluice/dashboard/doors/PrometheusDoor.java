package io.sluice.dashboard.doors;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.Json;
import io.sluice.dashboard.openapi.Query;
import io.sluice.dashboard.security.Role;
import io.sluice.engine.SloEngine;
import io.sluice.engine.cutover.Decision;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The gate as a Prometheus server would tell it, for whoever speaks its HTTP API: Argo Rollouts,
 * Flagger, Keptn, Grafana. A query is one of a few series with its labels; there is no PromQL here.
 *
 * <p>Each answer has exactly one series with one sample, because one client takes the last series,
 * another the first, and a third neither. A range has one sample, too, the present one: what was
 * decided at other times is in the API.
 *
 * <p>A label {@code share} is the one that the client believes in: a decision about another step is
 * a HOLD then.
 */
final class PrometheusDoor {
    private static final String BASE = "/prometheus/api/v1/";

    /** {@code name} or {@code name{label="value",…}}. */
    private static final Pattern SELECTOR =
            Pattern.compile("\\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(?:\\{(.*)}\\s*)?");

    private static final Pattern LABEL =
            Pattern.compile("\\s*([a-zA-Z_][a-zA-Z0-9_]*)\\s*=\\s*\"([^\"\\\\]*)\"\\s*(,|$)");

    /** What Flagger asks to learn whether the server is there. */
    private static final Pattern ONE = Pattern.compile("\\s*vector\\(\\s*1\\s*\\)\\s*");

    private static final String SHARE = "share";

    private static final int MAX_QUERY_LENGTH = 1_000;

    /** A number that a decision has; NaN where it has none. */
    @FunctionalInterface
    private interface Figure {
        double of(Decision decision);
    }

    /** The number of one of its metrics. */
    @FunctionalInterface
    private interface MetricFigure {
        double of(Decision.MetricEvidence metric);
    }

    private static final Map<String, Figure> FIGURES =
            new TreeMap<>(
                    Map.of(
                            "gate_decision",
                            decision -> decision.verdict().code(),
                            "gate_final",
                            decision -> decision.isFinal() ? 1 : 0,
                            "gate_data_age_seconds",
                            decision ->
                                    decision.dataThrough()
                                            .map(
                                                    through ->
                                                            Duration.between(
                                                                                    through,
                                                                                    decision
                                                                                            .evaluatedAt())
                                                                            .toMillis()
                                                                    / 1e3)
                                            .orElse(Double.NaN)));

    private static final Map<String, MetricFigure> METRIC_FIGURES =
            new TreeMap<>(
                    Map.of(
                            "gate_ratio",
                            metric -> metric.ratio().orElse(Double.NaN),
                            "gate_go_e_value",
                            metric -> Math.exp(metric.logEGo()),
                            "gate_no_go_e_value",
                            metric -> Math.exp(metric.logENoGo())));

    private final SloEngine engine;

    PrometheusDoor(SloEngine engine) {
        this.engine = engine;
    }

    /** Clients post first and get when they may not; both are answered. */
    void register(RoutesConfig routes) {
        for (String path : List.of("query", "query_range")) {
            boolean range = path.equals("query_range");
            routes.get(
                    BASE + path,
                    ctx -> query(ctx, ctx.queryParam("query"), range),
                    Role.GATE,
                    Role.READ);
            routes.post(
                    BASE + path,
                    ctx ->
                            query(
                                    ctx,
                                    Optional.ofNullable(ctx.formParam("query"))
                                            .orElse(ctx.queryParam("query")),
                                    range),
                    Role.GATE,
                    Role.READ);
        }
    }

    private record Success(String status, Data data) {}

    private record Data(String resultType, List<Object> result) {}

    private record Sample(Map<String, String> metric, List<Object> value) {}

    private record Range(Map<String, String> metric, List<List<Object>> values) {}

    private record Failure(String status, String errorType, String error) {}

    private void query(Context ctx, @Nullable String query, boolean range) {
        if (query == null || query.length() > MAX_QUERY_LENGTH) {
            refuse(ctx, "a query of 1 to " + MAX_QUERY_LENGTH + " characters is expected");
            return;
        }
        if (ONE.matcher(query).matches()) {
            tell(ctx, Map.of(), engine.now(), 1, range);
            return;
        }
        Matcher selector = SELECTOR.matcher(query);
        if (!selector.matches()) {
            refuse(ctx, "this is no series; " + known());
            return;
        }
        String name = selector.group(1);
        Optional<Map<String, String>> labels =
                labels(Optional.ofNullable(selector.group(2)).orElse(""));
        boolean ofMetric = METRIC_FIGURES.containsKey(name);
        if (labels.isEmpty() || !(ofMetric || FIGURES.containsKey(name))) {
            refuse(ctx, "\"" + query + "\" is not known here; " + known());
            return;
        }
        Set<String> given = new TreeSet<>(labels.get().keySet());
        given.remove(SHARE);
        if (!given.equals(wanted(ofMetric))) {
            refuse(
                    ctx,
                    name
                            + " is asked with the labels "
                            + wanted(ofMetric)
                            + ", each equal to one text, and "
                            + SHARE
                            + " if it is to be about one step");
            return;
        }
        Optional<String> believed = Optional.ofNullable(labels.get().get(SHARE));
        Optional<Double> share = believed.flatMap(Query::readShare);
        if (believed.isPresent() && share.isEmpty()) {
            refuse(ctx, SHARE + " is \"" + believed.get() + "\", a number from 0 to 1 is expected");
            return;
        }
        String cutover = labels.get().getOrDefault("cutover", "");
        Optional<Decision> decision =
                engine.decision(
                        cutover, share.map(OptionalDouble::of).orElseGet(OptionalDouble::empty));
        if (decision.isEmpty()) {
            refuse(ctx, "there is no cutover \"" + cutover + "\"");
            return;
        }
        OptionalDouble value = value(decision.get(), name, labels.get());
        if (value.isEmpty()) {
            refuse(ctx, cutover + " has no metric \"" + labels.get().get("metric") + "\" yet");
            return;
        }
        Map<String, String> series = new TreeMap<>(labels.get());
        series.put("__name__", name);
        tell(ctx, series, decision.get().evaluatedAt(), value.getAsDouble(), range);
    }

    private static Set<String> wanted(boolean ofMetric) {
        return ofMetric ? Set.of("cutover", "metric") : Set.of("cutover");
    }

    private static OptionalDouble value(
            Decision decision, String name, Map<String, String> labels) {
        Figure figure = FIGURES.get(name);
        if (figure != null) {
            return OptionalDouble.of(figure.of(decision));
        }
        return decision.metrics().stream()
                .filter(metric -> metric.name().equals(labels.get("metric")))
                .mapToDouble(metric -> metricFigure(name).of(metric))
                .findFirst();
    }

    private static MetricFigure metricFigure(String name) {
        return Objects.requireNonNull(METRIC_FIGURES.get(name));
    }

    /** Empty if this is not a list of labels, or one is there twice. */
    private static Optional<Map<String, String>> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (!label.region(at, text.length()).lookingAt()
                    || labels.put(label.group(1), label.group(2)) != null) {
                return text.isBlank() ? Optional.of(Map.of()) : Optional.empty();
            }
            at = label.end();
        }
        return Optional.of(labels);
    }

    private static String known() {
        return "known are "
                + FIGURES.keySet().stream()
                        .map(name -> name + "{cutover=\"…\"}")
                        .collect(Collectors.joining(", "))
                + METRIC_FIGURES.keySet().stream()
                        .map(name -> ", " + name + "{cutover=\"…\",metric=\"…\"}")
                        .collect(Collectors.joining())
                + " and vector(1)";
    }

    private static void tell(
            Context ctx, Map<String, String> series, Instant at, double value, boolean range) {
        List<Object> sample = List.of(at.toEpochMilli() / 1e3, text(value));
        Json.write(
                ctx,
                HttpStatus.OK,
                new Success(
                        "success",
                        range
                                ? new Data("matrix", List.of(new Range(series, List.of(sample))))
                                : new Data("vector", List.of(new Sample(series, sample)))));
    }

    /** As Prometheus writes numbers: {@code 1}, {@code -1}, {@code 0.25}, {@code +Inf}. */
    private static String text(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private static void refuse(Context ctx, String why) {
        Json.write(ctx, HttpStatus.BAD_REQUEST, new Failure("error", "bad_data", why));
    }
}
