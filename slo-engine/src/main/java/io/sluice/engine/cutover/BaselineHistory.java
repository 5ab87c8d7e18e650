package io.sluice.engine.cutover;

import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.series.WindowSum;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What a baseline's own past says of how far its evidence can be trusted. Immutable; as thread-safe
 * as the series it reads.
 */
final class BaselineHistory {

    /** As far back as errors are looked at: weekends differ from working days. */
    static final Duration LENGTH = Duration.ofDays(3);

    /** Values are kept by the ten seconds for so long. */
    private static final Duration VALUES_LENGTH = Duration.ofHours(6);

    private static final long HOUR_SECONDS = 3600;

    /** With fewer pairs of hours, a drift is mostly chance. */
    private static final int FEWEST_HOURS = 10;

    /** The median of a chi-square variable with one degree of freedom. */
    private static final double CHI_SQUARE_MEDIAN = 0.4549;

    /**
     * The standard deviation of such a variable's sample median, over its median and times the root
     * of the sample's size: 2.3, and a fifth more because neighbouring differences share an hour.
     */
    private static final double MEDIAN_NOISE = 2.8;

    /**
     * Few errors an hour jump about; so many standard deviations are no chance any more. Where
     * errors hang together, dispersion holds part of the drift already, and two are enough.
     */
    private static final double BEYOND_CHANCE = 4;

    /** Standard deviations that 19 of 20 stay within. */
    private static final double WITHIN = 1.96;

    private final SeriesReader series;
    private final CutoverPlan plan;
    private final long end;

    /**
     * @param now the history ends with the last whole minute before
     */
    BaselineHistory(SeriesReader series, CutoverPlan plan, Instant now) {
        this.series = series;
        this.plan = plan;
        this.end = Math.floorDiv(now.getEpochSecond(), Dispersion.MINUTE) * Dispersion.MINUTE;
    }

    /** How much there was of a metric, in the minutes that had any. */
    record Level(double eventsPerSecond, double badRatio) {
        static final Level NONE = new Level(0, 0);
    }

    /** Each metric's level; metrics without bad events are left out. */
    Map<String, Level> levels() {
        Map<String, Level> all = new TreeMap<>();
        for (CutoverPlan.Tested tested : plan.testsWithBaseline()) {
            long bad = 0;
            long total = 0;
            long seconds = 0;
            for (BadOfTotal minute : minutes(tested)) {
                bad += minute.bad();
                total += minute.total();
                seconds += minute.total() > 0 ? Dispersion.MINUTE : 0;
            }
            if (bad > 0) {
                all.put(
                        tested.metric().name(),
                        new Level((double) total / seconds, (double) bad / total));
            }
        }
        return all;
    }

    /** How each metric's errors were dispersed; metrics with too little history are left out. */
    Map<String, Dispersion> dispersions() {
        Map<String, Dispersion> all = new TreeMap<>();
        for (CutoverPlan.Tested tested : plan.testsWithBaseline()) {
            Dispersion one = Dispersion.of(minutes(tested));
            if (!one.equals(Dispersion.UNMEASURED)) {
                all.put(tested.metric().name(), one);
            }
        }
        for (CutoverPlan.TestedQuantile tested : plan.quantiles()) {
            Dispersion one = Dispersion.of(exceeding(tested));
            if (!one.equals(Dispersion.UNMEASURED)) {
                all.put(tested.name(), one);
            }
        }
        return all;
    }

    /** How each metric's errors are dispersed, and how far its level drifts. */
    Map<String, Dispersion> variations() {
        Map<String, Dispersion> all = dispersions();
        for (GateBacktest.Drift drift : drifts(all)) {
            all.merge(
                    drift.metric(),
                    Dispersion.UNMEASURED.withDrift(drift.factor()),
                    (known, _) -> known.withDrift(drift.factor()));
        }
        if (plan.judgesGroupsOfSnapshot()) {
            for (CutoverPlan.Tested tested : plan.testsWithBaseline()) {
                Dispersion known = all.getOrDefault(tested.name(), Dispersion.UNMEASURED);
                Map<String, Double> drifts = groupDrifts(tested, known);
                if (!drifts.isEmpty()) {
                    all.put(tested.name(), known.withGroupDrifts(drifts));
                }
            }
        }
        if (plan.spendsBudget()) {
            levels().forEach(
                            (metric, level) ->
                                    all.put(
                                            metric,
                                            all.getOrDefault(metric, Dispersion.UNMEASURED)
                                                    .withBadRatio(level.badRatio())));
        }
        return all;
    }

    /** Minute by minute, how many values exceed the quantile of all of them. */
    private List<BadOfTotal> exceeding(CutoverPlan.TestedQuantile tested) {
        List<Sketch> minutes = new ArrayList<>();
        Sketch whole = new Sketch();
        for (long at = end - VALUES_LENGTH.toSeconds(); at < end; at += Dispersion.MINUTE) {
            Sketch minute = series.sketch(tested.baseline(), at, at + Dispersion.MINUTE);
            minutes.add(minute);
            whole.merge(minute);
        }
        OptionalDouble bound = StepQuantile.bound(whole, tested.tail());
        return bound.isEmpty()
                ? List.of()
                : minutes.stream()
                        .map(
                                minute ->
                                        new BadOfTotal(
                                                minute.count()
                                                        - minute.countAtMost(bound.getAsDouble())
                                                                .low(),
                                                minute.count()))
                        .toList();
    }

