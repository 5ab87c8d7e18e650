package io.sluice.definitions;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.AlertPolicy.Severity;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.DataSource;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Journey;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.Migration;
import io.sluice.definitions.model.NotificationTarget;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.RecurrenceRule;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.definitions.model.Service;
import io.sluice.definitions.model.Sli;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.SpanKind;
import io.sluice.definitions.model.SyntheticCheck;
import io.sluice.definitions.model.Tier;
import io.sluice.definitions.model.TimeWindow;
import io.sluice.definitions.model.Tree;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Any definition set that the language can express, every value drawn from a source of randomness;
 * texts are mostly those that a reader of YAML could take for something else.
 */
final class ArbitraryModel {
    private static final List<String> TEXTS =
            List.of(
                    "on",
                    "Off",
                    "yes",
                    "n",
                    "true",
                    "NULL",
                    "~",
                    "1e3",
                    "1E+3",
                    "0x1F",
                    "0o7",
                    "007",
                    "+1",
                    "-.5",
                    ".inf",
                    ".NaN",
                    "1_000",
                    "12:30:45",
                    "2022-01-01",
                    "2022-01-01 12:00:00",
                    "- a",
                    "a: b",
                    "a #b",
                    "#",
                    "'",
                    "\"",
                    "it's \"so\"",
                    "\\d+",
                    "%",
                    "@x",
                    "`x`",
                    "!x",
                    "&x",
                    "*x",
                    "|",
                    ">",
                    "{a: 1}",
                    "[1]",
                    "<<",
                    "=",
                    "?",
                    ": ",
                    "a:",
                    "-",
                    "---",
                    "...",
                    "a\nb",
                    "a\nb\n",
                    "a\n\n b\n",
                    "\ta",
                    "a \nb",
                    "a\n\n",
                    "\u0007bell",
                    "\u00e4\u20ac",
                    "\uD83D\uDE00",
                    "x\u2028",
                    "\uFEFF",
                    "\u0085x",
                    "a\r\nb",
                    "sum(rate(x{code=~\"5..\"}[5m]))",
                    "28d",
                    "1m",
                    "plain",
                    "two words");

    private static final List<String> ZONES =
            List.of("UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu");

    private static final String LOAD = "the-load";

    private final Random random;

    ArbitraryModel(Random random) {
        this.random = random;
    }

    DefinitionSet set() {
        Map<String, Service> services =
                named(1, n -> new Service(metadata(n), description()), s -> s.metadata().name());
        Map<String, DataSource> dataSources =
                named(
                        0,
                        n -> new DataSource(metadata(n), description(), "prometheus", tree(3)),
                        DataSource::name);
        Map<String, Sli> slis =
                named(
                        0,
                        n -> new Sli(metadata(n), description(), indicator(dataSources)),
                        s -> s.metadata().name());
        Map<String, NotificationTarget> targets = named(0, this::target, NotificationTarget::name);
        Map<String, AlertPolicy> policies =
                named(0, n -> policy(n, targets), p -> p.metadata().name());
        Map<String, Slo> slos =
                named(0, n -> slo(n, services, dataSources, slis, targets, policies), Slo::name);
        if (!slos.isEmpty() && random.nextBoolean()) {
            slos.put(LOAD, load(pick(services).metadata().name(), pick(slos).name()));
        }
        Map<String, Exclusion> exclusions =
                named(0, n -> exclusion(n, services, slos), Exclusion::name);
        Map<String, Cutover> cutovers =
                named(0, n -> cutover(n, services, slos, exclusions), Cutover::name);
        Map<String, ResultsTable> tables =
                cutovers.isEmpty()
                        ? Map.of()
                        : named(0, n -> results(n, cutovers), t -> t.metadata().name());
        return new DefinitionSet(
                "",
                List.of(),
                services,
                dataSources,
                slis,
                slos,
                targets,
                policies,
                cutovers,
                tables,
                exclusions,
                named(0, n -> journey(n, services), Journey::name),
                named(0, n -> check(n, services), SyntheticCheck::name),
                slos.isEmpty()
                        ? Map.of()
                        : named(0, n -> migration(n, slos, cutovers), Migration::name));
    }

    private <T> Map<String, T> named(
            int least, Function<String, T> make, Function<T, String> name) {
        Map<String, T> objects = new TreeMap<>();
        for (int i = least + random.nextInt(3); i > 0; i--) {
            T object = make.apply(name());
            objects.put(name.apply(object), object);
        }
        return objects;
    }

