package io.sluice.engine.cutover;

import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.series.WindowSum;
import io.sluice.engine.store.StoredStratum;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * Makes strata out of series: reads an interval's counts once, when it has been over for as long as
 * the cutover's sealing says, and gives them to the run for good.
 */
final class Sealer {

    /**
     * At most so many intervals are sealed in one go, so that catching up after a pause stays
     * within a tick.
     */
    static final int INTERVALS_AT_ONCE = 1_000;

    /** In strata whose step is not known yet. */
    private static final int NO_STEP = -1;

    private final SeriesReader series;
    private final StandIns standIns;

    Sealer(SeriesReader series) {
        this.series = series;
        this.standIns = new StandIns(series);
    }

    /** Seals what has become due. */
    void seal(RunState state, Instant now) {
        CutoverPlan plan = state.plan();
        long length = plan.stratumSeconds();
        long after = plan.cutover().sealing().after().toSeconds();
        long due = Math.floorDiv(now.getEpochSecond() - after, length) * length;
        long from = state.sealedTo();
        long to = Math.min(due, from + INTERVALS_AT_ONCE * length);
        if (to <= from || state.isNoGo() || state.isComplete() || !state.isPinned()) {
            return;
        }
        List<List<StoredStratum>> intervals = intervals(state, from, to);
        for (int i = 0; i < intervals.size() && !state.isNoGo(); i++) {
            long start = from + i * length;
            seal(state, start, intervals.get(i));
            state.sealedTo(start + length);
        }
        state.countLate(series);
    }

    private void seal(RunState state, long start, List<StoredStratum> interval) {
        long end = start + state.plan().stratumSeconds();
        if (state.infersSteps()) {
            OptionalInt seen = StepInference.step(state.plan(), interval);
            int current = state.run().currentStep().map(Run.StepReport::index).orElse(-1);
            if (seen.isPresent() && seen.getAsInt() > current) {
                // The change lies somewhere within this interval, which is thereby cut.
                state.enter(
                        new Run.StepReport(
                                seen.getAsInt(),
                                state.plan().step(seen.getAsInt()).share(),
                                Instant.ofEpochSecond(end)),
                        true);
                return;
            }
        }
        OptionalInt step = state.stepThroughout(start, end);
        if (step.isEmpty() || interval.isEmpty()) {
            return;
        }
        int index = step.getAsInt();
        if (!state.evidence().isOpen(index)) {
            state.open(
                    index,
                    state.plan().needsSnapshot(index) ? standIns.strata(state, index) : List.of());
        }
        state.seal(index, start, interval.stream().map(s -> s.inStep(index)).toList());
    }

    /** The strata of each interval, without those that nothing happened in, and of no step yet. */
    private List<List<StoredStratum>> intervals(RunState state, long from, long to) {
        long length = state.plan().stratumSeconds();
        List<List<StoredStratum>> intervals = new ArrayList<>();
        for (long start = from; start < to; start += length) {
            intervals.add(new ArrayList<>());
        }
        for (CutoverPlan.Tested tested : state.plan().tests()) {
            TreeSet<String> groups = new TreeSet<>(series.groups(tested.baseline()));
            groups.addAll(series.groups(tested.candidate()));
            for (String group : groups) {
                List<WindowSum> baseline =
                        series.slices(new SeriesKey(tested.baseline(), group), from, to, length);
                List<WindowSum> candidate =
                        series.slices(new SeriesKey(tested.candidate(), group), from, to, length);
                for (int i = 0; i < intervals.size(); i++) {
                    WindowSum b = baseline.get(i);
                    WindowSum c = candidate.get(i);
                    if (b.total() > 0 || c.total() > 0) {
                        intervals
                                .get(i)
                                .add(stratum(state, tested, from + i * length, group, b, c));
                    }
                }
            }
        }
        for (CutoverPlan.TestedQuantile tested : state.plan().quantiles()) {
            TreeSet<String> groups = new TreeSet<>(series.groups(tested.baseline()));
            groups.addAll(series.groups(tested.candidate()));
            for (String group : groups) {
                for (int i = 0; i < intervals.size(); i++) {
                    long start = from + i * length;
                    StoredStratum.Values values =
                            new StoredStratum.Values(
                                    series.sketch(
                                            new SeriesKey(tested.baseline(), group),
                                            start,
                                            start + length),
                                    series.sketch(
                                            new SeriesKey(tested.candidate(), group),
                                            start,
                                            start + length));
                    if (values.baseline().count() > 0 || values.candidate().count() > 0) {
                        intervals.get(i).add(stratum(state, tested, start, group, values));
                    }
                }
            }
        }
        return intervals;
    }

    private static StoredStratum stratum(
            RunState state,
            CutoverPlan.TestedQuantile tested,
            long start,
            String group,
            StoredStratum.Values values) {
        return new StoredStratum(
                state.run().cutover(),
                state.run().number(),
                NO_STEP,
                tested.name(),
                start,
                group,
                values);
    }

    private static StoredStratum stratum(
            RunState state,
            CutoverPlan.Tested tested,
            long start,
            String group,
            WindowSum baseline,
            WindowSum candidate) {
        BadOfTotal b = BadOfTotal.of(baseline);
        BadOfTotal c = BadOfTotal.of(candidate);
        return new StoredStratum(
                state.run().cutover(),
                state.run().number(),
                NO_STEP,
                tested.metric().name(),
                start,
                group,
                b.bad(),
                b.total(),
                c.bad(),
                c.total());
    }
}
