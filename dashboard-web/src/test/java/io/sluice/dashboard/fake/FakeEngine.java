package io.sluice.dashboard.fake;

import io.sluice.dashboard.fake.Traffic.Incident;
import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Journey;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.yaml.Problem;
import io.sluice.engine.EngineLimits;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.SloEngine;
import io.sluice.engine.TraceReader;
import io.sluice.engine.Vitals;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.alert.Silence;
import io.sluice.engine.backtest.BacktestReport;
import io.sluice.engine.baseline.Baseline;
import io.sluice.engine.baseline.BaselineComparison;
import io.sluice.engine.baseline.Baselines;
import io.sluice.engine.cutover.Approval;
import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.Explanation;
import io.sluice.engine.cutover.GateBacktest;
import io.sluice.engine.cutover.PlanOverride;
import io.sluice.engine.cutover.PlanReport;
import io.sluice.engine.cutover.Run;
import io.sluice.engine.fold.Fold;
import io.sluice.engine.fold.FoldStatus;
import io.sluice.engine.limit.LimitTable;
import io.sluice.engine.limit.Offender;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.RejectReason;
import io.sluice.engine.migration.MigrationStatus;
import io.sluice.engine.outlook.Outlook;
import io.sluice.engine.outlook.TrafficLint;
import io.sluice.engine.results.Results;
import io.sluice.engine.results.RowHistory;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.slo.BurnDown;
import io.sluice.engine.slo.Burned;
import io.sluice.engine.slo.Estimate;
import io.sluice.engine.slo.JourneyStatus;
import io.sluice.engine.slo.SliInterval;
import io.sluice.engine.slo.SloStatus;
import io.sluice.engine.slo.WindowCounts;
import io.sluice.engine.time.Interval;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The shop in the middle of its migration, always the same at the same instant: what the engine
 * would answer, made from {@link Traffic} instead of telemetry. Tests change it and let its
 * listeners know.
 */
public final class FakeEngine implements SloEngine, IngestStatus, TraceReader {
    /** The instant that everything is told at. */
    public static final Instant NOW = Instant.parse("2026-02-14T10:40:00Z");

    public static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    public static final String OLDER_TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

    private static final List<Duration> WINDOWS =
            List.of(
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(30),
                    Duration.ofHours(1),
                    Duration.ofHours(2),
                    Duration.ofHours(6),
                    Duration.ofDays(1),
                    Duration.ofDays(3));

    private final List<Approval> approvals = new ArrayList<>();
    private final Map<String, Slo> slos = new LinkedHashMap<>();
    private final Map<String, Traffic> traffic = new HashMap<>();
    private final Map<String, SloStatus.Capacity> capacities = new HashMap<>();
    private final Map<String, FakeCutovers.Story> cutovers = new LinkedHashMap<>();
    private final List<Problem> problems = new CopyOnWriteArrayList<>();
    private final List<Alert> pastAlerts = new ArrayList<>();
    private final List<Results> results = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<Silence> silences = new CopyOnWriteArrayList<>();
    private final List<String> deployments = new CopyOnWriteArrayList<>();
    private final AtomicInteger evaluations = new AtomicInteger();
    private final Map<String, String> takenOn = new ConcurrentHashMap<>();
    private final List<Baseline> baselines = new CopyOnWriteArrayList<>();
    private final List<MigrationStatus.Attested> attested = new CopyOnWriteArrayList<>();
    private final List<String> troubles = new CopyOnWriteArrayList<>();
    private String text = "";

    private FakeEngine() {}

    /** A server that was started before its definitions were written. */
    public static FakeEngine empty() {
        return new FakeEngine();
    }

    /** Definitions, but nothing has been received. */
    public static FakeEngine withoutData() {
        FakeEngine engine = new FakeEngine();
        for (Slo slo : ShopFlow.slos()) {
            engine.add(slo, 0, 0);
        }
        FakeCutovers.Story story = FakeCutovers.notBegun(NOW);
        engine.cutovers.put("auth", story);
        return engine;
    }

    /** The whole shop. */
    public static FakeEngine shopFlow() {
        FakeEngine engine = new FakeEngine();
        List<Slo> all = ShopFlow.slos();
        Map<String, Slo> byName = new HashMap<>();
        all.forEach(slo -> byName.put(slo.name(), slo));
        engine.add(
                byName.get("checkout-success"),
                160,
                0.00012,
                Incident.of(0.7, 0.7, 0.021),
                Incident.of(310, 1.2, 0.012));
        engine.add(byName.get("checkout-latency"), 160, 0.021, Incident.of(310, 1.5, 0.28));
        engine.add(byName.get("order-throughput"), 1, 0.0021);
        engine.add(byName.get("catalog-errors"), 9_000, 0.00038, Incident.of(196, 2, 0.004));
        engine.add(byName.get("catalog-latency"), 9_000, 0.0042);
        engine.add(byName.get("catalog-capacity"), 1, 0.0009);
        engine.add(byName.get("cart-errors"), 4_200, 0.0011, Incident.of(75, 70, 0.0034));
        engine.add(byName.get("cart-latency"), 4_200, 0.0051);
        engine.add(byName.get("cart-capacity"), 1, 0.001);
        engine.add(byName.get("checkout-core-capacity"), 1, 0.013);
        engine.add(byName.get("checkout-core-errors"), 160, 0.0021, Incident.of(0.7, 0.7, 0.024));
        engine.add(byName.get("auth-errors"), 12_000, 0.00021);
        engine.add(byName.get("auth-latency"), 12_000, 0.0139, Incident.of(420, 30, 0.02));
        engine.add(byName.get("auth-capacity"), 1, 0.004);
        engine.add(byName.get("cost-per-order"), 1, 0.0008);
        engine.add(byName.get("cold-start"), 0, 0);
        engine.add(
                byName.get("pool-utilization"),
                1,
                0.0065,
                Incident.of(30, 5, 0.06),
                Incident.of(9, 1, -1));
        all.forEach(slo -> engine.slos.putIfAbsent(slo.name(), slo));
        all.forEach(
                slo -> engine.traffic.computeIfAbsent(slo.name(), name -> quiet(name, 160, 0.003)));
        engine.capacity("catalog-capacity", SloStatus.CapacityState.PROVEN, 10_000, 13_120);
        engine.capacity("cart-capacity", SloStatus.CapacityState.PROVEN, 5_000, 6_240);
        engine.capacity("checkout-core-capacity", SloStatus.CapacityState.BREACHED, 1_000, 870);
        engine.capacity("auth-capacity", SloStatus.CapacityState.NOT_EXERCISED, 15_000, 12_904);
        engine.cutovers.put("auth", FakeCutovers.notBegun(NOW));
        engine.cutovers.put("cart", FakeCutovers.running(NOW));
        engine.cutovers.put("catalog", FakeCutovers.done(NOW));
        engine.cutovers.put("checkout", FakeCutovers.stopped(NOW));
        engine.pastAlerts.add(resolvedAlert());
        engine.results.add(FakeResults.table());
        engine.rows.addAll(ingestRows());
        return engine;
    }

