package io.sluice.engine.cutover;

import io.sluice.engine.cutover.GateBacktest.Replay;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.series.WindowSum;
import io.sluice.engine.store.StoredStratum;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the gate on the baseline alone (A/A), where whatever it finds is wrong. Neither side is
 * drawn by lot from the same minute: that would pass whatever the traffic is like. Even minutes
 * against odd ones, and an hour against the one before, differ as much as the service does by
 * itself. Immutable; as thread-safe as the series.
 */
final class SelfReplay {
    private static final int MINUTES = 60;
    private static final int HOUR_SECONDS = MINUTES * (int) Dispersion.MINUTE;
    private static final double EITHER_SIDE = 0.025;

    private final SeriesReader series;
    private final CutoverPlan plan;
    private final Map<String, Dispersion> dispersions;

    SelfReplay(SeriesReader series, CutoverPlan plan, Map<String, Dispersion> dispersions) {
        this.series = series;
        this.plan = plan;
        this.dispersions = dispersions;
    }

    /** Every planned step, on every whole hour of the time, seconds since the epoch. */
    List<Replay> replays(long from, long to) {
        List<Hour> hours = new ArrayList<>();
        for (long start = Math.ceilDiv(from, HOUR_SECONDS) * HOUR_SECONDS;
                start + HOUR_SECONDS <= to;
                start += HOUR_SECONDS) {
            hours.add(hour(start));
        }
        List<Replay> replays = new ArrayList<>();
        for (int step = 0; step < plan.cutover().steps().size(); step++) {
            replays.add(
                    plan.needsSnapshot(step)
                            ? againstTheHourBefore(step, hours)
                            : againstEachOther(step, hours));
        }
        return replays;
    }

    /** One group of a metric in one hour. */
    private record Group(CutoverPlan.Tested tested, String name, List<WindowSum> minutes) {}

    /** All groups of all metrics in one hour. */
    private record Hour(long start, List<Group> groups) {
        Snapshot total(CutoverPlan.Tested tested) {
            WindowSum all = WindowSum.EMPTY;
            Map<String, BadOfTotal> each = new HashMap<>();
            for (Group group : groups) {
                if (group.tested().equals(tested)) {
                    WindowSum sum =
                            group.minutes().stream().reduce(WindowSum.EMPTY, WindowSum::plus);
                    all = all.plus(sum);
                    BadOfTotal counts = BadOfTotal.of(sum);
                    if (counts.total() > 0) {
                        each.put(group.name(), counts);
                    }
                }
            }
            BadOfTotal counts = BadOfTotal.of(all);
            return new Snapshot(counts.bad(), counts.total(), Snapshot.Origin.BEFORE_RUN, each);
        }
    }

    private Hour hour(long start) {
        List<Group> groups = new ArrayList<>();
        for (CutoverPlan.Tested tested : plan.testsWithBaseline()) {
            for (String group : series.groups(tested.baseline())) {
                groups.add(
                        new Group(
                                tested,
                                group,
                                series.slices(
                                        new SeriesKey(tested.baseline(), group),
                                        start,
                                        start + HOUR_SECONDS,
                                        Dispersion.MINUTE)));
            }
        }
        return new Hour(start, groups);
    }

    private boolean isEnough(Hour hour) {
        long minimum = Math.max(1, plan.cutover().data().minimumEvents());
        return plan.testsWithBaseline().stream()
                .allMatch(tested -> hour.total(tested).total() >= minimum);
    }

    private Replay againstEachOther(int step, List<Hour> hours) {
        List<RunEvidence> all = new ArrayList<>();
        for (Hour hour : hours) {
            if (isEnough(hour)) {
                RunEvidence evidence = new RunEvidence(plan, dispersions);
                evidence.open(step, Map.of());
                for (int minute = 0; minute < MINUTES; minute += 2) {
                    evidence.add(step, strata(step, hour, minute, minute + 1));
                }
                all.add(evidence);
            }
        }
        return replay(step, all);
    }

    private Replay againstTheHourBefore(int step, List<Hour> hours) {
        List<RunEvidence> all = new ArrayList<>();
        for (int i = 1; i < hours.size(); i++) {
            if (isEnough(hours.get(i)) && isEnough(hours.get(i - 1))) {
                Map<String, Snapshot> snapshots = new HashMap<>();
                for (CutoverPlan.Tested tested : plan.testsWithBaseline()) {
                    snapshots.put(tested.metric().name(), hours.get(i - 1).total(tested));
                }
                RunEvidence evidence = new RunEvidence(plan, dispersions);
                evidence.open(step, snapshots);
                for (int minute = 0; minute < MINUTES; minute++) {
                    evidence.add(step, strata(step, hours.get(i), -1, minute));
                }
                all.add(evidence);
            }
        }
        return replay(step, all);
    }

    /**
     * @param baseline the minute that is the baseline; negative for none
     */
    private List<StoredStratum> strata(int step, Hour hour, int baseline, int candidate) {
        List<StoredStratum> strata = new ArrayList<>();
        for (Group group : hour.groups()) {
            BadOfTotal b =
                    BadOfTotal.of(baseline < 0 ? WindowSum.EMPTY : group.minutes().get(baseline));
            BadOfTotal c = BadOfTotal.of(group.minutes().get(candidate));
            strata.add(
                    new StoredStratum(
                            plan.name(),
                            1,
                            step,
                            group.tested().metric().name(),
                            hour.start() + candidate * Dispersion.MINUTE,
                            group.name(),
                            b.bad(),
                            b.total(),
                            c.bad(),
                            c.total()));
        }
        return strata;
    }

    private Replay replay(int step, List<RunEvidence> all) {
        int hours = all.size();
        int noGo = (int) all.stream().filter(e -> !e.proven().isEmpty()).count();
        int go =
                (int)
                        all.stream()
                                .filter(e -> e.proven().isEmpty())
                                .filter(
                                        e ->
                                                e.step(step).stream()
                                                        .filter(m -> m.tested().required())
                                                        .filter(m -> !m.tested().hasLimit())
                                                        .allMatch(StepMetric::goProven))
                                .count();
        return new Replay(
                step,
                plan.step(step).share(),
                plan.goMargin(step),
                plan.noGoMargin(step),
                hours,
                noGo,
                go,
                hours == 0 ? 0 : (double) noGo / hours,
                BinomialBound.lower(noGo, hours, EITHER_SIDE),
                BinomialBound.upper(noGo, hours, EITHER_SIDE));
    }
}
