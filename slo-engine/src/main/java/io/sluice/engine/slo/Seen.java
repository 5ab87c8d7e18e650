package io.sluice.engine.slo;

import io.sluice.engine.series.WindowSum;

/**
 * What counts, and how much of a time it covers.
 *
 * @param events without those of excluded time
 * @param excluded none of it is missing from coverage
 */
record Seen(EventView events, Excluded excluded) {
    /** How many of a span's buckets could be measured. */
    long intervals(Span span) {
        return Math.ceilDiv(span.seconds() - excluded.seconds(span.from(), span.to()), Span.BUCKET);
    }

    /** How many of a span's buckets had events, as finely as a window of this length moves. */
    long withEvents(String measure, Span span) {
        long grain = Span.step(span.seconds());
        long from = Span.floor(span.from(), grain);
        long to = Span.ceil(span.to(), grain);
        long seconds = 0;
        long begin = from;
        for (Span out : excluded.within(from, to)) {
            long cut = Math.max(begin, Span.floor(out.from(), grain));
            long end = Math.max(cut, Span.ceil(out.to(), grain));
            seconds +=
                    wholeSeconds(measure, begin, cut, grain) + cutSeconds(measure, cut, end, grain);
            begin = end;
        }
        return (seconds + wholeSeconds(measure, begin, to, grain)) / Span.BUCKET;
    }

    /** Of slices of which nothing is excluded. */
    private long wholeSeconds(String measure, long from, long to, long grain) {
        return from < to ? grain * events.activeSlices(measure, from, to, grain) : 0;
    }

    /** Of the few others. */
    private long cutSeconds(String measure, long from, long to, long grain) {
        long seconds = 0;
        long begin = from;
        for (WindowSum slice : events.slices(measure, from, to, grain)) {
            if (slice.total() > 0) {
                seconds += grain - excluded.seconds(begin, begin + grain);
            }
            begin += grain;
        }
        return seconds;
    }
}