    /** These objectives only, each burning just fast enough for a ticket. */
    public static FakeEngine smouldering(String... names) {
        FakeEngine engine = new FakeEngine();
        for (Slo slo : ShopFlow.slos()) {
            if (List.of(names).contains(slo.name())) {
                double allowed = 1 - slo.objectives().getFirst().target().doubleValue();
                engine.add(slo, 9_000, allowed / 10, Incident.of(22, 22, 4 * allowed));
            }
        }
        return engine;
    }

    /** A shop of so many services more, each with an objective. */
    public static FakeEngine large(int services) {
        FakeEngine engine = shopFlow();
        for (int i = 0; i < services; i++) {
            engine.add(ShopFlow.numbered(i), 40 + i % 97 * 31, 0.0002 + i % 89 * 0.00001);
        }
        return engine;
    }

    private void add(Slo slo, double perMinute, double badShare, Incident... incidents) {
        if (slo != null) {
            slos.put(slo.name(), slo);
            traffic.put(
                    slo.name(),
                    new Traffic(
                            NOW, perMinute, badShare, slo.name().hashCode(), List.of(incidents)));
        }
    }

    private static Traffic quiet(String name, double perMinute, double badShare) {
        return new Traffic(NOW, perMinute, badShare, name.hashCode(), List.of());
    }

    private void capacity(String slo, SloStatus.CapacityState state, double target, long highest) {
        capacities.put(slo, new SloStatus.Capacity(state, target, highest));
    }

    // What tests change.

    /** The whole shop, with this text wherever telemetry, definitions and callers may put text. */
    public static FakeEngine withText(String text) {
        FakeEngine engine = shopFlow();
        engine.text = text;
        engine.add(ShopFlow.titled("text", text), 100, 0.01, Incident.of(0.7, 0.7, 0.4));
        engine.cutovers.put("text", FakeCutovers.titled(NOW, text));
        engine.problems.add(
                new Problem(Problem.Severity.ERROR, text + ".yaml", 3, 7, text, text, text));
        engine.results.add(
                new Results(
                        text,
                        new Results.Period(Optional.of(NOW.minusSeconds(60)), Optional.empty()),
                        new Results.Period(Optional.empty(), Optional.empty()),
                        List.of(
                                new Results.Row(
                                        text,
                                        text,
                                        OptionalDouble.of(1),
                                        OptionalDouble.empty(),
                                        Optional.of(text),
                                        Optional.of(text)))));
        engine.rows.add(new Row(text, text, 1, 1, Map.of(), Map.of()));
        engine.silences.add(
                new Silence("1", Optional.empty(), NOW, NOW.plusSeconds(3600), text, text));
        return engine;
    }

    /** Something that Sluice itself cannot do. */
    public FakeEngine withTrouble(String trouble) {
        troubles.add(trouble);
        return this;
    }

    /** A change of a definition file that could not be put in force. */
    public FakeEngine withBrokenDefinition() {
        problems.add(
                new Problem(
                        Problem.Severity.ERROR,
                        "business/checkout-success.yaml",
                        18,
                        15,
                        "spec.objectives[0].target",
                        "target is 99.95",
                        "a share in [0, 1), for example 0.9995"));
        return this;
    }

    /** As {@link #withBrokenDefinition}, with a warning and more errors in another file. */
    public FakeEngine withBrokenDefinitions() {
        problems.add(
                new Problem(
                        Problem.Severity.WARNING,
                        "business/checkout-success.yaml",
                        12,
                        3,
                        "spec.alertPolicies",
                        "severity `wake` is taken as a ticket",
                        "page or ticket"));
        for (int line = 4; line < 9; line++) {
            problems.add(
                    new Problem(
                            Problem.Severity.ERROR,
                            "service/cart.yaml",
                            line,
                            7,
                            "spec.indicator",
                            "unknown key `k" + line + "`",
                            ""));
        }
        return withBrokenDefinition();
    }

    /** Lets an incident begin in an SLO, as seen from now on, and tells the listeners. */
    public void burn(String slo, double perMinute, double badShare) {
        traffic.put(
                slo,
                new Traffic(
                        NOW,
                        perMinute,
                        0.0001,
                        slo.hashCode(),
                        List.of(Incident.of(1.2, 1.2, badShare))));
        changed();
    }

    /** Lets the cart's cutover come to its end, and tells the listeners. */
    public void finishCart() {
        cutovers.put("cart", FakeCutovers.done(NOW));
        changed();
    }

    /** Tells the listeners. */
    public void changed() {
        listeners.forEach(Runnable::run);
    }

    public List<String> deployments() {
        return deployments;
    }

    // What the engine answers.

    @Override
    public Instant now() {
        return NOW;
    }

    @Override
    public List<String> troubles() {
        return List.copyOf(troubles);
    }

    @Override
    public DefinitionSet definitions() {
        return ShopFlow.definitions(
                List.copyOf(slos.values()),
                cutovers.values().stream().map(story -> story.status().cutover()).toList(),
                results.stream().map(FakeResults::definition).toList());
    }

    @Override
    public List<Problem> definitionProblems() {
        return List.copyOf(problems);
    }

