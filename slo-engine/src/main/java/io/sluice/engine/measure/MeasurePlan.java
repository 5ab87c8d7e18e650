package io.sluice.engine.measure;

import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Journey;
import io.sluice.definitions.model.Migration;
import io.sluice.definitions.model.Migration.Criterion;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.prometheus.Query;
import io.sluice.engine.series.Resolution;
import io.sluice.engine.series.SeriesKey;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything that one definition set wants counted: a measure per objective, per cutover metric and
 * side, per results row and side (and the sum of a mean), per journey step and side, per silence of
 * a migration, each once however many use it. Immutable and thread-safe.
 */
public final class MeasurePlan {

    /** Which of a cutover's events a measure counts. */
    public enum Side {
        BASELINE,
        CANDIDATE,
        /** All events of the metric, whichever side; what is neither is unsided. */
        ALL,
        /** Events that match both sides: a definition's mistake, counted so that it shows. */
        BOTH
    }

    /** Sloth's shortest, of which its long windows are the mean. */
    private static final String TEMPLATE_WINDOW = "5m";

    /** What is counted before any definitions are in force: nothing. */
    public static final MeasurePlan NOTHING = compile(DefinitionSet.EMPTY);

    private final DefinitionSet definitions;
    private final String digest;
    private final List<Measure> measures;
    private final Map<String, Measure> byUse;

    /** By measure. */
    private final Map<String, List<SeriesKey>> slices;

    private MeasurePlan(
            DefinitionSet definitions,
            String digest,
            List<Measure> measures,
            Map<String, Measure> byUse,
            Map<String, List<SeriesKey>> slices) {
        this.definitions = definitions;
        this.digest = digest;
        this.measures = List.copyOf(measures);
        this.byUse = Map.copyOf(byUse);
        this.slices = Map.copyOf(slices);
    }

    /** Compiles a definition set. */
    public static MeasurePlan compile(DefinitionSet definitions) {
        Compiler compiler = new Compiler();
        definitions
                .slos()
                .values()
                .forEach(
                        slo -> {
                            for (int i = 0; i < slo.objectives().size(); i++) {
                                Objective objective = slo.objectives().get(i);
                                compiler.add(
                                        objectiveUse(slo.name(), i),
                                        objective.sli(),
                                        taps(
                                                objective.indicator(),
                                                objective.threshold(),
                                                List.of(),
                                                Optional.empty()));
                            }
                        });
        definitions
                .slis()
                .values()
                .forEach(
                        sli -> {
                            if (sli.indicator() instanceof Indicator.Ratio ratio) {
                                compiler.add(
                                        sliUse(sli.metadata().name()),
                                        sli.metadata().name(),
                                        taps(ratio, Optional.empty(), List.of(), Optional.empty()));
                            }
                        });
        definitions
                .cutovers()
                .values()
                .forEach(
                        cutover -> {
                            for (Cutover.Metric metric : cutover.metrics()) {
                                for (Side side : Side.values()) {
                                    compiler.add(
                                            cutoverUse(cutover.name(), metric.name(), side),
                                            metric.sli(),
                                            taps(
                                                    metric.indicator(),
                                                    metric.threshold(),
                                                    sideOf(cutover, side),
                                                    cutover.stratifyBy()));
                                }
                            }
                            for (Cutover.QuantileMetric metric : cutover.quantiles()) {
                                for (Side side : List.of(Side.BASELINE, Side.CANDIDATE)) {
                                    compiler.add(
                                            cutoverUse(cutover.name(), metric.name(), side),
                                            metric.sli(),
                                            List.of(
                                                    new Measure.Tap.Sample(
                                                            sided(
                                                                    metric.indicator().source(),
                                                                    sideOf(cutover, side),
                                                                    cutover.stratifyBy()),
                                                            metric.indicator().value(),
                                                            metric.indicator().unit())));
                                }
                            }
                        });
        definitions
                .resultsTables()
                .values()
                .forEach(
                        table -> {
                            for (int i = 0; i < table.rows().size(); i++) {
                                ResultsTable.Row row = table.rows().get(i);
                                for (boolean after : new boolean[] {false, true}) {
                                    List<Condition> side = after ? table.after() : table.before();
                                    List<Measure.Tap> taps = resultTaps(row, side);
                                    if (!taps.isEmpty()) {
                                        compiler.add(
                                                resultsUse(table.metadata().name(), i, after),
                                                row.metric(),
                                                taps);
                                    }
                                    List<Measure.Tap> sum = sumTaps(row, taps);
                                    if (!sum.isEmpty()) {
                                        compiler.add(
                                                sumUse(table.metadata().name(), i, after),
                                                row.metric(),
                                                sum);
                                    }
                                }
                            }
                        });
        definitions.journeys().values().forEach(journey -> addSteps(compiler, journey));
        definitions.migrations().values().forEach(migration -> addSilences(compiler, migration));
        return new MeasurePlan(
                definitions,
                definitions.digest(),
                compiler.measures,
                compiler.byUse,
                slices(definitions, compiler.byUse));
    }

