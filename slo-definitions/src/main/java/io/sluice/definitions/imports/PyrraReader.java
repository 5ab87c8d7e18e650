package io.sluice.definitions.imports;

import io.sluice.definitions.imports.Imported.Named;
import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.AlertPolicy.Severity;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Indicator.Polarity;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.prometheus.Query;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Value;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads Pyrra's ServiceLevelObjectives. They name no service, so the label {@code
 * pyrra.dev/service}, the namespace or the objective's own name stands for it.
 *
 * <p>Pyrra's alerts have fixed burn rates and windows that are a fixed share of the objective's,
 * rounded to a minute: 14 times over an hour and 5 minutes for 28 days, and so on.
 */
final class PyrraReader {
    private static final Foreign PYRRA = new Foreign("Pyrra");

    /** Pyrra takes these labels, and only these, along to what it computes. */
    private static final String PROPAGATED = "pyrra.dev/";

    private static final String SERVICE = "service";

    /** As Sloth writes it, which `sluice export` fills in. */
    private static final String WINDOW = "[{{.window}}]";

    private static final String RULES = "Sluice computes no rules whose place this would decide";
    private static final String ALERTS = "Sluice's alerts have their own names";

    private static final Pattern PERCENTAGE = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,30})?");
    private static final Pattern LE = Pattern.compile("[{,]\\s*le\\s*=\\s*[\"'`]");

    /** A burn rate, and its windows as shares of the objective's. */
    private enum Pair {
        FAST_BURN("fastBurn", Severity.PAGE, 14, 28 * 24, 28 * 24 * 12, 28 * 24 * 30),
        MEDIUM_BURN("mediumBurn", Severity.PAGE, 7, 28 * 4, 28 * 24 * 2, 28 * 24 * 4),
        SLOW_BURN("slowBurn", Severity.TICKET, 2, 28, 28 * 12, 28 * 24),
        LONG_TERM_BURN("longTermBurn", Severity.TICKET, 1, 7, 28 * 4, 28 * 8);

        private final String key;
        private final Severity severity;
        private final int burnRate;
        private final int longIn;
        private final int shortIn;
        private final int alertAfterIn;

        Pair(
                String key,
                Severity severity,
                int burnRate,
                int longIn,
                int shortIn,
                int alertAfterIn) {
            this.key = key;
            this.severity = severity;
            this.burnRate = burnRate;
            this.longIn = longIn;
            this.shortIn = shortIn;
            this.alertAfterIn = alertAfterIn;
        }

        private BurnPair in(Duration window, Map<Pair, Severity> severities) {
            return new BurnPair(
                    key,
                    severities.getOrDefault(this, severity),
                    BigDecimal.valueOf(burnRate),
                    minutes(window, longIn),
                    minutes(window, shortIn),
                    minutes(window, alertAfterIn));
        }

        /** To the nearest minute. */
        private static Duration minutes(Duration window, int parts) {
            long perMinute = 60_000L * parts;
            return Duration.ofMinutes((window.toMillis() + perMinute / 2) / perMinute);
        }
    }

    private PyrraReader() {}

    static Imported read(Value document) {
        return PYRRA.object(
                        document,
                        fields -> {
                            fields.value("apiVersion");
                            Optional<Boolean> kind = fields.require("kind", PyrraReader::kind);
                            if (kind.isEmpty()) {
                                fields.all();
                                return Optional.empty();
                            }
                            fields.value("status");
                            Optional<Identity> identity =
                                    PYRRA.metadata(fields, PyrraReader::identity);
                            return fields.require(
                                    "spec",
                                    v -> PYRRA.object(v, f -> Optional.of(objective(f, identity))));
                        })
                .orElse(Imported.NOTHING);
    }

    private static Optional<Boolean> kind(Value value) {
        return value.text()
                .flatMap(
                        kind ->
                                kind.equals("ServiceLevelObjective")
                                        ? Optional.of(true)
                                        : value.wrong(
                                                "unknown kind " + value.node().inMessages(),
                                                "ServiceLevelObjective"));
    }

    /**
     * What an objective is called.
     *
     * @param at where the name stands
     */
    private record Identity(Metadata metadata, Value at, String service) {}

    private static Optional<Identity> identity(Fields metadata) {
        Optional<Value> at = metadata.exactlyOne("name");
        Optional<String> name = at.flatMap(Foreign::name);
        Optional<Value> namespace = metadata.value("namespace");
        Map<String, List<String>> labels = new LinkedHashMap<>();
        metadata.value("labels").ifPresent(all -> labels.putAll(Foreign.labels(all, PROPAGATED)));
        metadata.value("annotations")
                .flatMap(Value::fields)
                .ifPresent(
                        annotations ->
                                annotations.all().stream()
                                        .filter(a -> a.key().startsWith(PROPAGATED))
                                        .forEach(
                                                a -> a.noteKey("not carried over: " + ALERTS, "")));
        if (at.isEmpty() || name.isEmpty()) {
            return Optional.empty();
        }
        String service = name.get();
        if (labels.containsKey(SERVICE)) {
            service = labels.get(SERVICE).getFirst();
        } else {
            service = namespace.flatMap(Value::someText).orElse(service);
            at.get()
                    .note(
                            "Pyrra's objectives name no service; `" + service + "` is taken",
                            "a label `" + PROPAGATED + SERVICE + "`");
        }
        return Foreign.name(service, namespace.orElse(at.get()))
                .map(
                        s ->
                                new Identity(
                                        new Metadata(name.get(), name.get(), labels, Map.of()),
                                        at.get(),
                                        s));
    }

    private static Imported objective(Fields spec, Optional<Identity> identity) {
        String description = spec.optional("description", Foreign::description).orElse("");
        Optional<BigDecimal> target = spec.require("target", PyrraReader::target);
        Optional<Duration> window = spec.require("window", PyrraReader::window);
        Optional<Indicator> indicator =
                spec.require("indicator", v -> PYRRA.object(v, PyrraReader::indicator));
        Foreign.leaveOut(spec, "partial_response_strategy", RULES);
        Foreign.leaveOut(spec, "performanceOverAccuracy", RULES);
        Foreign.leaveOut(spec, "ruleOutput", RULES);
        Value alertsAt = spec.value("alerting").orElse(spec.owner());
        Alerting alerting =
                spec.optional("alerting", v -> PYRRA.object(v, PyrraReader::alerting))
                        .orElse(Alerting.USUAL);
        if (identity.isEmpty()) {
            return Imported.NOTHING;
        }
        Identity known = identity.get();
        Optional<Slo> slo = Optional.empty();
        if (target.isPresent() && window.isPresent() && indicator.isPresent()) {
            slo =
                    Optional.of(
                            Foreign.slo(
                                    known.metadata(),
                                    description,
                                    known.service(),
                                    window.get(),
                                    indicator.get(),
                                    target.get(),
                                    alerting.policies(target.get(), window.get(), alertsAt)));
        }
        return new Imported(
                Optional.of(Foreign.service(known.service())),
                List.of(new Named(known.metadata().name(), known.at(), slo)));
    }

    /** In whole minutes, as objectives of this language have it. */
    private static Optional<Duration> window(Value value) {
        return PrometheusDurations.positive(value)
                .flatMap(
                        length ->
                                length.equals(length.truncatedTo(ChronoUnit.MINUTES))
                                        ? Optional.of(length)
                                        : value.wrong(
                                                "`window` is no whole number of minutes: "
                                                        + value.node().inMessages(),
                                                "for example 4w"));
    }

    private static Optional<BigDecimal> target(Value value) {
        return value.text()
                .flatMap(
                        text ->
                                PERCENTAGE.matcher(text).matches()
                                        ? Foreign.share(new BigDecimal(text), value)
                                        : value.wrong(
                                                "not a percentage: " + value.node().inMessages(),
                                                "for example \"99.9\""))
                .map(
                        share -> {
                            if (share.compareTo(new BigDecimal("0.01")) < 0) {
                                value.warn(
                                        "under one percent; `target` is a percentage, not a share",
                                        "for example \"99.9\"");
                            }
                            return share;
                        });
    }

    private static Optional<Indicator> indicator(Fields fields) {
        return fields.exactlyOne("ratio", "latency", "latencyNative", "bool_gauge")
                .flatMap(
                        at ->
                                PYRRA.object(
                                        at,
                                        f -> {
                                            Foreign.leaveOut(
                                                    f,
                                                    "grouping",
                                                    "one objective is kept over all groups");
                                            return switch (at.key()) {
                                                case "ratio" -> ratio(f);
                                                case "latency" -> latency(f);
                                                case "latencyNative" -> nativeLatency(f);
                                                default -> gauge(f);
                                            };
                                        }));
    }

    private static Optional<Indicator> ratio(Fields fields) {
        return counters(
                Polarity.BAD,
                fields.require("errors", PyrraReader::query),
                fields.require("total", PyrraReader::query));
    }

    private static Optional<Indicator> latency(Fields fields) {
        return counters(
                Polarity.GOOD,
                fields.require("success", v -> PYRRA.object(v, PyrraReader::bucket)),
                fields.require("total", PyrraReader::query));
    }

    private static Optional<Indicator> counters(
            Polarity polarity, Optional<Query> part, Optional<Query> total) {
        return part.flatMap(
                p ->
                        total.map(
                                t ->
                                        new Indicator.Ratio(
                                                polarity,
                                                Foreign.source(p),
                                                Foreign.source(t),
                                                true)));
    }

    /** A histogram's bucket, whose bound is the latency. */
    private static Optional<Query> bucket(Fields fields) {
        Optional<Value> at = fields.exactlyOne("metric");
        return at.flatMap(PyrraReader::selector)
                .filter(
                        query ->
                                LE.matcher(query.text()).find()
                                        || at.get()
                                                .wrong(
                                                        "no bucket: the label `le` is missing",
                                                        "`le=\"0.5\"` for half a second")
                                                .isPresent());
    }

    private static Optional<Indicator> nativeLatency(Fields fields) {
        Optional<Duration> latency = fields.require("latency", PrometheusDurations::positive);
        Optional<Query> total = fields.require("total", PyrraReader::query);
        if (latency.isEmpty() || total.isEmpty()) {
            return Optional.empty();
        }
        String rates = "sum(rate(" + total.get().text() + WINDOW + "))";
        String count = "histogram_count(" + rates + ")";
        String seconds =
                BigDecimal.valueOf(latency.get().toMillis(), 3)
                        .stripTrailingZeros()
                        .toPlainString();
        noteTemplate(fields, "native histogram");
        return Optional.of(
                templates(
                        "histogram_fraction(0, " + seconds + ", " + rates + ") * " + count, count));
    }

    private static Optional<Indicator> gauge(Fields fields) {
        return fields.require("metric", PyrraReader::selector)
                .map(
                        query -> {
                            noteTemplate(fields, "gauge");
                            return templates(
                                    "sum(sum_over_time(" + query.text() + WINDOW + "))",
                                    "sum(count_over_time(" + query.text() + WINDOW + "))");
                        });
    }

    private static void noteTemplate(Fields fields, String what) {
        fields.owner()
                .noteKey(
                        "kept as a template, for `sluice export`: a " + what + " has no counters",
                        "");
    }

    private static Indicator templates(String good, String total) {
        return new Indicator.Ratio(
                Polarity.GOOD,
                Foreign.source(new Query(good)),
                Foreign.source(new Query(total)),
                false);
    }

    private static Optional<Query> query(Value value) {
        return PYRRA.object(value, fields -> fields.require("metric", PyrraReader::selector));
    }

    private static Optional<Query> selector(Value value) {
        return value.someText()
                .map(text -> new Query(text.strip()))
                .flatMap(
                        query ->
                                query.isSelector()
                                        ? Optional.of(query)
                                        : value.wrong(
                                                "`" + value.key() + "` must select series",
                                                "a metric's name, labels, or both"));
    }

    /**
     * What is told, and how.
     *
     * @param burning whether burn rates are watched
     * @param absence whether silence is told
     * @param severities where they are not the usual ones
     */
    private record Alerting(boolean burning, boolean absence, Map<Pair, Severity> severities) {
        static final Alerting USUAL = new Alerting(true, true, Map.of());

        List<AlertPolicy> policies(BigDecimal target, Duration window, Value at) {
            List<BurnPair> pairs =
                    Arrays.stream(Pair.values()).map(pair -> pair.in(window, severities)).toList();
            List<AlertCondition> conditions = BurnPair.conditions(pairs, target, at);
            if (conditions.isEmpty() || !(burning || absence)) {
                return List.of();
            }
            return List.of(
                    new AlertPolicy(
                            new Metadata("pyrra", "pyrra", Map.of(), Map.of()),
                            "",
                            absence,
                            true,
                            burning,
                            conditions,
                            List.of()));
        }
    }

    private static Optional<Alerting> alerting(Fields fields) {
        boolean disabled = fields.optional("disabled", Value::bool).orElse(false);
        boolean burning = fields.optional("burnrates", Value::bool).orElse(true);
        boolean absence = fields.optional("absent", Value::bool).orElse(true);
        Foreign.leaveOut(fields, "name", ALERTS);
        Foreign.leaveOut(fields, "absentName", ALERTS);
        Map<Pair, Severity> severities = new EnumMap<>(Pair.class);
        fields.optional(
                "severities",
                v ->
                        PYRRA.object(
                                v,
                                f -> {
                                    for (Pair pair : Pair.values()) {
                                        f.optional(pair.key, PyrraReader::severity)
                                                .ifPresent(s -> severities.put(pair, s));
                                    }
                                    Foreign.leaveOut(
                                            f, "absent", "silence has the severity of what burns");
                                    return Optional.of(true);
                                }));
        return Optional.of(new Alerting(burning && !disabled, absence && !disabled, severities));
    }

    /** A free text there; what does not wake anybody by its name is a ticket. */
    private static Optional<Severity> severity(Value value) {
        return value.someText()
                .map(
                        word ->
                                switch (word.toLowerCase(Locale.ROOT)) {
                                    case "page", "critical" -> Severity.PAGE;
                                    case "ticket", "warning", "info" -> Severity.TICKET;
                                    default -> {
                                        value.warn(
                                                "severity "
                                                        + value.node().inMessages()
                                                        + " is taken as a ticket",
                                                "critical or warning");
                                        yield Severity.TICKET;
                                    }
                                });
    }
}
