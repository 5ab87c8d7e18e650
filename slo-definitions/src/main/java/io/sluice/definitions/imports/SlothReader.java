package io.sluice.definitions.imports;

import io.sluice.definitions.imports.Imported.Named;
import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.AlertPolicy.Severity;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Indicator.Polarity;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.Tree;
import io.sluice.definitions.prometheus.Query;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Value;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads Sloth's files, {@code prometheus/v1}, and its Kubernetes resource, which has the same parts
 * spelt in camel case. An SLO has the name that Sloth gives its rules: the service's and its own.
 *
 * <p>A period is no part of them: it is told to Sloth on its command line, and 30 days by default,
 * as here. Its alerts are those of its built-in windows for that period, which are the SRE
 * workbook's.
 */
final class SlothReader {
    private static final Duration PERIOD = Duration.ofDays(30);

    private static final String RULES =
            "Sluice computes no rules, so there is nothing that a plugin could change";
    private static final String ALERTS = "Sluice's alerts have their own labels and texts";

    private static final Foreign SLOTH = new Foreign("Sloth");

    private static final List<BurnPair> PAGES =
            List.of(
                    pair("page-quick", Severity.PAGE, "14.4", Duration.ofHours(1), 5),
                    pair("page-slow", Severity.PAGE, "6", Duration.ofHours(6), 30));
    private static final List<BurnPair> TICKETS =
            List.of(
                    pair("ticket-quick", Severity.TICKET, "3", Duration.ofDays(1), 120),
                    pair("ticket-slow", Severity.TICKET, "1", Duration.ofDays(3), 360));

    private static final Pattern WORD_BREAK = Pattern.compile("_(.)");

    private final boolean camelCase;

    private SlothReader(boolean camelCase) {
        this.camelCase = camelCase;
    }

    private static BurnPair pair(
            String name, Severity severity, String burnRate, Duration window, int shortMinutes) {
        return new BurnPair(
                name,
                severity,
                new BigDecimal(burnRate),
                window,
                Duration.ofMinutes(shortMinutes),
                Duration.ZERO);
    }

    /** A file of its own format. */
    static Imported file(Value document) {
        return SLOTH.object(
                        document,
                        fields -> {
                            Optional<Boolean> version =
                                    fields.require("version", SlothReader::version);
                            if (version.isEmpty()) {
                                fields.all();
                                return Optional.empty();
                            }
                            return Optional.of(new SlothReader(false).group(fields));
                        })
                .orElse(Imported.NOTHING);
    }

    private static Optional<Boolean> version(Value value) {
        return value.text()
                .flatMap(
                        version ->
                                version.equals("prometheus/v1")
                                        ? Optional.of(true)
                                        : value.wrong(
                                                "unknown `version` " + value.node().inMessages(),
                                                "prometheus/v1, Sloth's, or an `apiVersion`"));
    }

    /** A Kubernetes resource. */
    static Imported resource(Value document) {
        return SLOTH.object(
                        document,
                        fields -> {
                            fields.value("apiVersion");
                            Optional<Boolean> kind = fields.require("kind", SlothReader::kind);
                            if (kind.isEmpty()) {
                                fields.all();
                                return Optional.empty();
                            }
                            fields.value("status");
                            SLOTH.metadata(
                                    fields, metadata -> metadata.require("name", Value::someText));
                            return fields.require(
                                    "spec",
                                    spec ->
                                            SLOTH.object(
                                                    spec,
                                                    f ->
                                                            Optional.of(
                                                                    new SlothReader(true)
                                                                            .group(f))));
                        })
                .orElse(Imported.NOTHING);
    }

    private static Optional<Boolean> kind(Value value) {
        return value.text()
                .flatMap(
                        kind ->
                                switch (kind) {
                                    case "PrometheusServiceLevel" -> Optional.of(true);
                                    case "AlertWindows" ->
                                            value.wrong(
                                                    "Sloth's windows are not read",
                                                    "AlertPolicies of openslo/v1 where the"
                                                            + " workbook's pairs are not wanted");
                                    default ->
                                            value.wrong(
                                                    "unknown kind " + value.node().inMessages(),
                                                    "PrometheusServiceLevel");
                                });
    }