    /** What objectives are judged by slice by slice. */
    private static Map<String, List<SeriesKey>> slices(
            DefinitionSet definitions, Map<String, Measure> byUse) {
        Map<String, List<SeriesKey>> slices = new HashMap<>();
        for (Slo slo : definitions.slos().values()) {
            for (int i = 0; i < slo.objectives().size(); i++) {
                Optional<Duration> slice = slo.objectives().get(i).timeSliceWindow();
                Measure measure = byUse.get(objectiveUse(slo.name(), i));
                if (measure != null && slice.isPresent()) {
                    SeriesKey key = slices(measure, slice.get());
                    List<SeriesKey> all =
                            slices.computeIfAbsent(measure.id(), _ -> new ArrayList<>());
                    if (!all.contains(key)) {
                        all.add(key);
                    }
                }
            }
        }
        return slices;
    }

    /** Where a measure's events are kept for slices of this length. */
    public static SeriesKey slices(Measure measure, Duration slice) {
        return SeriesKey.slices(measure.id(), Resolution.fitting(slice.toSeconds()));
    }

    private static void addSteps(Compiler compiler, Journey journey) {
        for (Journey.Step step : journey.steps()) {
            compiler.add(
                    journeyUse(journey, step),
                    step.sli(),
                    taps(step.indicator(), step.threshold(), List.of(), Optional.empty()));
            for (Journey.Side side : journey.sides()) {
                compiler.add(
                        journeyUse(journey, step, side),
                        step.sli(),
                        taps(step.indicator(), step.threshold(), side.where(), Optional.empty()));
            }
        }
    }

    private static void addSilences(Compiler compiler, Migration migration) {
        migration
                .phases()
                .forEach(phase -> addSilences(compiler, migration, phase.name(), phase.criteria()));
        addSilences(compiler, migration, "", migration.goals());
    }

    private static void addSilences(
            Compiler compiler, Migration migration, String phase, List<Criterion> criteria) {
        for (Criterion criterion : criteria) {
            if (criterion instanceof Migration.NoTraffic silence) {
                compiler.add(
                        migrationUse(migration.name(), phase, silence.name()),
                        silence.name(),
                        List.of(new Measure.Tap.Count(silence.source(), 1, 1)));
            }
        }
    }

    /** The definition set. */
    public DefinitionSet definitions() {
        return definitions;
    }

    /** Names the plan; measure indexes are valid only among plans with the same one. */
    public String digest() {
        return digest;
    }

    /**
     * A plan of some of these measures, which does not know what they are for. Indexes and digest
     * are its own.
     */
    public MeasurePlan only(Set<String> ids) {
        List<Measure> some = new ArrayList<>();
        for (Measure measure : measures) {
            if (ids.contains(measure.id())) {
                some.add(measure.withIndex(some.size()));
            }
        }
        String part = some.stream().map(Measure::id).collect(Collectors.joining(" "));
        return new MeasurePlan(definitions, digest + " only " + part, some, Map.of(), slices);
    }

    /**
     * A plan of one measure, of those of its events that these conditions hold for. It does not
     * know what it is for; index, id and digest are its own.
     *
     * @throws IllegalArgumentException if the measure's source takes no conditions
     */
    public MeasurePlan narrowed(Measure measure, List<Condition> where) {
        List<Measure.Tap> taps = measure.taps().stream().map(tap -> tap.narrowed(where)).toList();
        String id = TapDigest.of(taps);
        return new MeasurePlan(
                definitions,
                digest + " narrowed " + id,
                List.of(new Measure(0, id, taps, measure.sketched(), measure.sli())),
                Map.of(),
                Map.of());
    }

    /** By index. */
    public List<Measure> measures() {
        return measures;
    }