    /** How often all SLOs were evaluated so far. */
    public int evaluations() {
        return evaluations.get();
    }

    @Override
    public List<SloStatus> slos() {
        evaluations.incrementAndGet();
        return statuses();
    }

    private List<SloStatus> statuses() {
        return slos.values().stream()
                .sorted(Comparator.comparing(Slo::tier).thenComparing(Slo::name))
                .map(this::status)
                .toList();
    }

    @Override
    public Optional<SloStatus> slo(String name) {
        return Optional.ofNullable(slos.get(name)).map(this::status);
    }

    private SloStatus status(Slo slo) {
        Instant from = NOW.minus(Duration.ofDays(28));
        Traffic events = traffic.get(slo.name());
        BigDecimal target = slo.objectives().getFirst().target();
        long total = events.total(from, NOW);
        long bad = events.bad(from, NOW);
        WindowCounts counts = new WindowCounts(1000 * (total - bad), 1000 * total, 0, 0);
        SloStatus.State state =
                total == 0
                        ? SloStatus.State.UNMEASURED
                        : counts.meets(target) ? SloStatus.State.MET : SloStatus.State.BREACHED;
        Optional<SloStatus.Capacity> capacity = Optional.ofNullable(capacities.get(slo.name()));
        return new SloStatus(
                slo,
                NOW,
                from,
                List.of(
                        new SloStatus.ObjectiveStatus(
                                slo.objectives().getFirst(),
                                state,
                                total - bad,
                                total,
                                SliInterval.of(counts, total),
                                events.coverage(from, NOW),
                                counts.budget(target),
                                WINDOWS.stream()
                                        .map(window -> burnRate(events, target, window))
                                        .toList(),
                                older(slo, target))),
                Optional.empty(),
                capacity,
                new SloStatus.Counted(from, OptionalDouble.empty()));
    }

    /** Of one objective the threshold has just changed. */
    private static Optional<SloStatus.Older> older(Slo slo, BigDecimal target) {
        return slo.name().equals("checkout-latency")
                ? Optional.of(
                        new SloStatus.Older(
                                new Estimate(
                                        NOW.minus(Duration.ofDays(28)),
                                        NOW.minus(Duration.ofDays(7)),
                                        1_000_000,
                                        991_000,
                                        993_000),
                                new Estimate.Band(0.1, 0.3)))
                : Optional.empty();
    }

    private static SloStatus.BurnRate burnRate(Traffic events, BigDecimal target, Duration window) {
        return burnRate(events, target, window, NOW);
    }

    private static SloStatus.BurnRate burnRate(
            Traffic events, BigDecimal target, Duration window, Instant to) {
        Instant from = to.minus(window);
        long total = events.total(from, to);
        long bad = events.bad(from, to);
        OptionalDouble rate =
                total == 0
                        ? OptionalDouble.empty()
                        : OptionalDouble.of((double) bad / total / (1 - target.doubleValue()));
        return new SloStatus.BurnRate(window, rate, bad, total, events.coverage(from, to));
    }

    @Override
    public Optional<List<Burns>> burnRates(
            String slo, int objective, Instant from, Instant to, int points) {
        return Optional.ofNullable(slos.get(slo))
                .map(
                        definition ->
                                IntStream.rangeClosed(1, points)
                                        .mapToObj(
                                                i ->
                                                        from.plusSeconds(
                                                                Duration.between(from, to)
                                                                                .toSeconds()
                                                                        * i
                                                                        / points))
                                        .map(at -> burns(definition, objective, at))
                                        .toList());
    }

    private Burns burns(Slo slo, int objective, Instant at) {
        BigDecimal target = slo.objectives().get(objective).target();
        return new Burns(
                at,
                WINDOWS.stream()
                        .map(window -> burnRate(traffic.get(slo.name()), target, window, at))
                        .toList());
    }

    @Override
    public Optional<BurnDown> burnDown(
            String slo, int objective, Instant from, Instant to, int points) {
        return Optional.ofNullable(slos.get(slo))
                .map(
                        definition -> {
                            Traffic events = traffic.get(slo);
                            double budgetShare =
                                    1
                                            - definition
                                                    .objectives()
                                                    .get(objective)
                                                    .target()
                                                    .doubleValue();
                            List<BurnDown.Point> line = new ArrayList<>();
                            Instant last = from;
                            for (int i = 1; i <= points; i++) {
                                Instant at =
                                        from.plusSeconds(
                                                Duration.between(from, to).toSeconds()
                                                        * i
                                                        / points);
                                Instant start = at.minus(Duration.ofDays(28));
                                long windowTotal = events.total(start, at);
                                long total = events.total(last, at);
                                long bad = events.bad(last, at);
                                line.add(
                                        new BurnDown.Point(
                                                at,
                                                windowTotal == 0
                                                        ? OptionalDouble.empty()
                                                        : OptionalDouble.of(
                                                                1
                                                                        - events.bad(start, at)
                                                                                / (budgetShare
                                                                                        * windowTotal)),
                                                total == 0
                                                        ? OptionalDouble.empty()
                                                        : OptionalDouble.of(
                                                                (double) (total - bad) / total),
                                                bad,
                                                total,
                                                events.coverage(last, at) > 0,
                                                older(definition, BigDecimal.ONE)
                                                        .map(SloStatus.Older::remaining)));
                                last = at;
                            }
                            return new BurnDown(slo, objective, line);
                        });
    }