    /**
     * How far each metric's bad ratio goes from one hour to the next, beyond what chance explains;
     * metrics with too little history are left out. The median of the squared differences of logs
     * is that of a chi-square variable times their variance, so one outage does not move it.
     */
    List<GateBacktest.Drift> drifts(Map<String, Dispersion> dispersions) {
        List<GateBacktest.Drift> all = new ArrayList<>();
        for (CutoverPlan.Tested tested : plan.testsWithBaseline()) {
            drift(
                            series.slices(
                                    tested.baseline(), end - LENGTH.toSeconds(), end, HOUR_SECONDS),
                            dispersions.getOrDefault(tested.name(), Dispersion.UNMEASURED))
                    .ifPresent(
                            drift ->
                                    all.add(
                                            new GateBacktest.Drift(
                                                    tested.name(), drift.factor(), drift.pairs())));
        }
        return all;
    }

    /**
     * How far the level of each of the groups with the most events goes; those that stay where they
     * are are left out.
     */
    private Map<String, Double> groupDrifts(CutoverPlan.Tested tested, Dispersion dispersion) {
        Map<String, List<WindowSum>> hours = new TreeMap<>();
        Map<String, BadOfTotal> counts = new TreeMap<>();
        for (String group : series.groups(tested.baseline())) {
            List<WindowSum> each =
                    series.slices(
                            new SeriesKey(tested.baseline(), group),
                            end - LENGTH.toSeconds(),
                            end,
                            HOUR_SECONDS);
            hours.put(group, each);
            counts.put(
                    group, BadOfTotal.of(each.stream().reduce(WindowSum.EMPTY, WindowSum::plus)));
        }
        hours.keySet().retainAll(BadOfTotal.largest(counts).keySet());
        Map<String, Double> all = new TreeMap<>();
        hours.forEach(
                (group, each) ->
                        drift(each, dispersion)
                                .filter(drift -> drift.factor() > 1)
                                .ifPresent(drift -> all.put(group, drift.factor())));
        return all;
    }

    /**
     * How far a level goes from one hour to the next.
     *
     * @param pairs of hours, one after the other, that both had bad events
     */
    private record HourlyDrift(double factor, int pairs) {}

    private static Optional<HourlyDrift> drift(List<WindowSum> hours, Dispersion dispersion) {
        List<Double> squares = new ArrayList<>();
        List<Double> chances = new ArrayList<>();
        for (int i = 1; i < hours.size(); i++) {
            BadOfTotal hourBefore = BadOfTotal.of(hours.get(i - 1));
            BadOfTotal hour = BadOfTotal.of(hours.get(i));
            double before = (double) hourBefore.bad();
            double after = (double) hour.bad();
            if (before > 0 && after > 0) {
                double difference =
                        Math.log(after / hour.total()) - Math.log(before / hourBefore.total());
                squares.add(difference * difference);
                chances.add(dispersion.factor() * (1 / before + 1 / after));
            }
        }
        if (squares.size() < FEWEST_HOURS) {
            return Optional.empty();
        }
        double variance = median(squares) / CHI_SQUARE_MEDIAN;
        double chance = median(chances);
        double noise = MEDIAN_NOISE / Math.sqrt(squares.size());
        double independent = chance / dispersion.factor();
        boolean drifts =
                variance > chance * (1 + 2 * noise)
                        && variance > independent * (1 + BEYOND_CHANCE * noise);
        return Optional.of(
                new HourlyDrift(
                        drifts ? Math.exp(WITHIN * Math.sqrt(variance - chance)) : 1,
                        squares.size()));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private List<BadOfTotal> minutes(CutoverPlan.Tested tested) {
        return series
                .slices(tested.baseline(), end - LENGTH.toSeconds(), end, Dispersion.MINUTE)
                .stream()
                .map(BadOfTotal::of)
                .toList();
    }

    /** As a run's evidence has them. */
    static Map<String, Object> describe(Map<String, Dispersion> dispersions) {
        Map<String, Object> all = new TreeMap<>();
        dispersions.forEach((metric, one) -> all.put(metric, one.describe()));
        return all;
    }

    /** As they are kept with a run. */
    static String write(Map<String, Dispersion> dispersions) {
        return CanonicalJson.write(describe(dispersions));
    }

    /** Reads what {@link #write} wrote. */
    static Map<String, Dispersion> read(String json) {
        return read(CanonicalJson.read(json));
    }

    /** Reads what {@link #describe} wrote. */
    static Map<String, Dispersion> read(JsonNode json) {
        Map<String, Dispersion> all = new TreeMap<>();
        for (Map.Entry<String, JsonNode> one : json.properties()) {
            all.put(one.getKey(), Dispersion.read(one.getValue()));
        }
        return all;
    }
}
