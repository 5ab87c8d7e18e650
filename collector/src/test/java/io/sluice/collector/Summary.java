package io.sluice.collector;

import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.RejectReason;
import io.sluice.engine.series.Sketch;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an extract says, without the order in which it says it, so that two ways of counting can be
 * compared.
 */
public record Summary(
        long accepted,
        Map<RejectReason, Long> rejected,
        Map<String, Counts> counts,
        Map<String, Long> badBy,
        Set<String> heartbeats,
        Set<String> observations) {

    public static final class Counts {
        public long good;
        public long total;
        public long goodThousandths;
        public long totalThousandths;
        public final Sketch sketch = new Sketch();

        @Override
        public boolean equals(Object other) {
            return other instanceof Counts that && toString().equals(that.toString());
        }

        @Override
        public int hashCode() {
            return toString().hashCode();
        }

        @Override
        public String toString() {
            return List.of(good, total, goodThousandths, totalThousandths) + " " + sketch;
        }
    }

    public static Summary empty() {
        return new Summary(
                0,
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeSet<>(),
                new TreeSet<>());
    }

    public Summary withAccepted(long accepted) {
        return new Summary(accepted, rejected, counts, badBy, heartbeats, observations);
    }

    public Counts counts(int measure, long bucket, String group) {
        return counts.computeIfAbsent(measure + "@" + bucket + "/" + group, _ -> new Counts());
    }

    public void bad(int measure, long bucket, String attribute, String value, long count) {
        badBy.merge(measure + "@" + bucket + "/" + attribute + "=" + value, count, Long::sum);
    }

    public void heartbeat(String service, long bucket) {
        heartbeats.add(service + "@" + bucket);
    }

    public static Summary of(Extract extract) {
        Summary summary = empty().withAccepted(extract.accepted());
        summary.rejected.putAll(extract.rejected());
        for (Extract.Counted counted : extract.counts()) {
            Counts counts = summary.counts(counted.measure(), counted.bucket(), counted.group());
            counts.good += counted.good();
            counts.total += counted.total();
            counts.goodThousandths += counted.goodThousandths();
            counts.totalThousandths += counted.totalThousandths();
            if (counted.sketch() != null) {
                counts.sketch.merge(counted.sketch());
            }
        }
        extract.badBy()
                .forEach(
                        by ->
                                summary.bad(
                                        by.measure(),
                                        by.bucket(),
                                        by.attribute(),
                                        by.value(),
                                        by.bad()));
        extract.heartbeats().forEach(beat -> summary.heartbeat(beat.service(), beat.bucket()));
        extract.observations()
                .forEach(
                        seen ->
                                summary.observations.add(
                                        seen.measure()
                                                + "/"
                                                + seen.group()
                                                + "@"
                                                + seen.startNanos()
                                                + "-"
                                                + seen.timeNanos()
                                                + ":"
                                                + seen.good()
                                                + "/"
                                                + seen.total()
                                                + "/"
                                                + seen.stale()
                                                + "/"
                                                + seen.sketch()));
        return summary;
    }
}
