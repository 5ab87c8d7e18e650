package io.sluice.definitions;

import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Migration;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.definitions.yaml.Durations;
import io.sluice.definitions.yaml.Texts;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Says definitions as one would read them aloud, for pages and reports. The texts come from files
 * and are not escaped. Stateless.
 */
public final class InWords {
    /** Over this a plain number is longer than anybody reads. */
    private static final double PLAIN = 1e15;

    private InWords() {}

    /**
     * {@code spans of service strangler-proxy, kind server, where http.response.status_code is
     * below 500}.
     */
    public static String describe(EventSource source) {
        List<String> parts = new ArrayList<>();
        switch (source) {
            case EventSource.Spans spans -> {
                parts.add("spans" + ofService(source));
                spans.name().ifPresent(name -> parts.add("named " + name));
                spans.kind()
                        .ifPresent(
                                kind -> parts.add("kind " + kind.name().toLowerCase(Locale.ROOT)));
            }
            case EventSource.Metrics metrics ->
                    parts.add("points of metric " + metrics.metric() + ofService(source));
            case EventSource.Events events -> {
                parts.add("events" + ofService(source));
                events.name().ifPresent(name -> parts.add("named " + name));
            }
            case EventSource.Prometheus prometheus ->
                    parts.add("what Prometheus answers to " + prometheus.query());
            case EventSource.Foreign foreign ->
                    parts.add(
                            "a source of "
                                    + foreign.type()
                                            .map(type -> "type " + type)
                                            .or(() -> foreign.dataSource())
                                            .orElse("no type")
                                    + ", which Sluice does not measure");
        }
        if (!source.where().isEmpty()) {
            parts.add("where " + describe(source.where()));
        }
        return String.join(", ", parts);
    }

    /** Conditions of which all must hold. */
    public static String describe(List<Condition> conditions) {
        return conditions.stream().map(InWords::describe).collect(Collectors.joining(" and "));
    }

    /** {@code http.response.status_code is below 500}. */
    public static String describe(Condition condition) {
        String attribute = condition.attribute();
        return switch (condition) {
            case Condition.In in when in.values().size() == 1 ->
                    attribute + " is " + in.values().getFirst();
            case Condition.In in -> attribute + " is one of " + Texts.choice(in.values());
            case Condition.NotIn not when not.values().size() == 1 ->
                    attribute + " is not " + not.values().getFirst();
            case Condition.NotIn not -> attribute + " is none of " + Texts.choice(not.values());
            case Condition.StartsWith starts -> attribute + " starts with " + starts.prefix();
            case Condition.Exists exists ->
                    attribute + (exists.expected() ? " exists" : " does not exist");
            case Condition.Compare compare ->
                    attribute + " is " + describe(compare.op(), compare.bound());
        };
    }

    /**
     * {@code bad are spans of …, among spans of …}, or {@code duration in milliseconds of spans of
     * …}.
     */
    public static String describe(Indicator indicator) {
        return switch (indicator) {
            case Indicator.Ratio ratio ->
                    ratio.polarity().name().toLowerCase(Locale.ROOT)
                            + " are "
                            + describe(ratio.part())
                            + ", among "
                            + describe(ratio.total());
            case Indicator.Raw raw ->
                    raw.meaning().name().toLowerCase(Locale.ROOT)
                            + " share as computed by "
                            + describe(raw.source());
            case Indicator.Threshold threshold ->
                    describe(threshold) + " of " + describe(threshold.source());
        };
    }

    /** {@code duration at most 200 milliseconds}. */
    public static String describe(Indicator.Threshold indicator, Objective.Threshold bound) {
        return value(indicator) + " " + describe(bound.op(), bound.value()) + unit(indicator);
    }

    /** {@code 2h from 2026-01-04 02:00:00 in Europe/Berlin on, FREQ=WEEKLY;BYDAY=SU}. */
    public static String describe(Exclusion.When when) {
        return switch (when) {
            case Exclusion.Once once ->
                    "from " + once.interval().start() + " to " + once.interval().end();
            case Exclusion.Recurring recurring ->
                    Durations.inWords(recurring.length())
                            + " from "
                            + Times.written(recurring.start())
                            + " in "
                            + recurring.zone().getId()
                            + " on, "
                            + recurring.rule().text();
        };
    }

    /** {@code checkout-success met, over 7d}. */
    public static String describe(
            Migration.Criterion criterion, Map<String, ResultsTable> resultsTables) {
        return switch (criterion) {
            case Migration.ObjectivesMet met ->
                    all(met.slos()) + " met, over " + Durations.inWords(met.over());
            case Migration.TrafficShare share ->
                    "at least "
                            + share.atLeast().movePointRight(2).stripTrailingZeros().toPlainString()
                            + " % of the traffic of "
                            + all(share.cutovers())
                            + " is the candidates', over "
                            + Durations.inWords(share.during());
            case Migration.NoTraffic silence ->
                    "no "
                            + describe(silence.source())
                            + ", for "
                            + Durations.inWords(silence.during());
            case Migration.ResultReached result ->
                    result.row() + " is " + describe(result, resultsTables);
            case Migration.Attestation attestation ->
                    attestation.role()
                            + " says: "
                            + attestation.statement()
                            + attestation
                                    .validFor()
                                    .map(age -> " (not older than " + Durations.inWords(age) + ")")
                                    .orElse("");
        };
    }

    private static String describe(
            Migration.ResultReached result, Map<String, ResultsTable> resultsTables) {
        Migration.Reached reached = result.reached();
        Optional<ResultsTable.Row> row =
                Optional.ofNullable(resultsTables.get(result.table()))
                        .flatMap(table -> table.row(result.row()));
        String words =
                switch (reached.direction()) {
                    case DOWN_BY -> "down by at least ";
                    case UP_BY -> "up by at least ";
                    case AT_LEAST -> "at least ";
                    case AT_MOST -> "at most ";
                };
        String unit =
                switch (reached.direction()) {
                    case DOWN_BY, UP_BY ->
                            row.filter(ResultsTable.Row::improvesInPoints)
                                    .map(_ -> "percentage points")
                                    .orElse("%");
                    case AT_LEAST, AT_MOST -> row.map(ResultsTable.Row::unit).orElse("");
                };
        return (words + reached.amount().stripTrailingZeros().toPlainString() + " " + unit).strip();
    }

    /** {@code a, b and c}. */
    private static String all(List<String> names) {
        return names.size() == 1
                ? names.getFirst()
                : String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
    }

    private static String describe(Indicator.Threshold indicator) {
        return value(indicator)
                + (indicator.unit() == Indicator.Unit.NONE ? "" : " in" + unit(indicator));
    }

    private static String value(Indicator.Threshold indicator) {
        return switch (indicator.value()) {
            case DURATION -> "duration";
            case POINT -> "value";
            case COUNT_PER_MINUTE -> "count per minute";
        };
    }

    private static String unit(Indicator.Threshold indicator) {
        return switch (indicator.unit()) {
            case MILLISECONDS -> " milliseconds";
            case SECONDS -> " seconds";
            case NONE -> "";
        };
    }

    private static String describe(Op op, double bound) {
        String words =
                switch (op) {
                    case LT -> "below ";
                    case LTE -> "at most ";
                    case GT -> "above ";
                    case GTE -> "at least ";
                };
        return words + number(bound);
    }

    private static String number(double number) {
        boolean plain = Math.abs(number) < PLAIN && (number == 0 || Math.abs(number) > 1 / PLAIN);
        return plain
                ? BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()
                : Double.toString(number);
    }

    private static String ofService(EventSource source) {
        return source.service().map(service -> " of service " + service).orElse("");
    }
}