    /** The measures' ids. */
    public Set<String> ids() {
        return measures.stream().map(Measure::id).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * What each thing that is measured is measured by, for example {@code slo/checkout/0}, {@code
     * cutover/auth/errors/BASELINE}; for people, and for telling two sets' measures apart.
     */
    public Map<String, Measure> uses() {
        return byUse;
    }

    /** Where else a measure's events are counted, because objectives judge them slice by slice. */
    public List<SeriesKey> slicesOf(String measure) {
        return slices.getOrDefault(measure, List.of());
    }

    /** The measure of an SLO's objective. */
    public Measure forObjective(String slo, int objective) {
        return require(objectiveUse(slo, objective));
    }

    /**
     * The measure of an SLI by itself, whether or not an objective refers to it: a baseline is
     * recorded before anything is promised. Absent for thresholds, which are good or bad only by an
     * objective's bound.
     */
    public Optional<Measure> forSli(String sli) {
        return Optional.ofNullable(byUse.get(sliUse(sli)));
    }

    /** The measure of one side of a cutover's metric or quantile; a quantile has two sides only. */
    public Measure forCutover(String cutover, String metric, Side side) {
        return require(cutoverUse(cutover, metric, side));
    }

    /** The measure of a results row; absent for rows that are made from reported deployments. */
    public Optional<Measure> forResults(String table, int row, boolean after) {
        return Optional.ofNullable(byUse.get(resultsUse(table, row, after)));
    }

    /** What sums the values of a results row up; only of a mean. */
    public Optional<Measure> sumForResults(String table, int row, boolean after) {
        return Optional.ofNullable(byUse.get(sumUse(table, row, after)));
    }

    /** The measure of a journey's step, all sides together and what is on neither. */
    public Measure forJourney(Journey journey, Journey.Step step) {
        return require(journeyUse(journey, step));
    }

    /** The measure of one side of a journey's step. */
    public Measure forJourney(Journey journey, Journey.Step step, Journey.Side side) {
        return require(journeyUse(journey, step, side));
    }

    /**
     * The measure of what a migration's criterion wants none of.
     *
     * @param phase its name; empty for a goal
     */
    public Measure forMigration(String migration, String phase, String criterion) {
        return require(migrationUse(migration, phase, criterion));
    }

    private Measure require(String use) {
        Measure measure = byUse.get(use);
        if (measure == null) {
            throw new IllegalArgumentException("nothing is measured for " + use);
        }
        return measure;
    }

    private static String objectiveUse(String slo, int objective) {
        return "slo/" + slo + "/" + objective;
    }

    private static String sliUse(String sli) {
        return "sli/" + sli;
    }

    private static String cutoverUse(String cutover, String metric, Side side) {
        return "cutover/" + cutover + "/" + metric + "/" + side;
    }

    private static String resultsUse(String table, int row, boolean after) {
        return "results/" + table + "/" + row + "/" + (after ? "after" : "before");
    }

    private static String sumUse(String table, int row, boolean after) {
        return resultsUse(table, row, after) + "/sum";
    }

    private static String journeyUse(Journey journey, Journey.Step step) {
        return "journey/" + journey.name() + "/" + step.name();
    }

    private static String journeyUse(Journey journey, Journey.Step step, Journey.Side side) {
        return journeyUse(journey, step) + "/" + side.name();
    }

    private static String migrationUse(String migration, String phase, String criterion) {
        return "migration/" + migration + "/" + phase + "/" + criterion;
    }

    private static List<Condition> sideOf(Cutover cutover, Side side) {
        return switch (side) {
            case BASELINE -> cutover.baseline();
            case CANDIDATE -> cutover.candidate();
            case ALL -> List.of();
            case BOTH -> {
                List<Condition> both = new ArrayList<>(cutover.baseline());
                both.addAll(cutover.candidate());
                yield both;
            }
        };
    }

    private static List<Measure.Tap> taps(
            Indicator indicator,
            Optional<Objective.Threshold> threshold,
            List<Condition> side,
            Optional<String> groupBy) {
        return switch (indicator) {
            // How many events a value that goes up and down stands for depends on how often it is
            // asked for: nothing is counted, as for shares.
            case Indicator.Ratio(_, _, EventSource.Opaque total, var counter) when !counter ->
                    List.of(new Measure.Tap.Count(total, 0, 0));
            case Indicator.Ratio ratio -> {
                boolean partIsBad = ratio.polarity() == Indicator.Polarity.BAD;
                yield List.of(
                        new Measure.Tap.Count(
                                sided(ratio.total(), side, groupBy), partIsBad ? 1 : 0, 1),
                        new Measure.Tap.Count(
                                sided(ratio.part(), side, groupBy), partIsBad ? -1 : 1, 0));
            }
            case Indicator.Raw(_, EventSource.Foreign source, _) ->
                    List.of(new Measure.Tap.Count(source, 0, 0));
            case Indicator.Raw(var meaning, EventSource.Prometheus source, _) ->
                    List.of(new Measure.Tap.Share(asked(source), meaning));
            case Indicator.Raw raw ->
                    List.of(
                            new Measure.Tap.Share(
                                    sided(raw.source(), side, groupBy), raw.meaning()));
            case Indicator.Threshold t -> {
                EventSource source = sided(t.source(), side, groupBy);
                if (t.value() == Indicator.Value.COUNT_PER_MINUTE) {
                    yield List.of(new Measure.Tap.Count(source, 1, 1));
                }
                Objective.Threshold bound =
                        threshold.orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "a threshold needs op and value"));
                yield List.of(
                        new Measure.Tap.Judge(
                                source, t.value(), t.unit(), bound.op(), bound.value()));
            }
        };
    }

    /** What of a query is a template of Sloth's is asked over the window that Sloth records. */
    private static EventSource asked(EventSource.Prometheus source) {
        Query query = new Query(source.query());
        return query.isTemplate()
                ? new EventSource.Prometheus(source.dataSource(), query.filled(TEMPLATE_WINDOW))
                : source;
    }

    private static List<Measure.Tap> resultTaps(ResultsTable.Row row, List<Condition> side) {
        if (row.source().isEmpty()) {
            return List.of();
        }
        EventSource source = sided(row.source().get(), side, Optional.empty());
        return switch (row.statistic()) {
            case RATIO -> {
                EventSource part =
                        sided(
                                row.part()
                                        .orElseThrow(
                                                () ->
                                                        new IllegalArgumentException(
                                                                "a ratio needs a part")),
                                side,
                                Optional.empty());
                yield List.of(
                        new Measure.Tap.Count(source, 0, 1), new Measure.Tap.Count(part, 1, 0));
            }
            case P50, P95, P99, MEAN, MAXIMUM ->
                    List.of(
                            new Measure.Tap.Sample(
                                    source,
                                    source instanceof EventSource.Spans
                                            ? Indicator.Value.DURATION
                                            : Indicator.Value.POINT,
                                    row.valueUnit()));
            case DEPLOYMENTS_PER_MONTH, LEAD_TIME -> List.of();
        };
    }

    /** What sums the values of a mean up. */
    private static List<Measure.Tap> sumTaps(ResultsTable.Row row, List<Measure.Tap> taps) {
        List<Measure.Tap> sums = new ArrayList<>();
        for (Measure.Tap tap : taps) {
            if (row.statistic() == ResultsTable.Statistic.MEAN
                    && tap instanceof Measure.Tap.Sample(var source, var value, var unit)) {
                sums.add(new Measure.Tap.Sum(source, value, unit));
            }
        }
        return sums;
    }

    private static EventSource sided(
            EventSource source, List<Condition> side, Optional<String> groupBy) {
        EventSource with = source.and(side);
        return groupBy.isPresent() ? with.groupedBy(groupBy) : with;
    }

    /** Gives equal taps one measure. */
    private static final class Compiler {
        private final List<Measure> measures = new ArrayList<>();
        private final Map<String, Measure> byId = new HashMap<>();
        private final Map<String, Measure> byUse = new LinkedHashMap<>();

        void add(String use, String sli, List<Measure.Tap> taps) {
            String id = TapDigest.of(taps);
            Measure measure =
                    byId.computeIfAbsent(
                            id,
                            key -> {
                                boolean sketched =
                                        taps.stream()
                                                .anyMatch(
                                                        tap ->
                                                                tap instanceof Measure.Tap.Judge
                                                                        || tap
                                                                                instanceof
                                                                                Measure.Tap.Sample);
                                Measure made =
                                        new Measure(measures.size(), key, taps, sketched, sli);
                                measures.add(made);
                                return made;
                            });
            byUse.put(use, measure);
        }
    }
}
