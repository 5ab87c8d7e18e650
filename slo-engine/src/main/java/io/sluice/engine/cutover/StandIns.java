package io.sluice.engine.cutover;

import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.store.StoredStratum;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stands in for a live baseline, for what this run's earlier steps are not to stand in for:
 * the baseline that the definition names; else, where those have sealed too little, the last hour
 * before the run. Kept among the run's strata, with a time before it began. As thread-safe as the
 * series.
 */
final class StandIns {
    /** How much of the time before a run can stand in for its baseline. */
    private static final long BEFORE_RUN_SECONDS = 3600;

    /**
     * Begins the name of a stratum that has one group's part of another one's counts. That one has
     * the recorded baseline's name, in which there is no such character, or none.
     */
    private static final String PART = "group=";

    private final SeriesReader series;

    StandIns(SeriesReader series) {
        this.series = series;
    }

    /** For a step without a live baseline, when its first interval is about to be sealed. */
    List<StoredStratum> strata(RunState state, int step) {
        CutoverPlan plan = state.plan();
        long minimum = Math.max(1, plan.cutover().data().minimumEvents());
        long to = state.run().startedAt().getEpochSecond() / 10 * 10;
        long from = to - BEFORE_RUN_SECONDS;
        String name = plan.recordedBaseline().orElse("");
        Map<String, RecordedBaselines.Counts> named = state.recorded();
        List<StoredStratum> strata = new ArrayList<>();
        for (CutoverPlan.Tested tested : plan.testsWithBaseline()) {
            RecordedBaselines.@Nullable Counts counts = named.get(tested.baseline());
            if (counts != null) {
                BadOfTotal all = new BadOfTotal(counts.bad(), counts.total());
                strata.add(stratum(state, step, tested.name(), from, name, all));
                strata.addAll(parts(state, step, tested, from, counts.groups()));
            } else if (state.evidence().earlierSteps(tested).total() < minimum) {
                BadOfTotal all = BadOfTotal.of(series.sum(tested.baseline(), from, to));
                strata.add(stratum(state, step, tested.name(), from, "", all));
                strata.addAll(parts(state, step, tested, from, groups(tested, from, to)));
            }
        }
        for (CutoverPlan.TestedQuantile tested : plan.quantiles()) {
            Optional<Sketch> values =
                    Optional.ofNullable(named.get(tested.baseline()))
                            .flatMap(RecordedBaselines.Counts::values);
            if (values.isPresent() || state.evidence().baselineValues(tested).count() < minimum) {
                strata.add(
                        new StoredStratum(
                                state.run().cutover(),
                                state.run().number(),
                                step,
                                tested.name(),
                                from,
                                values.isPresent() ? name : "",
                                new StoredStratum.Values(
                                        values.orElseGet(
                                                () -> series.sketch(tested.baseline(), from, to)),
                                        new Sketch())));
            }
        }
        return strata;
    }

    private Map<String, BadOfTotal> groups(CutoverPlan.Tested tested, long from, long to) {
        Map<String, BadOfTotal> all = new HashMap<>();
        for (String group : series.groups(tested.baseline())) {
            all.put(
                    group,
                    BadOfTotal.of(series.sum(new SeriesKey(tested.baseline(), group), from, to)));
        }
        return all;
    }

    private static List<StoredStratum> parts(
            RunState state,
            int step,
            CutoverPlan.Tested tested,
            long from,
            Map<String, BadOfTotal> groups) {
        List<StoredStratum> parts = new ArrayList<>();
        if (state.plan().judgesGroups()) {
            BadOfTotal.largest(groups)
                    .forEach(
                            (group, counts) ->
                                    parts.add(
                                            stratum(
                                                    state,
                                                    step,
                                                    tested.name(),
                                                    from,
                                                    PART + group,
                                                    counts)));
        }
        return parts;
    }

    private static StoredStratum stratum(
            RunState state, int step, String metric, long start, String group, BadOfTotal counts) {
        return new StoredStratum(
                state.run().cutover(),
                state.run().number(),
                step,
                metric,
                start,
                group,
                counts.bad(),
                counts.total(),
                0,
                0);
    }

    /** What such strata say of good and bad events, by metric. */
    static Map<String, Snapshot> counts(List<StoredStratum> standIns) {
        Map<String, Map<String, BadOfTotal>> groups = new HashMap<>();
        for (StoredStratum part : standIns) {
            if (part.group().startsWith(PART)) {
                groups.computeIfAbsent(part.metric(), _ -> new HashMap<>())
                        .put(
                                part.group().substring(PART.length()),
                                new BadOfTotal(part.baselineBad(), part.baselineTotal()));
            }
        }
        Map<String, Snapshot> all = new HashMap<>();
        for (StoredStratum whole : standIns) {
            if (whole.values().isEmpty() && !whole.group().startsWith(PART)) {
                all.put(
                        whole.metric(),
                        new Snapshot(
                                whole.baselineBad(),
                                whole.baselineTotal(),
                                origin(whole),
                                groups.getOrDefault(whole.metric(), Map.of())));
            }
        }
        return all;
    }

    /** What such strata say of values, by quantile. */
    static Map<String, QuantileSnapshot> values(List<StoredStratum> standIns) {
        Map<String, QuantileSnapshot> all = new HashMap<>();
        for (StoredStratum stratum : standIns) {
            stratum.values()
                    .ifPresent(
                            values ->
                                    all.put(
                                            stratum.metric(),
                                            new QuantileSnapshot(
                                                    values.baseline(), origin(stratum))));
        }
        return all;
    }

    private static Snapshot.Origin origin(StoredStratum whole) {
        return whole.group().isEmpty() ? Snapshot.Origin.BEFORE_RUN : Snapshot.Origin.RECORDED;
    }
}