    @Override
    public Optional<Burned> burned(String slo, Duration window) {
        return Optional.ofNullable(traffic.get(slo))
                .map(
                        events -> {
                            Instant from = NOW.minus(window);
                            long bad = events.bad(from, NOW);
                            long total = events.total(from, NOW);
                            List<Burned.Share> shares = new ArrayList<>();
                            if (bad > 0) {
                                shares.add(
                                        new Burned.Share(
                                                "http.route",
                                                "/checkout" + text,
                                                bad - bad / 9,
                                                total / 2));
                                shares.add(
                                        new Burned.Share(
                                                "http.route", "/cart/items", bad / 9, total / 3));
                                shares.add(
                                        new Burned.Share(
                                                "shop.upstream.version",
                                                "checkout-2.0.0-rc1",
                                                bad - bad / 12,
                                                0));
                                shares.add(
                                        new Burned.Share(
                                                "shop.upstream.version",
                                                "monolith-10.4",
                                                bad / 12,
                                                0));
                                shares.add(
                                        new Burned.Share("enduser.region", "eu-west", bad / 2, 0));
                                shares.add(
                                        new Burned.Share("enduser.region", "us-east", bad / 3, 0));
                                shares.add(
                                        new Burned.Share(
                                                "enduser.region",
                                                "ap-south",
                                                bad - bad / 2 - bad / 3,
                                                0));
                            }
                            List<Extract.Exemplar> exemplars = new ArrayList<>();
                            for (int i = 0; i < 5 && bad > 0; i++) {
                                long nanos =
                                        NOW.minusSeconds(30L + 71L * i).getEpochSecond()
                                                * 1_000_000_000L;
                                exemplars.add(
                                        new Extract.Exemplar(
                                                0,
                                                i % 2 == 0 ? "/checkout" : "/cart/items",
                                                TRACE_ID.substring(0, 31) + (i == 0 ? "6" : i),
                                                nanos,
                                                i == 3 ? Double.NaN : 812.4 + 97 * i));
                            }
                            return new Burned(slo, from, NOW, bad, shares, exemplars);
                        });
    }

    /** The purchase: on the legacy side as ever, on the platform nobody has looked at carts yet. */
    @Override
    public List<JourneyStatus> journeys(Duration window) {
        if (slos.isEmpty()) {
            return List.of();
        }
        Journey journey = ShopFlow.PURCHASE;
        Instant from = NOW.minus(window);
        long browsed = traffic.get("catalog-errors").total(from, NOW);
        return List.of(
                new JourneyStatus(
                        journey,
                        from,
                        NOW,
                        steps(journey, browsed, browsed / 9, browsed / 40),
                        List.of(
                                new JourneyStatus.SideStatus(
                                        journey.sides().get(0),
                                        steps(journey, browsed - 700, browsed / 9, browsed / 40)),
                                new JourneyStatus.SideStatus(
                                        journey.sides().get(1), steps(journey, 700, -1, 20))),
                        new SloStatus.Counted(from, OptionalDouble.empty())));
    }

    /** One event in a thousand fails; a negative count is none that anybody knows of. */
    private static List<JourneyStatus.StepStatus> steps(Journey journey, long... entered) {
        List<JourneyStatus.StepStatus> steps = new ArrayList<>();
        for (int i = 0; i < entered.length; i++) {
            boolean measured = entered[i] > 0;
            long completed = measured ? entered[i] - entered[i] / 1000 : 0;
            boolean next = measured && i + 1 < entered.length && entered[i + 1] > 0;
            steps.add(
                    new JourneyStatus.StepStatus(
                            journey.steps().get(i),
                            measured,
                            Math.max(0, entered[i]),
                            completed,
                            measured ? 0.998 : 0,
                            next
                                    ? OptionalLong.of(completed - entered[i + 1])
                                    : OptionalLong.empty()));
        }
        return steps;
    }

    @Override
    public Optional<JourneyStatus> journey(String name, Duration window) {
        return journeys(window).stream()
                .filter(status -> status.journey().name().equals(name))
                .findFirst();
    }

    /** One page an hour after the beginning, for an hour. */
    @Override
    public BacktestReport backtest(
            DefinitionSet set, Optional<String> only, Interval range, List<Interval> incidents) {
        Duration hour = Duration.ofHours(1);
        Instant fired = range.from().plus(hour);
        List<BacktestReport.SloReport> slos =
                set.slos().keySet().stream()
                        .sorted()
                        .filter(name -> only.isEmpty() || only.get().equals(name))
                        .map(
                                name ->
                                        new BacktestReport.SloReport(
                                                name,
                                                range.from(),
                                                Optional.of(range.from().minus(hour)),
                                                List.of(firing(name, fired))))
                        .toList();
        return new BacktestReport(
                range,
                slos,
                incidents.stream()
                        .map(time -> new BacktestReport.Incident(time, Optional.empty()))
                        .toList());
    }

    /** The last SLO has too few events; what the others have nobody knows. */
    @Override
    public Outlook outlook(DefinitionSet set) {
        List<String> names = set.slos().keySet().stream().sorted().toList();
        return names.isEmpty()
                ? new Outlook(NOW, List.of(), List.of())
                : new Outlook(
                        NOW,
                        List.of(
                                new TrafficLint(
                                        TrafficLint.Kind.FIRES_ON_ONE,
                                        names.getLast(),
                                        OptionalInt.of(0),
                                        Optional.of("default/page"),
                                        20,
                                        70,
                                        "any one failure fires it")),
                        List.of(new Outlook.NotJudged(names.getFirst(), 0, "nothing")));
    }

    /** Stopped in its seventh minute, on a service that drifts. */
    @Override
    public Optional<GateBacktest> gateBacktest(String name, Interval range) {
        return cutover(name)
                .map(
                        status ->
                                new GateBacktest(
                                        name,
                                        range.from(),
                                        range.to(),
                                        Optional.of(1),
                                        List.of(
                                                new GateBacktest.Said(
                                                        range.from().plusSeconds(400),
                                                        new Run.StepReport(0, 0.01, range.from()),
                                                        Duration.ofSeconds(400),
                                                        Decision.Verdict.NO_GO,
                                                        List.of(
                                                                new Decision.Reason(
                                                                        Decision.Code.REGRESSION,
                                                                        "errors",
                                                                        "worse than x1.2")))),
                                        List.of(
                                                new GateBacktest.Replay(
                                                        0, 0.01, 3, 1.2, 24, 0, 24, 0, 0, 0.142)),
                                        List.of(new GateBacktest.Drift("errors", 1.31, 23)),
                                        List.of("step 3 (share 100 %): too narrow")));
    }

