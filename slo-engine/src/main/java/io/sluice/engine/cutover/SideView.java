package io.sluice.engine.cutover;

import io.sluice.engine.cutover.CutoverStatus.Minute;
import io.sluice.engine.cutover.CutoverStatus.SideBySide;
import io.sluice.engine.cutover.CutoverStatus.SideValues;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.series.WindowSum;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Both sides of a cutover, side by side, from the series: what a page shows, whether or not it is
 * sealed.
 */
final class SideView {

    /** Without a run, the last hour is shown. */
    private static final long WITHOUT_RUN_SECONDS = 3600;

    private static final int MOST_INTERVALS = 240;
    private static final long FINEST_SECONDS = 10;

    private final SeriesReader series;
    private final CutoverPlan plan;

    SideView(SeriesReader series, CutoverPlan plan) {
        this.series = series;
        this.plan = plan;
    }

    CutoverStatus status(Lanes.Seen seen, Instant now) {
        long start = start(seen.run(), now);
        long spanned = Math.max(1, now.getEpochSecond() + 1 - start);
        long interval = Math.ceilDiv(spanned, FINEST_SECONDS * MOST_INTERVALS) * FINEST_SECONDS;
        long end = start + Math.ceilDiv(spanned, interval) * interval;
        long unsided = 0;
        long bothSided = 0;
        List<SideBySide> metrics = new ArrayList<>();
        for (CutoverPlan.Tested tested : plan.tests()) {
            SideBySide one = sideBySide(tested, start, end, interval);
            metrics.add(one);
            long both = series.sum(tested.both(), start, end).total();
            long all = series.sum(tested.all(), start, end).total();
            // Metrics may count the same events, so they do not add up; the worst one shows.
            bothSided = Math.max(bothSided, both);
            unsided = Math.max(unsided, all - one.baselineTotal() - one.candidateTotal() + both);
        }
        return new CutoverStatus(
                plan.cutover(),
                now,
                seen.run(),
                seen.override(),
                Optional.of(seen.decision()),
                metrics,
                plan.quantiles().stream()
                        .map(
                                tested ->
                                        new SideValues(
                                                tested.name(),
                                                series.sketch(tested.baseline(), start, end),
                                                series.sketch(tested.candidate(), start, end)))
                        .toList(),
                groups(),
                unsided,
                bothSided);
    }

    /** The bucket in which a run began has the last requests of the run before it, too. */
    private static long start(Optional<Run> run, Instant now) {
        return run.map(r -> Math.ceilDiv(r.startedAt().getEpochSecond(), FINEST_SECONDS))
                        .orElse(
                                Math.floorDiv(
                                        now.getEpochSecond() - WITHOUT_RUN_SECONDS, FINEST_SECONDS))
                * FINEST_SECONDS;
    }

    /** Of one group, over the same time; empty if nothing of this name is compared. */
    Optional<SideValues> values(String metric, String group, Optional<Run> run, Instant now) {
        long start = start(run, now);
        long end = now.getEpochSecond() + 1;
        return plan.compared().stream()
                .filter(compared -> compared.name().equals(metric))
                .findFirst()
                .map(
                        compared ->
                                new SideValues(
                                        metric,
                                        series.sketch(
                                                new SeriesKey(compared.baseline(), group),
                                                start,
                                                end),
                                        series.sketch(
                                                new SeriesKey(compared.candidate(), group),
                                                start,
                                                end)));
    }

    private SideBySide sideBySide(CutoverPlan.Tested tested, long from, long to, long interval) {
        List<WindowSum> baseline = series.slices(tested.baseline(), from, to, interval);
        List<WindowSum> candidate = series.slices(tested.candidate(), from, to, interval);
        List<Minute> chart = new ArrayList<>();
        WindowSum allBaseline = WindowSum.EMPTY;
        WindowSum allCandidate = WindowSum.EMPTY;
        for (int i = 0; i < baseline.size(); i++) {
            WindowSum b = baseline.get(i);
            WindowSum c = candidate.get(i);
            allBaseline = allBaseline.plus(b);
            allCandidate = allCandidate.plus(c);
            chart.add(
                    new Minute(
                            Instant.ofEpochSecond(from + i * interval),
                            b.bad(),
                            b.total(),
                            c.bad(),
                            c.total()));
        }
        return new SideBySide(
                tested.metric().name(),
                allBaseline.bad(),
                allBaseline.total(),
                allCandidate.bad(),
                allCandidate.total(),
                chart,
                values(tested.baseline(), from, to),
                values(tested.candidate(), from, to));
    }

    private List<String> groups() {
        return plan.compared().stream()
                .flatMap(compared -> Stream.of(compared.baseline(), compared.candidate()))
                .flatMap(measure -> series.groups(measure).stream())
                .filter(group -> !group.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    private Optional<Sketch> values(String measure, long from, long to) {
        Sketch sketch = series.sketch(measure, from, to);
        return sketch.count() > 0 ? Optional.of(sketch) : Optional.empty();
    }
}