    private Slo slo(
            String name,
            Map<String, Service> services,
            Map<String, DataSource> dataSources,
            Map<String, Sli> slis,
            Map<String, NotificationTarget> targets,
            Map<String, AlertPolicy> policies) {
        BudgetingMethod method = pick(BudgetingMethod.values());
        TimeWindow window = window();
        boolean composite = random.nextBoolean();
        Sli shared = sli(dataSources, slis, method);
        List<Objective> objectives =
                some(
                        () -> {
                            Sli sli = composite ? sli(dataSources, slis, method) : shared;
                            return objective(
                                    method, sli.metadata().name(), sli.indicator(), composite);
                        });
        Tier tier = pick(Tier.values());
        Metadata metadata = metadata(name);
        Map<String, List<String>> labels = new HashMap<>(metadata.labels());
        labels.put("tier", List.of(tier.name().toLowerCase(Locale.ROOT)));
        Metadata withTier =
                new Metadata(
                        metadata.name(), metadata.displayName(), labels, metadata.annotations());
        List<AlertPolicy> alerts =
                switch (random.nextInt(3)) {
                    case 0 -> List.of();
                    case 1 -> policies.isEmpty() ? List.of() : List.of(pick(policies));
                    default -> some(() -> policy(name(), targets));
                };
        return new Slo(
                withTier,
                description(),
                pick(services).metadata().name(),
                tier,
                method,
                window,
                composite,
                objectives,
                alerts);
    }

    /** A promise about the load that another SLO's service carries. */
    private Slo load(String service, String of) {
        Indicator indicator =
                new Indicator.Threshold(
                        spans(), Indicator.Value.COUNT_PER_MINUTE, Indicator.Unit.NONE);
        return new Slo(
                new Metadata(LOAD, LOAD, Map.of(), Map.of(Annotations.CAPACITY_OF.key(), of)),
                description(),
                service,
                Tier.SERVICE,
                BudgetingMethod.TIMESLICES,
                window(),
                false,
                List.of(objective(BudgetingMethod.TIMESLICES, LOAD, indicator, false)),
                List.of());
    }

    /** One of the set's, or an inline one, of which only name and indicator are kept. */
    private Sli sli(
            Map<String, DataSource> dataSources, Map<String, Sli> slis, BudgetingMethod method) {
        List<Sli> usable =
                slis.values().stream().filter(s -> suits(s.indicator(), method)).toList();
        if (!usable.isEmpty() && random.nextBoolean()) {
            return usable.get(random.nextInt(usable.size()));
        }
        Indicator indicator = indicator(dataSources);
        while (!suits(indicator, method)) {
            indicator = indicator(dataSources);
        }
        return new Sli(metadata(name()), "", indicator);
    }

    private static boolean suits(Indicator indicator, BudgetingMethod method) {
        return method != BudgetingMethod.OCCURRENCES || !isCount(indicator);
    }

    private static boolean isCount(Indicator indicator) {
        return indicator instanceof Indicator.Threshold t
                && t.value() == Indicator.Value.COUNT_PER_MINUTE;
    }

    private Objective objective(
            BudgetingMethod method, String sli, Indicator indicator, boolean composite) {
        return new Objective(
                maybe(this::text).orElse(""),
                sli,
                indicator,
                threshold(indicator),
                ratio(0.999999),
                method == BudgetingMethod.TIMESLICES
                        ? Optional.of(random.nextBoolean() ? BigDecimal.ONE : positive(1))
                        : Optional.empty(),
                method == BudgetingMethod.OCCURRENCES
                        ? Optional.empty()
                        : Optional.of(Duration.ofMinutes(1 + random.nextInt(90))),
                composite && random.nextBoolean() ? positive(3) : BigDecimal.ONE);
    }

    private Optional<Objective.Threshold> threshold(Indicator indicator) {
        return indicator instanceof Indicator.Threshold
                ? Optional.of(new Objective.Threshold(pick(Op.values()), number()))
                : Optional.empty();
    }

    private Indicator indicator(Map<String, DataSource> dataSources) {
        return switch (random.nextInt(5)) {
            case 0 ->
                    new Indicator.Raw(
                            pick(Indicator.Polarity.values()),
                            share(dataSources),
                            random.nextBoolean());
            case 1, 2 -> ratio(dataSources);
            default -> judged(dataSources);
        };
    }

    /** A source whose values can be shares. */
    private EventSource share(Map<String, DataSource> dataSources) {
        EventSource source = source(dataSources);
        while (source instanceof EventSource.Spans || source instanceof EventSource.Events) {
            source = source(dataSources);
        }
        return source;
    }