    private static BacktestReport.Firing firing(String slo, Instant at) {
        AlertPolicy.AlertCondition condition = ShopFlow.WORKBOOK.conditions().getFirst();
        return new BacktestReport.Firing(
                new Alert(
                        slo + "/0/" + condition.name(),
                        slo,
                        0,
                        ShopFlow.WORKBOOK.metadata().name(),
                        condition.name(),
                        condition.severity(),
                        Alert.State.FIRING,
                        condition.threshold(),
                        condition.longWindow(),
                        condition.shortWindow(),
                        OptionalDouble.of(20),
                        OptionalDouble.of(30),
                        Optional.of(at),
                        Optional.of(at),
                        Optional.empty(),
                        Optional.empty(),
                        List.of()),
                Optional.of(at.plus(Duration.ofHours(1))),
                OptionalDouble.of(0.5));
    }

    @Override
    public List<Alert> alerts() {
        List<Alert> alerts = new ArrayList<>();
        for (SloStatus status : statuses()) {
            for (AlertPolicy.AlertCondition condition : ShopFlow.WORKBOOK.conditions()) {
                alertOf(status, condition).ifPresent(alerts::add);
            }
        }
        alerts.addAll(pastAlerts);
        return alerts;
    }

    private static Optional<Alert> alertOf(SloStatus status, AlertPolicy.AlertCondition condition) {
        SloStatus.BurnRate longRate = rate(status, condition.longWindow());
        SloStatus.BurnRate shortRate = rate(status, condition.shortWindow());
        boolean holds =
                longRate.bad() >= condition.minimumBadEvents()
                        && longRate.rate().orElse(0) >= condition.threshold()
                        && shortRate.rate().orElse(0) >= condition.threshold();
        if (!holds) {
            return Optional.empty();
        }
        Instant since =
                NOW.minusSeconds(
                        condition.severity() == AlertPolicy.Severity.PAGE ? 1_380 : 15_000);
        return Optional.of(
                new Alert(
                        status.slo().name() + "/0/workbook/" + condition.name(),
                        status.slo().name(),
                        0,
                        "workbook",
                        condition.name(),
                        condition.severity(),
                        Alert.State.FIRING,
                        condition.threshold(),
                        condition.longWindow(),
                        condition.shortWindow(),
                        longRate.rate(),
                        shortRate.rate(),
                        Optional.of(since),
                        Optional.of(since.plusSeconds(1)),
                        Optional.of(since.plusSeconds(2)),
                        Optional.empty(),
                        List.of("oncall")));
    }

    private static SloStatus.BurnRate rate(SloStatus status, Duration window) {
        return status.objectives().getFirst().burnRates().stream()
                .filter(rate -> rate.window().equals(window))
                .findFirst()
                .orElseThrow();
    }

    private static Alert resolvedAlert() {
        return new Alert(
                "catalog-errors/0/workbook/burn",
                "catalog-errors",
                0,
                "workbook",
                "burn",
                AlertPolicy.Severity.PAGE,
                Alert.State.RESOLVED,
                6,
                Duration.ofHours(6),
                Duration.ofMinutes(30),
                OptionalDouble.of(0.4),
                OptionalDouble.of(0.3),
                Optional.of(NOW.minus(Duration.ofHours(196))),
                Optional.of(NOW.minus(Duration.ofHours(195))),
                Optional.of(NOW.minus(Duration.ofHours(195)).plusSeconds(1)),
                Optional.of(NOW.minus(Duration.ofHours(193))),
                List.of("oncall"));
    }

    /** One that was told and is over, and one that goes on; an empty shop has none. */
    @Override
    public List<io.sluice.engine.alert.Incident> incidents(Instant from, Instant to) {
        if (pastAlerts.isEmpty()) {
            return List.of();
        }
        return Stream.of(
                        incident(
                                "past",
                                Duration.ofHours(195),
                                Optional.of(NOW.minus(Duration.ofHours(193)))),
                        incident("open", Duration.ofMinutes(23), Optional.empty()))
                .filter(one -> !one.beganAt().isBefore(from) && one.beganAt().isBefore(to))
                .toList();
    }

    @Override
    public Optional<io.sluice.engine.alert.Incident> incident(String id) {
        return incidents(Instant.MIN, NOW.plusSeconds(1)).stream()
                .filter(one -> one.id().equals(id))
                .findFirst();
    }

    @Override
    public List<io.sluice.engine.alert.Incident> openIncidents() {
        return incidents(Instant.MIN, NOW).stream()
                .filter(one -> one.resolvedAt().isEmpty())
                .toList();
    }

    private io.sluice.engine.alert.Incident incident(
            String id, Duration ago, Optional<Instant> resolvedAt) {
        Instant began = NOW.minus(ago);
        Optional<String> by =
                resolvedAt.map(_ -> "ana" + text).or(() -> Optional.ofNullable(takenOn.get(id)));
        return new io.sluice.engine.alert.Incident(
                id,
                "checkout-success",
                AlertPolicy.Severity.PAGE,
                began,
                Optional.of(began.plusSeconds(52)),
                Optional.of(began.plusSeconds(53)),
                by.map(_ -> began.plusSeconds(300)),
                by,
                resolvedAt,
                List.of("checkout-success/0/workbook/burn"),
                text);
    }

    @Override
    public Optional<io.sluice.engine.alert.Incident> acknowledge(String incident, String by) {
        if (openIncidents().stream().noneMatch(one -> one.id().equals(incident))) {
            return Optional.empty();
        }
        takenOn.putIfAbsent(incident, by);
        changed();
        return openIncidents().stream().filter(one -> one.id().equals(incident)).findFirst();
    }

