package io.sluice.engine.baseline;

import io.sluice.engine.cutover.BadOfTotal;
import io.sluice.engine.series.Sketch;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that was measured in a time, under a name: whole counts, and values where there are
 * some. Sealed: what arrives later for that time changes nothing here.
 *
 * @param from inclusive
 * @param to exclusive
 * @param leftOut what of this time is not counted, and why
 * @param principal who recorded it
 * @param entries in the order of their subjects
 * @param sha256 of everything else, in hex
 */
public record Baseline(
        String name,
        Instant from,
        Instant to,
        List<LeftOut> leftOut,
        Instant recordedAt,
        String principal,
        List<Entry> entries,
        String sha256) {
    public Baseline {
        leftOut = List.copyOf(leftOut);
        entries = List.copyOf(entries);
    }

    /** A time that was not normal, such as an outage. */
    public record LeftOut(Instant from, Instant to, String reason) {
        public LeftOut {
            if (!from.isBefore(to)) {
                throw new IllegalArgumentException(from + " is not before " + to);
            }
        }
    }

    /**
     * What was counted of one thing.
     *
     * @param subject what it is measured for, for example {@code slo/checkout/0} or {@code
     *     cutover/checkout/errors/BASELINE}
     * @param measure what was counted, as a digest: the same one is the same thing, whatever it is
     *     called
     * @param values the judged values; empty where there are none. Not to be changed
     * @param groups the counts by what its events are split by, such as routes, of those with the
     *     most of them ({@link BadOfTotal#largest}); empty where they are not split
     */
    public record Entry(
            String subject,
            String measure,
            long bad,
            long total,
            Optional<Sketch> values,
            Map<String, BadOfTotal> groups) {
        public Entry {
            groups = Map.copyOf(groups);
        }

        /** Of what is not split. */
        public Entry(
                String subject, String measure, long bad, long total, Optional<Sketch> values) {
            this(subject, measure, bad, total, values, Map.of());
        }
    }
}