    private Indicator ratio(Map<String, DataSource> dataSources) {
        EventSource total = source(dataSources);
        EventSource part = source(dataSources);
        return new Indicator.Ratio(
                pick(Indicator.Polarity.values()),
                part instanceof EventSource.Opaque
                        ? part
                        : part.groupedBy(total.groupBy(), total.breakdownBy()),
                total,
                random.nextBoolean());
    }

    private Indicator judged(Map<String, DataSource> dataSources) {
        EventSource source = source(dataSources);
        boolean count = random.nextInt(4) == 0;
        Indicator.Unit unit = pick(Indicator.Unit.values());
        return switch (source) {
            case EventSource.Opaque _ ->
                    new Indicator.Threshold(source, Indicator.Value.POINT, Indicator.Unit.NONE);
            case EventSource.Events _ -> counted(source);
            case EventSource.Spans _ when count -> counted(source);
            case EventSource.Metrics _ when count -> counted(source);
            case EventSource.Spans _ ->
                    new Indicator.Threshold(
                            source,
                            Indicator.Value.DURATION,
                            unit == Indicator.Unit.NONE ? Indicator.Unit.SECONDS : unit);
            case EventSource.Metrics _ ->
                    new Indicator.Threshold(source, Indicator.Value.POINT, unit);
        };
    }

    private static Indicator counted(EventSource source) {
        return new Indicator.Threshold(
                source, Indicator.Value.COUNT_PER_MINUTE, Indicator.Unit.NONE);
    }

    private EventSource source(Map<String, DataSource> dataSources) {
        Optional<String> reference =
                dataSources.isEmpty() ? Optional.empty() : maybe(() -> pick(dataSources).name());
        return switch (random.nextInt(4)) {
            case 0 -> new EventSource.Prometheus(reference, text());
            case 1 -> new EventSource.Foreign(Optional.of("datadog"), reference, fields(3));
            default -> matched();
        };
    }

    private EventSource matched() {
        Optional<String> service = maybe(this::text);
        List<Condition> where = random.nextBoolean() ? List.of() : some(this::condition);
        Optional<String> groupBy = maybe(this::text);
        List<String> breakdownBy = random.nextBoolean() ? List.of() : some(this::text);
        return switch (random.nextInt(3)) {
            case 0 ->
                    new EventSource.Spans(
                            service.or(() -> Optional.of("shop")),
                            maybe(this::text),
                            maybe(() -> pick(SpanKind.values()))
                                    .filter(kind -> kind != SpanKind.UNSPECIFIED),
                            where,
                            groupBy,
                            breakdownBy);
            case 1 ->
                    new EventSource.Events(service, maybe(this::text), where, groupBy, breakdownBy);
            default -> new EventSource.Metrics(service, text(), where, groupBy, breakdownBy);
        };
    }

    private Condition condition() {
        String attribute = text();
        return switch (random.nextInt(5)) {
            case 0 -> new Condition.In(attribute, some(this::text));
            case 1 -> new Condition.NotIn(attribute, some(this::text));
            case 2 -> new Condition.StartsWith(attribute, text());
            case 3 -> new Condition.Exists(attribute, random.nextBoolean());
            default -> new Condition.Compare(attribute, pick(Op.values()), number());
        };
    }

    private AlertPolicy policy(String name, Map<String, NotificationTarget> targets) {
        return new AlertPolicy(
                metadata(name),
                description(),
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean(),
                List.of(alertCondition()),
                some(
                        () ->
                                targets.isEmpty() || random.nextBoolean()
                                        ? target(name())
                                        : pick(targets)));
    }

    /** Of a burn rate that every objective can reach. */
    private AlertCondition alertCondition() {
        Duration longWindow = Duration.ofMinutes(1 + random.nextInt(10_000));
        Duration shortWindow =
                random.nextBoolean()
                        ? ConditionReader.shortWindowOf(longWindow)
                        : Duration.ofSeconds(1 + random.nextLong(longWindow.toSeconds()));
        return new AlertCondition(
                name(),
                pick(Severity.values()),
                pick(Op.values()),
                random.nextInt(100) / 100.0,
                longWindow,
                shortWindow,
                Duration.ofMinutes(random.nextInt(3)),
                random.nextBoolean() ? ConditionReader.MINIMUM_BAD_EVENTS : random.nextInt(1000));
    }