    @Override
    public io.sluice.engine.alert.Incident markMissed(
            String slo, Interval time, String note, String by) {
        if (!slos.containsKey(slo)) {
            throw new NoSuchElementException(slo);
        }
        return new io.sluice.engine.alert.Incident(
                slo + ".missed",
                slo,
                AlertPolicy.Severity.PAGE,
                time.from(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(by),
                Optional.of(time.to()),
                List.of(),
                note);
    }

    @Override
    public List<Silence> silences() {
        return List.copyOf(silences);
    }

    @Override
    public Silence silence(Optional<String> slo, Interval time, String reason, String by) {
        slo.ifPresent(
                name -> {
                    if (!slos.containsKey(name)) {
                        throw new NoSuchElementException(name);
                    }
                });
        Silence silence =
                new Silence(
                        Integer.toString(silences.size()), slo, time.from(), time.to(), reason, by);
        silences.add(silence);
        changed();
        return silence;
    }

    @Override
    public boolean endSilence(String id) {
        boolean ended = silences.removeIf(silence -> silence.id().equals(id));
        changed();
        return ended;
    }

    @Override
    public List<CutoverStatus> cutovers() {
        return cutovers.values().stream().map(FakeCutovers.Story::status).toList();
    }

    @Override
    public Optional<CutoverStatus> cutover(String name) {
        return Optional.ofNullable(cutovers.get(name)).map(FakeCutovers.Story::status);
    }

    /** Of each group a third, and quicker than all. */
    @Override
    public Optional<CutoverStatus.SideValues> cutoverValues(
            String cutover, String metric, String group) {
        return cutover(cutover)
                .filter(status -> status.groups().contains(group) && !metric.equals("errors"))
                .flatMap(status -> status.metrics().stream().findFirst())
                .map(
                        sides ->
                                new CutoverStatus.SideValues(
                                        metric,
                                        FakeCutovers.latencies(20, 0.5, sides.baselineTotal() / 3),
                                        FakeCutovers.latencies(
                                                10, 0.4, sides.candidateTotal() / 3)));
    }

    @Override
    public Optional<Decision> decision(String cutover, OptionalDouble share) {
        return cutover(cutover)
                .flatMap(CutoverStatus::decision)
                .map(
                        decision -> {
                            boolean matches =
                                    share.isEmpty()
                                            || decision.step()
                                                    .filter(
                                                            step ->
                                                                    step.share()
                                                                            == share.getAsDouble())
                                                    .isPresent();
                            return matches ? decision : mismatch(decision, share.getAsDouble());
                        });
    }

    private static Decision mismatch(Decision decision, double share) {
        return new Decision(
                decision.cutover(),
                decision.run(),
                decision.revision(),
                decision.step(),
                Decision.Verdict.HOLD,
                false,
                List.of(
                        new Decision.Reason(
                                Decision.Code.STEP_MISMATCH,
                                "",
                                "the current step is not " + share)),
                List.of(),
                Decision.Forecast.UNKNOWN,
                10,
                "",
                "",
                decision.configSha256(),
                decision.evaluatedAt(),
                decision.dataThrough());
    }

    @Override
    public List<Decision> decisions(String cutover, int limit) {
        FakeCutovers.Story story = cutovers.get(cutover);
        return story == null ? List.of() : story.decisions().stream().limit(limit).toList();
    }

    @Override
    public Optional<String> evidence(String id) {
        return id.startsWith("ev_") ? Optional.of("{\"id\":\"" + id + "\"}") : Optional.empty();
    }

    @Override
    public Approval approve(String cutover, int run, Approval.Request request) {
        cutover(cutover)
                .flatMap(CutoverStatus::run)
                .filter(current -> current.number() == run)
                .orElseThrow(NoSuchElementException::new);
        Approval approval =
                new Approval(
                        request.step(),
                        request.role(),
                        request.lifts(),
                        request.principal(),
                        request.reason(),
                        NOW,
                        request.until().orElse(NOW.plus(Duration.ofDays(1))));
        approvals.add(approval);
        return approval;
    }

    @Override
    public List<Approval> approvals(String cutover, int run) {
        return List.copyOf(approvals);
    }

    @Override
    public List<Baseline> baselines() {
        return List.copyOf(baselines);
    }

    @Override
    public Optional<Baseline> baseline(String name) {
        return baselines.stream().filter(b -> b.name().equals(name)).findFirst();
    }

    @Override
    public Baseline recordBaseline(Baselines.Order order) {
        if (baseline(order.name()).isPresent()) {
            throw new IllegalStateException("taken");
        }
        if (!order.exclusions().isEmpty()) {
            throw new NoSuchElementException("no exclusion");
        }
        Sketch values = new Sketch();
        values.add(120);
        Baseline recorded =
                new Baseline(
                        order.name(),
                        order.from(),
                        order.to(),
                        order.leftOut(),
                        NOW,
                        order.principal(),
                        List.of(
                                new Baseline.Entry(
                                        "slo/checkout-success/0", "m", 3, 1_000, Optional.empty()),
                                new Baseline.Entry(
                                        "slo/checkout-latency/0",
                                        "n",
                                        9,
                                        900,
                                        Optional.of(values))),
                        "5f1c09e7aa41c2d0");
        baselines.add(recorded);
        return recorded;
    }

    @Override
    public Optional<BaselineComparison> compareBaselines(String name, String other) {
        return baseline(name).flatMap(_ -> baseline(other)).map(_ -> comparison());
    }

    @Override
    public Optional<BaselineComparison> compareBaseline(String name, Interval time) {
        return baseline(name).map(_ -> comparison());
    }

    private static BaselineComparison comparison() {
        return new BaselineComparison(
                0.95,
                List.of(
                        new BaselineComparison.Row(
                                "slo/checkout-latency/0",
                                9,
                                900,
                                0,
                                800,
                                OptionalDouble.of(0),
                                0,
                                OptionalDouble.of(0.5),
                                List.of(new BaselineComparison.Quantile(0.99, 120, 90)))));
    }

    @Override
    public List<MigrationStatus> migrations() {
        return cutovers.isEmpty() ? List.of() : List.of(FakeMigration.status(attested));
    }

    @Override
    public Optional<MigrationStatus> migration(String name) {
        return migrations().stream()
                .filter(status -> status.migration().name().equals(name))
                .findFirst();
    }

    @Override
    public MigrationStatus.Attested attest(
            String migration, String phase, String criterion, String principal, String note) {
        if (!migration.equals(FakeMigration.NAME) || criterion.equals("nothing")) {
            throw new NoSuchElementException("no criterion " + criterion);
        }
        if (!criterion.equals(FakeMigration.ROLLBACK)) {
            throw new IllegalArgumentException(criterion + " is measured");
        }
        var said = new MigrationStatus.Attested(phase, criterion, principal, NOW, note);
        attested.add(said);
        changed();
        return said;
    }

    @Override
    public Optional<Explanation> explain(String cutover, OptionalDouble share) {
        return decision(cutover, share)
                .map(
                        decision ->
                                new Explanation(
                                        decision,
                                        0.95,
                                        decision.metrics().stream()
                                                .map(FakeEngine::explained)
                                                .toList()));
    }

    /** About as sure as so many bad events are. */
    private static Explanation.Metric explained(Decision.MetricEvidence metric) {
        double factor = Math.exp(2 / Math.sqrt(Math.max(1, metric.candidateBad())));
        double ratio = metric.ratio().orElse(0);
        return new Explanation.Metric(
                metric.name(),
                ratio / factor,
                ratio > 0 ? OptionalDouble.of(ratio * factor) : OptionalDouble.empty(),
                Explanation.Baseline.LIVE,
                1,
                metric.quantile()
                        .map(
                                quantile ->
                                        new Explanation.Quantile(
                                                around(quantile.baseline()),
                                                around(quantile.candidate()))));
    }

    private static Explanation.Bounds around(OptionalDouble value) {
        return value.isEmpty()
                ? new Explanation.Bounds(OptionalDouble.empty(), OptionalDouble.empty())
                : new Explanation.Bounds(
                        OptionalDouble.of(value.getAsDouble() * 0.9),
                        OptionalDouble.of(value.getAsDouble() * 1.1));
    }

    @Override
    public Optional<Stream<String>> evidenceFile(String cutover, OptionalInt run) {
        return cutover(cutover)
                .flatMap(CutoverStatus::run)
                .filter(newest -> run.orElse(newest.number()) == newest.number())
                .map(newest -> Stream.of("{\"run\":" + newest.number() + "}", "{\"end\":true}"));
    }

    @Override
    public Optional<PlanReport> plan(String cutover) {
        return cutover(cutover).map(status -> FakeCutovers.plan(status, NOW));
    }

    @Override
    public Run startRun(
            String cutover, String revision, String principal, Optional<String> override) {
        if (revision.startsWith("refused") && override.isEmpty()) {
            throw FakeCutovers.refused(cutover);
        }
        CutoverStatus status = cutover(cutover).orElseThrow(NoSuchElementException::new);
        int number = status.run().map(Run::number).orElse(0) + 1;
        Run run =
                new Run(
                        cutover,
                        number,
                        revision,
                        principal,
                        NOW,
                        Optional.empty(),
                        "5f1c09e7aa41c2d0",
                        List.of());
        put(
                status,
                run,
                override.map(
                        why ->
                                new PlanOverride(
                                        principal,
                                        why,
                                        FakeCutovers.plan(status, NOW).refusals())));
        return run;
    }

    private void put(CutoverStatus status, Run run, Optional<PlanOverride> override) {
        cutovers.put(
                run.cutover(),
                new FakeCutovers.Story(
                        new CutoverStatus(
                                status.cutover(),
                                NOW,
                                Optional.of(run),
                                override,
                                status.decision(),
                                status.metrics(),
                                status.quantiles(),
                                status.groups(),
                                0,
                                0),
                        List.of()));
        changed();
    }

    @Override
    public Run.StepReport reportStep(String cutover, int run, int index, double share) {
        CutoverStatus status = cutover(cutover).orElseThrow(NoSuchElementException::new);
        Run current =
                status.run()
                        .filter(r -> r.number() >= run)
                        .orElseThrow(NoSuchElementException::new);
        if (current.number() != run) {
            throw new IllegalStateException(
                    "run " + run + " has ended; the current one is " + current.number());
        }
        List<Cutover.Step> plan = status.cutover().steps();
        if (index < 0 || index >= plan.size() || plan.get(index).share() != share) {
            throw new IllegalArgumentException(
                    "step " + index + " with share " + share + " is not planned");
        }
        for (Run.StepReport step : current.steps()) {
            if (step.index() == index) {
                return step;
            }
        }
        Run.StepReport report = new Run.StepReport(index, share, NOW);
        List<Run.StepReport> steps = new ArrayList<>(current.steps());
        steps.add(report);
        put(
                status,
                new Run(
                        cutover,
                        run,
                        current.revision(),
                        current.principal(),
                        NOW,
                        Optional.empty(),
                        current.definitionDigest(),
                        steps),
                status.override());
        return report;
    }

    @Override
    public void recordDeployment(
            String service, String version, Instant deployedAt, Optional<Instant> committedAt) {
        deployments.add(
                service
                        + " "
                        + version
                        + " "
                        + deployedAt
                        + " "
                        + committedAt.map(Instant::toString).orElse("-"));
    }

    @Override
    public List<Results> results(Results.Windows windows) {
        return results.stream()
                .map(
                        table ->
                                new Results(
                                        table.name(),
                                        windows.before()
                                                .map(FakeEngine::period)
                                                .orElse(table.before()),
                                        windows.after()
                                                .map(FakeEngine::period)
                                                .orElse(table.after()),
                                        table.rows()))
                .toList();
    }

    private static Results.Period period(Interval window) {
        return new Results.Period(Optional.of(window.from()), Optional.of(window.to()));
    }

    @Override
    public Optional<RowHistory> resultsRow(
            String table,
            int row,
            Results.Windows windows,
            Optional<Interval> time,
            int intervals) {
        return results(windows).stream()
                .filter(one -> one.name().equals(table))
                .findFirst()
                .map(one -> FakeResults.history(one, row, time));
    }

    @Override
    public List<ObjectiveCount> objectiveCounts() {
        return List.of();
    }

    @Override
    public List<CountRow> counts() {
        return List.of(
                new CountRow("checkout-errors", "", "all", "spans", 1_934_112, 1_938_220),
                new CountRow("checkout-errors", "checkout", "candidate", "spans", 526, 672));
    }

    @Override
    public Subscription onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public List<Row> rows() {
        return List.copyOf(rows);
    }

    private static List<Row> ingestRows() {
        return List.of(
                new Row("otlp-grpc", "spans", 20_512, 10_482_113, Map.of(), Map.of()),
                new Row(
                        "otlp-http",
                        "spans",
                        41_877,
                        21_394_820,
                        Map.of(RejectReason.FUTURE, 3L),
                        Map.of()),
                new Row("otlp-http", "metrics", 9_120, 182_400, Map.of(), Map.of()),
                new Row(
                        "otlp-http",
                        "requests",
                        2,
                        0,
                        Map.of(RejectReason.MALFORMED, 2L),
                        Map.of()),
                new Row("prometheus", "metrics", 1_140, 24_520, Map.of(), Map.of()),
                new Row(
                        "dogstatsd",
                        "metrics",
                        88_020,
                        88_020,
                        Map.of(),
                        Map.of(RejectReason.KERNEL_DROP, 0L)));
    }

    @Override
    public Optional<Counted> counted(String slo, Optional<String> side) {
        return Optional.of(
                new Counted(MeasurePlan.NOTHING, new Measure(0, "m", List.of(), false, slo)));
    }

    @Override
    public List<Deployment> deployments(Instant from, Instant to) {
        return List.of(new Deployment("checkout", "11.2" + text, NOW.minus(Duration.ofHours(2))));
    }

    @Override
    public Optional<List<Values>> values(
            String slo, int objective, Instant from, Instant to, int intervals) {
        if (!slo.endsWith("-latency")) {
            return Optional.empty();
        }
        Duration each = Duration.between(from, to).dividedBy(intervals);
        List<Values> values = new ArrayList<>();
        for (int i = 1; i <= intervals; i++) {
            double median = 120 * (1 + 0.4 * Math.sin(i / 9.0)) * (i > 50 && i < 58 ? 4 : 1);
            values.add(
                    new Values(
                            from.plus(each.multipliedBy(i)),
                            FakeCutovers.latencies(median, 0.5, i == 20 ? 0 : 2_000 + 20L * i)));
        }
        return Optional.of(values);
    }

    @Override
    public List<Offender> offenders() {
        return List.of(
                new Offender(
                        Offender.What.REFUSED_ITEMS,
                        "otlp-http, service checkout" + text,
                        "too_old",
                        1_204,
                        3));
    }

    private static LimitTable limits() {
        LimitTable table = new LimitTable(EngineLimits.ALL, Map.of());
        table.own(EngineLimits.BYTES_TO_APPLY, () -> 48_000, () -> 3);
        table.own(EngineLimits.SERIES, () -> 412, () -> 0);
        table.ownUse(EngineLimits.LOG_BYTES, () -> 1_250_000_000L);
        return table;
    }

    @Override
    public Vitals vitals() {
        return new Vitals(
                new Vitals.Log(52_704, 1_250_000_000L, 20_000_000_000L, Duration.ofDays(7), 0),
                new Vitals.Door(48_000, 67_108_864, 3),
                new FoldStatus(
                        52_704,
                        52_704,
                        12,
                        6_144,
                        Duration.ofMinutes(15),
                        0,
                        0,
                        412,
                        50_400,
                        0,
                        0,
                        96,
                        24_520,
                        96,
                        1,
                        0,
                        0,
                        4,
                        17,
                        0),
                Fold.Limits.DEFAULT,
                limits().rows(),
                List.of(
                        new Offender(
                                Offender.What.NEW_SERIES, "checkout-requests" + text, "", 31, 0)));
    }

    /** A log of three stretches: a trace, none, and another one. */
    @Override
    public Found find(Query query) {
        long before = query.before().orElse(8);
        if (before == 7) {
            return new Found(List.of(), OptionalLong.of(6));
        }
        Hit hit =
                new Hit(
                        before == 8 ? TRACE_ID : OLDER_TRACE_ID,
                        NOW.minusSeconds(before == 8 ? 30 : 90),
                        query.group().orElse("/checkout" + text),
                        812);
        return new Found(List.of(hit), before == 8 ? OptionalLong.of(7) : OptionalLong.empty());
    }

    @Override
    public Trace trace(String traceId, Optional<Instant> near) {
        if (!traceId.equals(TRACE_ID)) {
            return new Trace(List.of(), List.of());
        }
        LogView record =
                new LogView(
                        NOW.minusSeconds(31),
                        "cart",
                        "ERROR",
                        "version is 17" + text,
                        "a5",
                        Map.of("thread.name", "w-3"));
        return new Trace(spans(), List.of(record));
    }

    private List<SpanView> spans() {
        Instant start = NOW.minusSeconds(31);
        return List.of(
                span(
                        "a1",
                        "",
                        "strangler-proxy",
                        "POST /checkout" + text,
                        start,
                        0,
                        812,
                        true,
                        Map.of(
                                "http.route",
                                "/checkout",
                                "http.response.status_code",
                                "500",
                                "shop.side",
                                "platform",
                                "note",
                                text)),
                span(
                        "a2",
                        "a1",
                        "checkout",
                        "POST /checkout",
                        start,
                        3,
                        806,
                        true,
                        Map.of("http.response.status_code", "500")),
                span("a3", "a2", "checkout", "reserve inventory", start, 9, 120, false, Map.of()),
                span(
                        "a4",
                        "a2",
                        "checkout",
                        "process payment",
                        start,
                        131,
                        402,
                        false,
                        Map.of("payment.provider", "acme")),
                span(
                        "a5",
                        "a2",
                        "cart",
                        "PUT /cart/items",
                        start,
                        540,
                        255,
                        true,
                        Map.of("exception.type", "OptimisticLockException", "cart.version", "17")));
    }

    private static SpanView span(
            String id,
            String parent,
            String service,
            String name,
            Instant start,
            long afterMillis,
            long millis,
            boolean error,
            Map<String, String> attributes) {
        return new SpanView(
                id,
                parent,
                service,
                name,
                start.plusMillis(afterMillis),
                Duration.ofMillis(millis).toNanos(),
                error,
                attributes);
    }
}
