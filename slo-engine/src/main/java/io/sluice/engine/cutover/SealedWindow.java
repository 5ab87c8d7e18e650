package io.sluice.engine.cutover;

import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.store.StoredStratum;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The sealed totals of the current step's last day, to tell how many events come after their
 * stratum was sealed and how much traffic there is now. Not thread-safe.
 */
final class SealedWindow {

    /** Older strata are no longer looked at: buckets keep their finest resolution for two days. */
    private static final long LENGTH_SECONDS = 24 * 3600;

    /** Traffic "now" is the mean over so many strata. */
    private static final int RECENT_STRATA = 30;

    private record Interval(long start, long[] baseline, long[] candidate) {}

    private final CutoverPlan plan;
    private final ArrayDeque<Interval> intervals = new ArrayDeque<>();
    private final long[] baseline;
    private final long[] candidate;
    private long from;
    private long to;

    /**
     * @param from where the step's first whole stratum starts, seconds since the epoch
     */
    SealedWindow(CutoverPlan plan, long from) {
        this.plan = plan;
        int compared = plan.tests().size() + plan.quantiles().size();
        this.baseline = new long[compared];
        this.candidate = new long[compared];
        this.from = from;
        this.to = from;
    }

    /** Adds what was sealed of the interval that starts here. */
    void add(long start, List<StoredStratum> strata) {
        Interval interval =
                new Interval(start, new long[baseline.length], new long[candidate.length]);
        for (StoredStratum stratum : strata) {
            plan.compared().stream()
                    .filter(compared -> compared.name().equals(stratum.metric()))
                    .mapToInt(this::place)
                    .forEach(
                            place -> {
                                interval.baseline[place] += stratum.baselineTotal();
                                interval.candidate[place] += stratum.candidateTotal();
                            });
        }
        intervals.addLast(interval);
        count(interval, 1);
        sealedTo(start + plan.stratumSeconds());
    }

    private int place(CutoverPlan.Compared compared) {
        return switch (compared) {
            case CutoverPlan.Tested tested -> tested.index();
            case CutoverPlan.TestedQuantile tested -> plan.tests().size() + tested.index();
        };
    }

    /** Says that everything before this time is sealed, with or without events. */
    void sealedTo(long end) {
        to = Math.max(to, end);
        from = Math.max(from, to - LENGTH_SECONDS);
        while (!intervals.isEmpty() && intervals.getFirst().start() < from) {
            count(intervals.removeFirst(), -1);
        }
    }

    private void count(Interval interval, int sign) {
        for (int i = 0; i < baseline.length; i++) {
            baseline[i] += sign * interval.baseline[i];
            candidate[i] += sign * interval.candidate[i];
        }
    }

    /**
     * The share of a side's events that came after their stratum was sealed; the worst metric's.
     */
    double lateShare(SeriesReader series, boolean ofCandidate) {
        double worst = 0;
        for (CutoverPlan.Tested tested : plan.tests()) {
            long sealed = (ofCandidate ? candidate : baseline)[tested.index()];
            String measure = ofCandidate ? tested.candidate() : tested.baseline();
            long now = series.sum(measure, from, to).total();
            if (now > sealed) {
                worst = Math.max(worst, (double) (now - sealed) / now);
            }
        }
        return worst;
    }

    /** The candidate's events of a metric per second, lately; 0 if there are none. */
    double candidatePerSecond(CutoverPlan.Compared compared) {
        return perSecond(interval -> interval.candidate[place(compared)]);
    }

    /** Both sides' events of a metric per second, lately; 0 if there are none. */
    double eventsPerSecond(CutoverPlan.Compared compared) {
        int place = place(compared);
        return perSecond(interval -> interval.baseline[place] + interval.candidate[place]);
    }

    private double perSecond(ToLongFunction<Interval> counted) {
        long since = Math.max(from, to - RECENT_STRATA * plan.stratumSeconds());
        long events = 0;
        for (var newest = intervals.descendingIterator(); newest.hasNext(); ) {
            Interval interval = newest.next();
            if (interval.start() < since) {
                break;
            }
            events += counted.applyAsLong(interval);
        }
        return to > since ? (double) events / (to - since) : 0;
    }
}