    private NotificationTarget target(String name) {
        return new NotificationTarget(metadata(name), description(), text());
    }

    private TimeWindow window() {
        if (random.nextBoolean()) {
            return new TimeWindow.Rolling(
                    pick(
                            Duration.ofDays(1 + random.nextInt(90)),
                            Duration.ofHours(1 + random.nextInt(90)),
                            Duration.ofMinutes(90 + random.nextInt(90))));
        }
        return new TimeWindow.Calendar(
                1 + random.nextInt(12),
                pick(TimeWindow.Period.values()),
                LocalDateTime.of(2020, 1, 1, 0, 0, 0).plusSeconds(random.nextInt(1 << 30)),
                ZoneId.of(pick(ZONES)));
    }

    private Cutover cutover(
            String name,
            Map<String, Service> services,
            Map<String, Slo> slos,
            Map<String, Exclusion> exclusions) {
        List<Condition> baseline = some(this::condition);
        List<Condition> candidate = some(this::condition);
        while (candidate.equals(baseline)) {
            candidate = some(this::condition);
        }
        List<Cutover.Metric> metrics = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            metrics.add(metric("m" + i, i == 0));
        }
        List<Cutover.Step> steps = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            if (random.nextBoolean() || i == 4) {
                Duration minimum = own();
                steps.add(
                        new Cutover.Step(
                                i / 4.0,
                                6.0 - i + random.nextInt(10) / 16.0,
                                1 + random.nextInt(9) / 16.0,
                                minimum,
                                maybe(() -> minimum.plusSeconds(random.nextInt(1000))),
                                random.nextBoolean() ? List.of() : List.of("release-manager")));
            }
        }
        return new Cutover(
                metadata(name),
                description(),
                pick(services).metadata().name(),
                baseline,
                candidate,
                maybe(this::text),
                new Cutover.Sealing(Duration.ofSeconds(10 * (1 + random.nextInt(100))), own()),
                metrics,
                random.nextBoolean() ? List.of() : List.of(quantile()),
                steps,
                new Cutover.ErrorAllowance(
                        positive(0.5).doubleValue(), positive(0.5).doubleValue()),
                new Cutover.DataGate(
                        own().plusSeconds(1), random.nextInt(1000), ratio(1).doubleValue()),
                maybe(
                        () ->
                                new Cutover.Snapshot(
                                        maybe(this::name),
                                        exclusions.isEmpty()
                                                ? List.of()
                                                : some(() -> pick(exclusions).name()),
                                        maybe(() -> 1 + random.nextInt(4) / 4.0))),
                slos.containsKey(LOAD) ? maybe(() -> LOAD) : Optional.empty(),
                slos.isEmpty() ? List.of() : some(() -> pick(slos).name()));
    }

    private Cutover.Metric metric(String name, boolean required) {
        Indicator indicator = matchedIndicator();
        Optional<Double> ownNoGo = maybe(() -> 0.5 - 0.4 * random.nextDouble());
        boolean limited = random.nextInt(4) == 0;
        return new Cutover.Metric(
                name,
                name(),
                indicator,
                threshold(indicator),
                required || random.nextBoolean(),
                ownNoGo.isPresent() ? 1 : positive(1).doubleValue(),
                maybe(() -> ratio(0.99)),
                limited ? Optional.empty() : maybe(() -> ratio(0.99)),
                ownNoGo,
                limited ? Optional.of(positive(0.9)) : Optional.empty());
    }

    private EventSource spans() {
        return new EventSource.Spans(
                Optional.of(text()),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of());
    }

    private Cutover.QuantileMetric quantile() {
        return new Cutover.QuantileMetric(
                "q",
                name(),
                new Indicator.Threshold(
                        spans(), Indicator.Value.DURATION, Indicator.Unit.MILLISECONDS),
                positive(0.5),
                random.nextBoolean(),
                positive(1).doubleValue(),
                2.5,
                1 + random.nextInt(5) / 4.0);
    }

    private Exclusion exclusion(String name, Map<String, Service> services, Map<String, Slo> slos) {
        Instant start = Instant.ofEpochSecond(random.nextInt(Integer.MAX_VALUE));
        Exclusion.When when =
                random.nextBoolean()
                        ? new Exclusion.Once(
                                new Exclusion.Interval(
                                        start, start.plusSeconds(1 + random.nextInt(1_000_000))))
                        : new Exclusion.Recurring(
                                LocalDateTime.of(
                                        2026, 1, 4, random.nextInt(24), random.nextInt(60)),
                                ZoneId.of(pick(ZONES)),
                                own().plusSeconds(1),
                                new RecurrenceRule("FREQ=WEEKLY;BYDAY=SU"));
        return new Exclusion(
                metadata(name),
                text(),
                new Exclusion.Selector(
                        slos.isEmpty() ? List.of() : some(() -> pick(slos).name()),
                        some(() -> pick(services).metadata().name()),
                        random.nextBoolean() ? Map.of() : Map.of("team", some(this::text))),
                when);
    }

    private Journey journey(String name, Map<String, Service> services) {
        List<Journey.Step> steps = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(4); i++) {
            Indicator indicator = matchedIndicator();
            steps.add(
                    new Journey.Step(
                            "s" + i,
                            maybe(this::text).orElse(""),
                            name(),
                            indicator,
                            threshold(indicator)));
        }
        return new Journey(
                metadata(name),
                description(),
                pick(services).metadata().name(),
                random.nextBoolean()
                        ? List.of()
                        : List.of(
                                new Journey.Side("legacy", some(this::condition)),
                                new Journey.Side("platform", some(this::condition))),
                steps);
    }

    private SyntheticCheck check(String name, Map<String, Service> services) {
        SyntheticCheck.Method method = pick(SyntheticCheck.Method.values());
        return new SyntheticCheck(
                metadata(name),
                description(),
                pick(services).metadata().name(),
                URI.create("https://shop.example/" + random.nextInt(100) + "?a=b&c=%20"),
                method,
                random.nextBoolean() ? Map.of() : Map.of("Accept", "text/html; q=0.5", "on", "no"),
                method.hasBody() ? maybe(this::text) : Optional.empty(),
                new SyntheticCheck.Expectation(
                        some(
                                () ->
                                        random.nextBoolean()
                                                ? new SyntheticCheck.Statuses(200, 299)
                                                : new SyntheticCheck.Statuses(404, 404)),
                        maybe(this::text),
                        maybe(() -> own().plusMillis(1)),
                        maybe(() -> own().plusMillis(1))),
                Duration.ofMinutes(5),
                Duration.ofSeconds(1 + random.nextInt(300)),
                random.nextBoolean() ? List.of() : List.of("dublin", "on"));
    }

    private Migration migration(String name, Map<String, Slo> slos, Map<String, Cutover> cutovers) {
        List<Migration.Phase> phases = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            phases.add(
                    new Migration.Phase(
                            "p" + i,
                            maybe(this::text).orElse(""),
                            description(),
                            maybe(() -> new Migration.Months(1, 1 + random.nextInt(12))),
                            i == 0 || random.nextBoolean() ? List.of() : List.of("p0"),
                            false,
                            criteria(slos, cutovers)));
        }
        return new Migration(
                metadata(name),
                description(),
                phases,
                random.nextBoolean() ? List.of() : criteria(slos, cutovers));
    }

    private List<Migration.Criterion> criteria(
            Map<String, Slo> slos, Map<String, Cutover> cutovers) {
        List<Migration.Criterion> criteria = new ArrayList<>();
        criteria.add(
                new Migration.ObjectivesMet(
                        "met",
                        description(),
                        some(() -> pick(slos).name()).stream().distinct().toList(),
                        Duration.ofDays(1 + random.nextInt(30))));
        if (!cutovers.isEmpty()) {
            criteria.add(
                    new Migration.TrafficShare(
                            "share",
                            description(),
                            List.of(pick(cutovers).name()),
                            positive(1),
                            Duration.ofDays(7)));
        }
        criteria.add(
                new Migration.NoTraffic("silence", description(), matched(), Duration.ofDays(7)));
        criteria.add(
                new Migration.Attestation(
                        "said",
                        description(),
                        "release-manager",
                        text(),
                        maybe(() -> own().plusSeconds(1))));
        return criteria;
    }

    private Indicator matchedIndicator() {
        Indicator indicator = indicator(Map.of());
        while (isCount(indicator)
                || indicator instanceof Indicator.Raw
                || indicator.sources().stream().anyMatch(EventSource.Opaque.class::isInstance)) {
            indicator = indicator(Map.of());
        }
        return indicator;
    }

    private ResultsTable results(String name, Map<String, Cutover> cutovers) {
        return new ResultsTable(
                metadata(name),
                some(this::condition),
                some(this::condition),
                some(() -> pick(cutovers).name()),
                some(this::row));
    }

    private ResultsTable.Row row() {
        ResultsTable.Statistic statistic = pick(ResultsTable.Statistic.values());
        boolean deployments =
                statistic == ResultsTable.Statistic.DEPLOYMENTS_PER_MONTH
                        || statistic == ResultsTable.Statistic.LEAD_TIME;
        return new ResultsTable.Row(
                text(),
                maybe(this::text).orElse(""),
                statistic,
                deployments ? Optional.empty() : Optional.of(matched()),
                statistic == ResultsTable.Statistic.RATIO
                        ? Optional.of(matched())
                        : Optional.empty(),
                pick(Indicator.Unit.values()),
                pick(ResultsTable.Improvement.values()),
                1 + random.nextInt(100_000));
    }

    /** With labels and annotations that mean nothing. */
    private Metadata metadata(String name) {
        Map<String, List<String>> labels = new LinkedHashMap<>();
        Map<String, String> annotations = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            labels.put(
                    pick("team", "1e3", "a.b_c-D", "on", "Y"),
                    random.nextInt(5) == 0 ? List.of() : some(this::text));
            annotations.put(pick("example.com/a", "null", "1", "x.y/z_Z"), text());
        }
        return new Metadata(name, maybe(this::text).orElse(name), labels, annotations);
    }

    private Tree tree(int depth) {
        return switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0 -> new Tree.Text(random.nextBoolean() ? text() : "");
            case 1 ->
                    new Tree.Numeral(
                            new BigDecimal(random.nextInt(2000) - 1000)
                                    .movePointLeft(random.nextInt(6))
                                    .scaleByPowerOfTen(random.nextInt(12) - 6));
            case 2 -> new Tree.Truth(random.nextBoolean());
            case 3 -> new Tree.Nothing();
            case 4 -> new Tree.Items(many(() -> tree(depth - 1)));
            default -> fields(depth);
        };
    }

    private Tree.Fields fields(int depth) {
        Map<String, Tree> fields = new LinkedHashMap<>();
        many(this::text).forEach(key -> fields.put(key, tree(depth - 1)));
        return new Tree.Fields(fields);
    }

    private String description() {
        return maybe(this::text).orElse("");
    }

    private String name() {
        return pick("a", "on", "n", "null", "1e3", "007", "2022-01-01", "x-y", "0")
                + Integer.toString(random.nextInt(1000), 36);
    }

    /** A text that is not blank. */
    private String text() {
        if (random.nextInt(4) > 0) {
            return pick(TEXTS);
        }
        StringBuilder text = new StringBuilder("x");
        for (int i = random.nextInt(12); i > 0; i--) {
            int c = random.nextInt(random.nextBoolean() ? 0x80 : 0x1_0000);
            text.insert(
                    random.nextInt(text.length() + 1),
                    Character.isSurrogate((char) c) ? '\n' : (char) c);
        }
        return text.toString();
    }

    private Duration own() {
        return switch (random.nextInt(3)) {
            case 0 -> Duration.ofSeconds(random.nextInt(100_000));
            case 1 -> Duration.ofMillis(random.nextInt(100_000));
            default -> Duration.ofMinutes(random.nextInt(100_000));
        };
    }

    private double number() {
        return switch (random.nextInt(3)) {
            case 0 -> random.nextInt(100_000) - 50_000;
            case 1 -> random.nextGaussian();
            default -> random.nextInt(1000) * Math.pow(10, random.nextInt(40) - 20);
        };
    }

    /** From 0 to under {@code end}, in its shortest form. */
    private BigDecimal ratio(double end) {
        return BigDecimal.valueOf(random.nextInt(1000) * end / 1000).stripTrailingZeros();
    }

    private BigDecimal positive(double most) {
        return BigDecimal.valueOf((1 + random.nextInt(1000)) * most / 1000).stripTrailingZeros();
    }

    private <T> Optional<T> maybe(Supplier<T> value) {
        return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
    }

    private <T> List<T> some(Supplier<T> item) {
        return list(1 + random.nextInt(3), i -> item.get());
    }

    private <T> List<T> many(Supplier<T> item) {
        return list(random.nextInt(4), i -> item.get());
    }

    private static <T> List<T> list(int size, IntFunction<T> item) {
        List<T> items = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            items.add(item.apply(i));
        }
        return items;
    }

    @SafeVarargs
    private <T> T pick(T... among) {
        return among[random.nextInt(among.length)];
    }

    private <T> T pick(List<T> among) {
        return among.get(random.nextInt(among.size()));
    }

    private <T> T pick(Map<String, T> among) {
        return pick(List.copyOf(among.values()));
    }
}
