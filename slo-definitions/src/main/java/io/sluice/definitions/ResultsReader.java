package io.sluice.definitions;

import io.sluice.definitions.MetadataReader.ReadMetadata;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.definitions.model.ResultsTable.Improvement;
import io.sluice.definitions.model.ResultsTable.Row;
import io.sluice.definitions.model.ResultsTable.Statistic;
import io.sluice.definitions.yaml.Durations;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Value;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a before-and-after table.
 *
 * <pre>{@code
 * apiVersion: sluice.dev/v1
 * kind: Results
 * metadata: {name: shopflow}
 * spec:
 *   description: …
 *   before: {where: [ … ]}           # conditions, as in a metricSource's spec
 *   after: {where: [ … ]}
 *   cutovers: [catalog, cart]
 *   rows:
 *     - metric: Page load time (P99)
 *       unit: ms                     # for people
 *       statistic: p99               # p50, p95, p99, mean, maximum, ratio, deploymentsPerMonth, leadTime
 *       source: {type: spans, spec: { … }}  # a metricSource; none for the deployment statistics
 *       part: {type: spans, spec: { … }}    # ratio only: the part of the source that is counted
 *       valueUnit: ms                # ms, s or none, the default
 *       improvement: percent         # default; percentagePoints or none
 *       minimumWindow: 10m           # default 1m
 * }</pre>
 */
final class ResultsReader {
    private static final Duration MINIMUM_WINDOW = Duration.ofMinutes(1);

    static final Map<String, Statistic> STATISTICS =
            Words.of(
                    Map.entry("p50", Statistic.P50),
                    Map.entry("p95", Statistic.P95),
                    Map.entry("p99", Statistic.P99),
                    Map.entry("mean", Statistic.MEAN),
                    Map.entry("maximum", Statistic.MAXIMUM),
                    Map.entry("ratio", Statistic.RATIO),
                    Map.entry("deploymentsPerMonth", Statistic.DEPLOYMENTS_PER_MONTH),
                    Map.entry("leadTime", Statistic.LEAD_TIME));

    static final Map<String, Indicator.Unit> UNITS =
            Words.of(
                    Map.entry("ms", Indicator.Unit.MILLISECONDS),
                    Map.entry("s", Indicator.Unit.SECONDS),
                    Map.entry("none", Indicator.Unit.NONE));

    static final Map<String, Improvement> IMPROVEMENTS =
            Words.of(
                    Map.entry("percent", Improvement.PERCENT),
                    Map.entry("percentagePoints", Improvement.PERCENTAGE_POINTS),
                    Map.entry("none", Improvement.NONE));

    private final References references;
    private final SourceReader sources;

    ResultsReader(References references, SourceReader sources) {
        this.references = references;
        this.sources = sources;
    }

    /** The {@code metadata} and {@code spec} of Results. */
    Optional<ResultsTable> table(Fields object) {
        Optional<ReadMetadata> metadata =
                object.require("metadata", MetadataReader.of(Kind.RESULTS));
        return object.require("spec", spec -> spec.object(fields -> spec(fields, metadata)));
    }

    private Optional<ResultsTable> spec(Fields spec, Optional<ReadMetadata> metadata) {
        spec.optional("description", MetadataReader::description);
        List<Condition> before = spec.require("before", SourceReader::side).orElse(List.of());
        List<Condition> after = spec.require("after", SourceReader::side).orElse(List.of());
        List<String> cutovers =
                spec.require(
                                "cutovers",
                                v ->
                                        v.someOf(
                                                name ->
                                                        references
                                                                .cutovers
                                                                .resolve(name)
                                                                .map(c -> c.name())))
                        .orElse(List.of());
        List<Row> rows =
                spec.require("rows", v -> v.someOf(item -> item.object(this::row)))
                        .orElse(List.of());
        return metadata.map(m -> new ResultsTable(m.metadata(), before, after, cutovers, rows));
    }

    private Optional<Row> row(Fields fields) {
        Optional<String> metric = fields.require("metric", Value::someText);
        Optional<String> unit = fields.require("unit", Value::text);
        Optional<Statistic> statistic = fields.require("statistic", v -> v.oneOf(STATISTICS));
        Optional<EventSource> source =
                source(fields, "source", statistic.map(ResultsReader::needsSource));
        Optional<EventSource> part =
                source(fields, "part", statistic.map(s -> s == Statistic.RATIO));
        Indicator.Unit valueUnit =
                fields.optional("valueUnit", v -> v.oneOf(UNITS)).orElse(Indicator.Unit.NONE);
        Improvement improvement =
                fields.optional("improvement", v -> v.oneOf(IMPROVEMENTS))
                        .orElse(Improvement.PERCENT);
        Duration minimum =
                fields.optional("minimumWindow", Durations::ownPositive).orElse(MINIMUM_WINDOW);
        return metric.flatMap(
                m ->
                        unit.flatMap(
                                u ->
                                        statistic.map(
                                                s ->
                                                        new Row(
                                                                m,
                                                                u,
                                                                s,
                                                                source,
                                                                part,
                                                                valueUnit,
                                                                improvement,
                                                                minimum.toSeconds()))));
    }

    /** A source that must be there, or must not, by the row's statistic. */
    private Optional<EventSource> source(Fields fields, String key, Optional<Boolean> needed) {
        if (needed.equals(Optional.of(true))) {
            return fields.require(key, sources::sided);
        }
        if (needed.equals(Optional.of(false))) {
            fields.value(key)
                    .ifPresent(
                            v -> v.wrongKey("`" + key + "` means nothing for this statistic", ""));
            return Optional.empty();
        }
        return fields.optional(key, sources::sided);
    }

    private static boolean needsSource(Statistic statistic) {
        return switch (statistic) {
            case P50, P95, P99, MEAN, MAXIMUM, RATIO -> true;
            case DEPLOYMENTS_PER_MONTH, LEAD_TIME -> false;
        };
    }
}
