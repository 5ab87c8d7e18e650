package io.sluice.engine.slo;

import io.sluice.engine.series.SeriesReader;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * Slices that were judged, added up by the hour and by the page of hours, so that a window costs
 * its edges and a few additions. What was counted late is judged anew, and nothing else is: every
 * hour remembers how often its counts had changed. Thread-safe.
 *
 * <p>Nothing of it is stored: verdicts follow from the counts, which are kept as finely as slices
 * need.
 */
final class JudgedSlices {
    // A unit is whole slices and whole hours: an hour for slices of a minute. It is known at the
    // number of changes that its hours had when it was judged. Settled hours change only together
    // with the revision, so while that stays a page of settled units is one addition; the few
    // others
    // are asked for their changes whenever somebody looks, and once more when they have settled.

    private static final long HOUR = 3600;
    private static final int PAGE = 32;

    /** Windows, and their cut units, that are remembered. */
    private static final int REMEMBERED = 24;

    private static final long NEVER = Long.MIN_VALUE;

    private final SeriesReader series;
    private final SliceJudge judge;
    private final long unit;
    private final Map<Long, Page> pages = new HashMap<>();
    private final @Nullable Known[] windows = new @Nullable Known[REMEMBERED];
    private final @Nullable Known[] parts = new @Nullable Known[REMEMBERED];
    private int next;
    private long revision = NEVER;
    private long settled = NEVER;

    JudgedSlices(SeriesReader series, SliceJudge judge) {
        this.series = series;
        this.judge = judge;
        this.unit = unit(judge.sliceSeconds());
    }

    /** The shortest time that is whole slices of this length and whole hours. */
    static long unit(long sliceSeconds) {
        return Span.leastCommonMultiple(HOUR, sliceSeconds);
    }

    SliceJudge judge() {
        return judge;
    }

    /** What the slices in {@code [from, to)} came to, whole ones. */
    SliceSum sum(long from, long to) {
        return from >= to
                ? SliceSum.NOTHING
                : series.read(
                        () -> {
                            synchronized (this) {
                                return known(windows, from, to, judge.version(), this::judged);
                            }
                        });
    }

    private SliceSum judged(long from, long to) {
        forgetWhatChanged();
        long firstWhole = Math.ceilDiv(from, unit);
        long endWhole = Math.floorDiv(to, unit);
        if (firstWhole > endWhole) {
            return part(from, to);
        }
        SliceSum sum = part(from, firstWhole * unit).plus(part(endWhole * unit, to));
        long good = sum.good();
        long judged = sum.judged();
        long next = firstWhole;
        while (next < endWhole) {
            Page page = pages.computeIfAbsent(Math.floorDiv(next, PAGE), _ -> new Page());
            long end = Math.min(endWhole, (Math.floorDiv(next, PAGE) + 1) * PAGE);
            if (end - next == PAGE && end <= settled) {
                page.addUp(next);
                good += page.goodInAll;
                judged += page.judgedInAll;
                next = end;
            } else {
                for (; next < end; next++) {
                    page.know(next, next < settled);
                    int at = Page.indexOf(next);
                    good += page.good[at];
                    judged += page.judged[at];
                }
            }
        }
        return new SliceSum(good, judged);
    }

    private void forgetWhatChanged() {
        long revisionNow = judge.revision();
        long settledNow = Math.floorDiv(series.settledUntil(), unit);
        if (revisionNow != revision || settledNow != settled) {
            pages.forEach((number, page) -> page.forgetWhatChanged(number * PAGE));
            revision = revisionNow;
            settled = settledNow;
        }
    }

    /** Slices of one unit at most, an end of a window. */
    private SliceSum part(long from, long to) {
        if (from >= to) {
            return SliceSum.NOTHING;
        }
        long begin = Span.floor(from, unit);
        return known(
                parts,
                from,
                to,
                judge.changes(begin, begin + unit),
                (first, end) -> SliceSum.of(judge.judge(first, end)));
    }

    private SliceSum known(@Nullable Known[] among, long from, long to, long stamp, Adding adding) {
        for (Known one : among) {
            if (one != null && one.from == from && one.to == to && one.stamp == stamp) {
                return one.sum;
            }
        }
        SliceSum sum = adding.over(from, to);
        among[next] = new Known(from, to, stamp, sum);
        next = (next + 1) % REMEMBERED;
        return sum;
    }

    /** Adds up slices. */
    private interface Adding {
        SliceSum over(long from, long to);
    }

    /**
     * @param stamp another one whenever the sum may be another
     */
    private record Known(long from, long to, long stamp, SliceSum sum) {}

    /** Neighbouring units. */
    private final class Page {
        private final long[] good = new long[PAGE];
        private final int[] judged = new int[PAGE];
        private final long[] changes = new long[PAGE];
        private int known;
        private boolean addedUp;
        private long goodInAll;
        private long judgedInAll;

        static int indexOf(long unitNumber) {
            return Math.floorMod(unitNumber, PAGE);
        }

        /** Judges a unit that is not known, or may have changed. */
        void know(long number, boolean settled) {
            int at = indexOf(number);
            boolean isKnown = (known & 1 << at) != 0;
            if (isKnown && settled) {
                return;
            }
            long now = judge.changes(number * unit, (number + 1) * unit);
            if (!isKnown || changes[at] != now) {
                SliceSum sum = SliceSum.of(judge.judge(number * unit, (number + 1) * unit));
                good[at] = sum.good();
                judged[at] = (int) sum.judged();
                changes[at] = now;
                known |= 1 << at;
                addedUp = false;
            }
        }

        void addUp(long firstNumber) {
            if (addedUp) {
                return;
            }
            goodInAll = 0;
            judgedInAll = 0;
            for (int i = 0; i < PAGE; i++) {
                know(firstNumber + i, true);
                goodInAll += good[i];
                judgedInAll += judged[i];
            }
            addedUp = true;
        }

        void forgetWhatChanged(long firstNumber) {
            for (int i = 0; i < PAGE; i++) {
                long begin = (firstNumber + i) * unit;
                if ((known & 1 << i) != 0 && changes[i] != judge.changes(begin, begin + unit)) {
                    known &= ~(1 << i);
                    addedUp = false;
                }
            }
        }
    }
}
