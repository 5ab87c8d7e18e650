package io.sluice.engine.slo;

import io.sluice.definitions.model.TimeWindow;
import io.sluice.engine.series.WindowSum;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Counts good and total of objectives over windows, for each budgeting method.
 *
 * <p>Slices: one without events is unmeasured, neither good nor bad, except where the number of
 * events is itself the value and the service was heard of. A slice is judged when it is over; one
 * that is judged by its number of events, {@link #SETTLE} later, since events still on their way
 * would make it look short.
 */
final class Counting {
    /** What exporters usually keep events back for at most. */
    static final Duration SETTLE = Duration.ofSeconds(30);

    /** The most points of a burn-down. */
    static final int MAX_POINTS = 2_000;

    private final Seen events;
    private final Seen inSlices;
    private final Slices slices;
    private final History history;

    /**
     * @param events for objectives that count events
     * @param inSlices for objectives that count slices
     */
    Counting(Seen events, Seen inSlices, Slices slices, History history) {
        this.events = events;
        this.inSlices = inSlices;
        this.slices = slices;
        this.history = history;
    }

    private Seen seen(Judged objective) {
        return objective.inSlices() ? inSlices : events;
    }

    WindowCounts window(Judged objective, TimeWindow window, Instant at) {
        return count(
                objective,
                objective.inSlices()
                        ? Span.ofSlices(
                                window, objective.sliceSeconds(), closedUntil(objective, at))
                        : Span.of(window, at));
    }

    WindowCounts rolling(Judged objective, Duration window, Instant at) {
        return count(objective, rollingSpan(objective, window, at));
    }

    private static Span rollingSpan(Judged objective, Duration window, Instant at) {
        return objective.inSlices()
                ? Span.rollingSlices(window, objective.sliceSeconds(), closedUntil(objective, at))
                : Span.rolling(window, at);
    }

    /** The same without its coverage, which costs more than all else. */
    WindowCounts uncovered(Judged objective, Duration window, Instant at) {
        return counted(objective, rollingSpan(objective, window, at));
    }

    /** The parts of a composite in slices, judged together; see {@link Parts#together}. */
    WindowCounts window(Parts parts, TimeWindow window, Instant at) {
        return count(parts, Span.ofSlices(window, parts.period(), closedUntil(parts, at)));
    }

    WindowCounts rolling(Parts parts, Duration window, Instant at) {
        return count(parts, Span.rollingSlices(window, parts.period(), closedUntil(parts, at)));
    }

    private static Instant closedUntil(Parts parts, Instant at) {
        return parts.all().stream().anyMatch(Judged::countsPerMinute) ? at.minus(SETTLE) : at;
    }

    private WindowCounts count(Parts parts, Span span) {
        long measured =
                parts.all().stream()
                        .mapToLong(part -> measured(part, span))
                        .min()
                        .orElseThrow(() -> new IllegalStateException("a composite has parts"));
        return counts(slices.sum(parts, span)).covered(measured, inSlices.intervals(span));
    }

    private static WindowCounts counts(SliceSum sum) {
        return new WindowCounts(sum.goodThousandths(), sum.totalThousandths(), 0, 0);
    }

    private static Instant closedUntil(Judged objective, Instant at) {
        return objective.countsPerMinute() ? at.minus(SETTLE) : at;
    }

    private WindowCounts count(Judged objective, Span span) {
        return counted(objective, span)
                .covered(measured(objective, span), seen(objective).intervals(span));
    }

    private WindowCounts counted(Judged objective, Span span) {
        if (objective.inSlices()) {
            return counts(slices.sum(objective, span));
        }
        WindowSum sum = events.events().sum(objective.measure().id(), span.from(), span.to());
        return new WindowCounts(
                sum.goodThousandths(), sum.totalThousandths(), objective.one(), 0, 0);
    }

    /**
     * How many of the span's buckets were measured: the service was heard of, or, without one or
     * before the objective was counted, there were events.
     */
    private long measured(Judged objective, Span span) {
        Seen seen = seen(objective);
        String measure = objective.measure().id();
        if (objective.service().isEmpty()) {
            return seen.withEvents(measure, span);
        }
        long known =
                Math.clamp(
                        Span.ceil(history.countedSince(measure), Span.BUCKET),
                        span.from(),
                        span.to());
        return (known > span.from() ? seen.withEvents(measure, new Span(span.from(), known)) : 0)
                + seen.events().measuredBuckets(objective.service().get(), known, span.to());
    }

    /**
     * The budget of the window that ends at each of {@code points} equal steps from {@code from} to
     * {@code to}: one pass over the history for running sums, and every window is the difference of
     * two.
     */
    List<BurnDown.Point> burnDown(
            Judged objective, TimeWindow window, Instant from, Instant to, int points) {
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
        RunningSums sums = runningSums(objective, span, step);
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

    private RunningSums runningSums(Judged objective, Span span, long step) {
        int steps = Math.toIntExact(span.seconds() / step);
        RunningSums sums =
                new RunningSums(new double[steps + 1], new long[steps + 1], new boolean[steps + 1]);
        EventView view = seen(objective).events();
        List<Long> heard =
                objective.service().isPresent()
                        ? view.measuredSlices(
                                objective.service().get(), span.from(), span.to(), step)
                        : List.of();
        if (objective.inSlices()) {
            int each = (int) (step / objective.sliceSeconds());
            long[] goodness = slices.each(objective, span);
            for (int i = 0; i < steps; i++) {
                SliceSum sum = SliceSum.of(Arrays.copyOfRange(goodness, i * each, (i + 1) * each));
                sums.set(
                        i,
                        (double) sum.good() / Judged.WHOLE * Judged.THOUSAND,
                        sum.totalThousandths(),
                        sum.judged() > 0 || (!heard.isEmpty() && heard.get(i) > 0));
            }
        } else {
            List<WindowSum> all =
                    view.slices(objective.measure().id(), span.from(), span.to(), step);
            for (int i = 0; i < steps; i++) {
                WindowSum slice = all.get(i);
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
                    measured[index],
                    Optional.empty());
        }
    }
}
