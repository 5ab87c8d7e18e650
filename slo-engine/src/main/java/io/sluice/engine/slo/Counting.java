package io.sluice.engine.slo;

import io.sluice.definitions.model.TimeWindow;
import io.sluice.engine.series.Resolution;
import io.sluice.engine.series.WindowSum;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Counts good and total of objectives over windows, for each budgeting method.
 *
 * <p>Slices: one without events is unmeasured, neither good nor bad, except where the number of
 * events is itself the value and the service was heard of. A slice is judged when it is over; one
 * that is judged by its number of events, {@link #SETTLE} later, since events still on their way
 * would make it look short. History that is kept in coarser buckets than a slice is judged by
 * these, each standing for the slices in it.
 */
final class Counting {
    /** What exporters usually keep events back for at most. */
    static final Duration SETTLE = Duration.ofSeconds(30);

    /** The most points of a burn-down. */
    static final int MAX_POINTS = 2_000;

    private final EventView events;
    private final History history;
    private final Excluded excluded;

    /**
     * @param events without those of excluded time
     * @param excluded no slice counts of which any part is, and none of it is missing from coverage
     */
    Counting(EventView events, History history, Excluded excluded) {
        this.events = events;
        this.history = history;
        this.excluded = excluded;
    }

    WindowCounts window(Judged objective, TimeWindow window, Instant at) {
        return count(
                objective,
                objective.inSlices()
                        ? Span.ofSlices(
                                window, objective.sliceSeconds(), closedUntil(objective, at))
                        : Span.of(window, at),
                at);
    }

    WindowCounts rolling(Judged objective, Duration window, Instant at) {
        return count(
                objective,
                objective.inSlices()
                        ? Span.rollingSlices(
                                window, objective.sliceSeconds(), closedUntil(objective, at))
                        : Span.rolling(window, at),
                at);
    }

    /** The parts of a composite in slices, judged together; see {@link Parts#together}. */
    WindowCounts window(Parts parts, TimeWindow window, Instant at) {
        return count(parts, Span.ofSlices(window, parts.period(), closedUntil(parts, at)), at);
    }

    WindowCounts rolling(Parts parts, Duration window, Instant at) {
        return count(parts, Span.rollingSlices(window, parts.period(), closedUntil(parts, at)), at);
    }

    private static Instant closedUntil(Parts parts, Instant at) {
        return parts.all().stream().anyMatch(Judged::countsPerMinute) ? at.minus(SETTLE) : at;
    }

    private WindowCounts count(Parts parts, Span span, Instant at) {
        double[] together =
                parts.together(parts.all().stream().map(part -> slices(part, span, at)).toList());
        long measured =
                parts.all().stream()
                        .mapToLong(part -> measured(part, span))
                        .min()
                        .orElseThrow(() -> new IllegalStateException("a composite has parts"));
        return counts(together, measured, span);
    }

    private WindowCounts counts(double[] slices, long measured, Span span) {
        double goodness = 0;
        long judged = 0;
        for (double slice : slices) {
            if (!Double.isNaN(slice)) {
                goodness += slice;
                judged++;
            }
        }
        long intervals = intervals(span);
        return new WindowCounts(
                Math.round(goodness * Judged.THOUSAND),
                judged * Judged.THOUSAND,
                Math.min(intervals, measured),
                intervals);
    }

    private static Instant closedUntil(Judged objective, Instant at) {
        return objective.countsPerMinute() ? at.minus(SETTLE) : at;
    }

    private WindowCounts count(Judged objective, Span span, Instant at) {
        long measured = measured(objective, span);
        if (objective.inSlices()) {
            return counts(slices(objective, span, at), measured, span);
        }
        WindowSum sum = events.sum(objective.measure().id(), span.from(), span.to());
        long intervals = intervals(span);
        return new WindowCounts(
                sum.goodThousandths(),
                sum.totalThousandths(),
                objective.one(),
                Math.min(intervals, measured),
                intervals);
    }

    /** How many of the span's buckets could be measured. */
    private long intervals(Span span) {
        return Math.ceilDiv(span.seconds() - excluded.seconds(span.from(), span.to()), Span.BUCKET);
    }

    /**
     * How many of the span's buckets were measured: the service was heard of, or, without one or
     * before the objective was counted, there were events.
     */
    private long measured(Judged objective, Span span) {
        if (objective.service().isEmpty()) {
            return withEvents(objective, span);
        }
        long known = Math.clamp(countedSince(objective), span.from(), span.to());
        return (known > span.from() ? withEvents(objective, new Span(span.from(), known)) : 0)
                + events.measuredBuckets(objective.service().get(), known, span.to());
    }

    private long countedSince(Judged objective) {
        return Span.ceil(history.countedSince(objective.measure().id()), Span.BUCKET);
    }

    private long withEvents(Judged objective, Span span) {
        long grain = Span.step(span.seconds());
        long from = Span.floor(span.from(), grain);
        long to = Span.ceil(span.to(), grain);
        long measured = 0;
        long begin = from;
        for (WindowSum slice : events.slices(objective.measure().id(), from, to, grain)) {
            if (slice.total() > 0) {
                measured += grain - excluded.seconds(begin, begin + grain);
            }
            begin += grain;
        }
        return measured / Span.BUCKET;
    }

    /** Each slice's goodness, oldest first; NaN where it was not measured. */
    private double[] slices(Judged objective, Span span, Instant at) {
        long slice = objective.sliceSeconds();
        double[] goodness = new double[Math.toIntExact(span.seconds() / slice)];
        long end = span.to();
        Resolution[] resolutions = Resolution.values();
        for (int i = 0; i < resolutions.length && end > span.from(); i++) {
            long length = Span.leastCommonMultiple(slice, resolutions[i].seconds());
            long begin = Span.floor(span.from(), length);
            if (i + 1 < resolutions.length) {
                // Where coarser buckets begin, a slice of these must end.
                long coarser = Span.leastCommonMultiple(length, resolutions[i + 1].seconds());
                begin =
                        Math.max(
                                begin,
                                Span.ceil(
                                        at.getEpochSecond() - resolutions[i].untilAge(), coarser));
            }
            end = Span.ceil(end, length);
            if (begin < end) {
                judge(objective, new Span(begin, end), length, span.from(), goodness);
                end = begin;
            }
        }
        return goodness;
    }

    /** Judges slices of this length, each for the objective's slices in it. */
    private void judge(Judged objective, Span span, long length, long first, double[] goodness) {
        List<WindowSum> sums =
                events.slices(objective.measure().id(), span.from(), span.to(), length);
        List<Long> heard =
                objective.countsPerMinute() && objective.service().isPresent()
                        ? events.measuredSlices(
                                objective.service().get(), span.from(), span.to(), length)
                        : List.of();
        long slice = objective.sliceSeconds();
        long countedSince = countedSince(objective);
        for (int i = 0; i < sums.size(); i++) {
            WindowSum sum = sums.get(i);
            boolean isHeard =
                    !heard.isEmpty()
                            && heard.get(i) > 0
                            && span.from() + i * length >= countedSince;
            boolean measured = sum.totalThousandths() > 0 || isHeard;
            double value = measured ? objective.sliceGoodness(sum, length) : Double.NaN;
            int at = Math.toIntExact((span.from() + i * length - first) / slice);
            for (int k = 0; k < length / slice; k++) {
                if (at + k >= 0 && at + k < goodness.length) {
                    goodness[at + k] = value;
                }
            }
        }
        leaveOut(span, length, first, slice, goodness);
    }

    /** Leaves out what was judged by time of which any part is excluded. */
    private void leaveOut(Span span, long length, long first, long slice, double[] goodness) {
        for (Span out : excluded.within(span.from(), span.to())) {
            long begin = Span.floor(out.from(), length) - first;
            long end = Span.ceil(out.to(), length) - first;
            int from = Math.clamp(begin / slice, 0, goodness.length);
            int to = Math.clamp(end / slice, 0, goodness.length);
            Arrays.fill(goodness, from, to, Double.NaN);
        }
    }

    /**
     * The budget of the window that ends at each of {@code points} equal steps from {@code from} to
     * {@code to}: one pass over the history for running sums, and every window is the difference of
     * two.
     *
     * @param at tells how finely the history is kept
     */
    List<BurnDown.Point> burnDown(
            Judged objective, TimeWindow window, Instant from, Instant to, int points, Instant at) {
        if (!from.isBefore(to) || points < 1) {
            throw new IllegalArgumentException("a burn-down needs a time and at least one point");
        }
        long grain = objective.inSlices() ? objective.sliceSeconds() : Span.BUCKET;
        long range = to.getEpochSecond() - from.getEpochSecond();
        long step =
                Math.max(
                        grain, Span.ceil(Math.ceilDiv(range, Math.min(points, MAX_POINTS)), grain));
        long last = Span.floor(to.getEpochSecond(), grain);
        int count = Math.toIntExact(Math.max(1, range / step));
        long begin = windowStart(window, last - count * step, step);
        Span span = new Span(last - Span.floor(last - begin + step - 1, step), last);
        RunningSums sums = runningSums(objective, span, step, at);
        List<BurnDown.Point> result = new ArrayList<>(count);
        for (int i = count - 1; i >= 0; i--) {
            long end = last - i * step;
            int endIndex = (int) ((end - span.from()) / step);
            int startIndex =
                    (int) Math.max(0, (windowStart(window, end, step) - span.from()) / step);
            result.add(sums.point(objective, end, startIndex, endIndex));
        }
        return result;
    }

    /** Where the window that ends at {@code end} begins, in whole steps before it. */
    private static long windowStart(TimeWindow window, long end, long step) {
        long start =
                switch (window) {
                    case TimeWindow.Rolling(var length) -> end - length.toSeconds();
                    case TimeWindow.Calendar calendar ->
                            Span.startOf(calendar, Instant.ofEpochSecond(end - 1)).getEpochSecond();
                };
        return end - Math.max(step, Span.floor(end - start, step));
    }

    private RunningSums runningSums(Judged objective, Span span, long step, Instant at) {
        int steps = Math.toIntExact(span.seconds() / step);
        RunningSums sums =
                new RunningSums(new double[steps + 1], new long[steps + 1], new boolean[steps + 1]);
        List<Long> heard =
                objective.service().isPresent()
                        ? events.measuredSlices(
                                objective.service().get(), span.from(), span.to(), step)
                        : List.of();
        if (objective.inSlices()) {
            int each = (int) (step / objective.sliceSeconds());
            double[] goodness = slices(objective, span, at);
            for (int i = 0; i < steps; i++) {
                double good = 0;
                long total = 0;
                for (int k = i * each; k < (i + 1) * each; k++) {
                    if (!Double.isNaN(goodness[k])) {
                        good += goodness[k] * Judged.THOUSAND;
                        total += Judged.THOUSAND;
                    }
                }
                sums.set(i, good, total, total > 0 || (!heard.isEmpty() && heard.get(i) > 0));
            }
        } else {
            List<WindowSum> slices =
                    events.slices(objective.measure().id(), span.from(), span.to(), step);
            for (int i = 0; i < steps; i++) {
                WindowSum slice = slices.get(i);
                boolean measured = slice.total() > 0 || (!heard.isEmpty() && heard.get(i) > 0);
                sums.set(i, (double) slice.goodThousandths(), slice.totalThousandths(), measured);
            }
        }
        return sums;
    }

    /**
     * Sums over the first n steps.
     *
     * @param good in parts of events or slices; a double, for a slice may be good in part
     */
    private record RunningSums(double[] good, long[] total, boolean[] measured) {
        void set(int step, double goodHere, long totalHere, boolean measuredHere) {
            good[step + 1] = good[step] + goodHere;
            total[step + 1] = total[step] + totalHere;
            measured[step + 1] = measuredHere;
        }

        private WindowCounts between(int from, int to, long one) {
            return new WindowCounts(
                    Math.round(good[to] - good[from]), total[to] - total[from], one, 0, 0);
        }

        BurnDown.Point point(Judged objective, long end, int windowStart, int index) {
            WindowCounts window = between(windowStart, index, objective.one());
            WindowCounts step = between(index - 1, index, objective.one());
            return new BurnDown.Point(
                    Instant.ofEpochSecond(end),
                    window.budget(objective.objective().target()).remainingRatio(),
                    step.total() > 0
                            ? OptionalDouble.of((double) step.good() / step.total())
                            : OptionalDouble.empty(),
                    step.badCount(),
                    step.totalCount(),
                    measured[index]);
        }
    }
}