    /** A key by its name in files. */
    private String key(String inFiles) {
        return camelCase
                ? WORD_BREAK.matcher(inFiles).replaceAll(m -> m.group(1).toUpperCase(Locale.ROOT))
                : inFiles;
    }

    private Imported group(Fields fields) {
        Optional<String> service = fields.require("service", Foreign::name);
        Map<String, List<String>> labels =
                fields.value("labels").map(SlothReader::labels).orElse(Map.of());
        Foreign.leaveOut(fields, key("slo_plugins"), RULES);
        List<Named> slos = new ArrayList<>();
        fields.require(
                "slos",
                list ->
                        list.someOf(
                                item ->
                                        SLOTH.object(
                                                item,
                                                f -> {
                                                    slo(f, service, labels).ifPresent(slos::add);
                                                    return Optional.of(true);
                                                })));
        return new Imported(service.map(Foreign::service), slos);
    }

    private Optional<Named> slo(
            Fields fields, Optional<String> service, Map<String, List<String>> groupLabels) {
        Optional<Value> nameAt = fields.exactlyOne("name");
        Optional<String> ownName = nameAt.flatMap(Value::someText);
        String description = fields.optional("description", Foreign::description).orElse("");
        Foreign.leaveOut(fields, "plugins", RULES);
        Map<String, List<String>> labels = new HashMap<>(groupLabels);
        fields.value("labels").map(SlothReader::labels).ifPresent(labels::putAll);
        Optional<BigDecimal> target =
                fields.require("objective", v -> v.number().flatMap(n -> Foreign.share(n, v)));
        Optional<Indicator> indicator =
                fields.require("sli", sli -> SLOTH.object(sli, this::indicator));
        Value alertsAt = fields.value("alerting").orElse(fields.owner());
        List<AlertPolicy> alerts = alerts(fields, alertsAt, target);
        if (service.isEmpty() || ownName.isEmpty() || nameAt.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> name = Foreign.name(service.get() + "-" + ownName.get(), nameAt.get());
        if (name.isEmpty()) {
            return Optional.empty();
        }
        if (target.isEmpty() || indicator.isEmpty()) {
            return Optional.of(new Named(name.get(), nameAt.get(), Optional.empty()));
        }
        Slo slo =
                Foreign.slo(
                        new Metadata(name.get(), ownName.get(), labels, Map.of()),
                        description,
                        service.get(),
                        PERIOD,
                        indicator.get(),
                        target.get(),
                        alerts);
        return Optional.of(new Named(name.get(), nameAt.get(), Optional.of(slo)));
    }

    private static Map<String, List<String>> labels(Value value) {
        return Foreign.labels(value, "");
    }

    private Optional<Indicator> indicator(Fields sli) {
        return sli.exactlyOne("events", "raw", "plugin")
                .flatMap(
                        at ->
                                SLOTH.object(
                                        at,
                                        fields ->
                                                switch (at.key()) {
                                                    case "events" -> events(fields);
                                                    case "raw" -> raw(fields);
                                                    default -> plugin(fields);
                                                }));
    }

    private Optional<Indicator> events(Fields fields) {
        Optional<Value> errorsAt = fields.exactlyOne(key("error_query"));
        Optional<Value> totalAt = fields.exactlyOne(key("total_query"));
        Optional<Query> errors = errorsAt.flatMap(SlothReader::template);
        Optional<Query> total = totalAt.flatMap(SlothReader::template);
        if (errors.isEmpty() || total.isEmpty()) {
            return Optional.empty();
        }
        if (errors.equals(total)) {
            return errorsAt.flatMap(
                    at -> at.wrong("the same query for errors and for all events", "two queries"));
        }
        // Counters beside rates would be counts divided by rates, so it is both or none.
        Optional<Query> errorCounters = errors.get().counters();
        Optional<Query> totalCounters = total.get().counters();
        if (errorCounters.isPresent() && totalCounters.isPresent()) {
            return Optional.of(
                    new Indicator.Ratio(
                            Polarity.BAD,
                            Foreign.source(errorCounters.get()),
                            Foreign.source(totalCounters.get()),
                            true));
        }
        (errorCounters.isEmpty() ? errorsAt : totalAt)
                .ifPresent(
                        at ->
                                at.noteKey(
                                        "kept as a template, for `sluice export`: what it counts"
                                                + " cannot be told from its window",
                                        "sum(rate(counter[{{.window}}])) for counters"));
        return Optional.of(
                new Indicator.Ratio(
                        Polarity.BAD,
                        Foreign.source(errors.get()),
                        Foreign.source(total.get()),
                        false));
    }

    private Optional<Indicator> raw(Fields fields) {
        return fields.require(
                key("error_ratio_query"),
                value ->
                        template(value)
                                .map(
                                        query -> {
                                            value.noteKey(
                                                    "asked over 5m, and each point counts as much"
                                                            + " as any other, as Sloth takes it for"
                                                            + " long windows: how many events are"
                                                            + " behind a share is not known",
                                                    "`events`, where there are counters");
                                            return new Indicator.Raw(
                                                    Polarity.BAD, Foreign.source(query), false);
                                        }));
    }

    /** Only the plugin knows the query, so there is a source that nothing measures. */
    private static Optional<Indicator> plugin(Fields fields) {
        Optional<String> id = fields.require("id", Value::someText);
        fields.value("options");
        fields.owner()
                .noteKey(
                        "not carried over: a plugin is a program of Sloth's, so this stays"
                                + " unmeasured",
                        "the query that it makes, as `events` or `raw`");
        return id.map(
                text ->
                        new Indicator.Raw(
                                Polarity.BAD,
                                new EventSource.Foreign(
                                        Optional.of("sloth-plugin"),
                                        Optional.empty(),
                                        new Tree.Fields(Map.of("id", new Tree.Text(text)))),
                                false));
    }

    private static Optional<Query> template(Value value) {
        return value.someText()
                .map(text -> new Query(text.strip()))
                .flatMap(
                        query ->
                                query.isTemplate()
                                        ? Optional.of(query)
                                        : value.wrong(
                                                "`" + value.key() + "` has no window",
                                                "{{.window}} where its range belongs"));
    }

    private List<AlertPolicy> alerts(Fields slo, Value at, Optional<BigDecimal> target) {
        List<AlertPolicy> policies = new ArrayList<>();
        boolean told = slo.value("alerting").isPresent();
        Optional<Fields> alerting = told ? at.fields() : Optional.empty();
        if (told && alerting.isEmpty()) {
            return policies;
        }
        Optional<String> name = alerting.flatMap(f -> f.optional("name", Value::text));
        boolean page = alerting.map(f -> alert(f, key("page_alert"))).orElse(true);
        boolean ticket = alerting.map(f -> alert(f, key("ticket_alert"))).orElse(true);
        if ((page || ticket) && name.filter(text -> !text.isBlank()).isEmpty()) {
            at.warnKey(
                    "Sloth refuses alerts without a name",
                    "`alerting.name`, or both alerts disabled");
        }
        alerting.ifPresent(
                f -> {
                    Foreign.leaveOut(f, "labels", ALERTS);
                    Foreign.leaveOut(f, "annotations", ALERTS);
                    f.finish("Sloth");
                });
        String displayName = name.orElse("");
        if (page) {
            policies.addAll(policy("page", displayName, PAGES, target, at));
        }
        if (ticket) {
            policies.addAll(policy("ticket", displayName, TICKETS, target, at));
        }
        return policies;
    }

    /** Whether this alert is wanted. */
    private static boolean alert(Fields alerting, String key) {
        Optional<Boolean> disabled =
                alerting.optional(
                        key,
                        value ->
                                SLOTH.object(
                                        value,
                                        fields -> {
                                            Foreign.leaveOut(fields, "labels", ALERTS);
                                            Foreign.leaveOut(fields, "annotations", ALERTS);
                                            return fields.optional("disable", Value::bool);
                                        }));
        return !disabled.orElse(false);
    }

    private static List<AlertPolicy> policy(
            String name,
            String displayName,
            List<BurnPair> pairs,
            Optional<BigDecimal> target,
            Value at) {
        List<AlertCondition> conditions =
                target.map(t -> BurnPair.conditions(pairs, t, at)).orElse(List.of());
        if (conditions.isEmpty()) {
            return List.of();
        }
        return List.of(
                new AlertPolicy(
                        new Metadata(
                                name,
                                displayName.isBlank() ? name : displayName,
                                Map.of(),
                                Map.of()),
                        "",
                        false,
                        true,
                        true,
                        conditions,
                        List.of()));
    }
}
