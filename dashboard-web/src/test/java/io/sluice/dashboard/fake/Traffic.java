package io.sluice.dashboard.fake;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Eight weeks of one objective's events before an instant, made by arithmetic: a daily wave of
 * load, a steady share of bad events, and incidents. Whole counts per five minutes, so everything
 * that is derived from them agrees.
 */
final class Traffic {
    static final Duration STEP = Duration.ofMinutes(5);
    private static final int STEPS = (int) (Duration.ofDays(56).toSeconds() / STEP.toSeconds());

    private final Instant end;
    private final long[] totals = new long[STEPS + 1];
    private final long[] bads = new long[STEPS + 1];
    private final boolean[] measured = new boolean[STEPS + 1];

    /**
     * A stretch of time with another share of bad events, or with no data at all.
     *
     * @param startAgo before the end
     * @param badShare negative for no data
     */
    record Incident(Duration startAgo, Duration length, double badShare) {
        static Incident of(double hoursAgo, double hours, double badShare) {
            return new Incident(
                    Duration.ofSeconds((long) (hoursAgo * 3600)),
                    Duration.ofSeconds((long) (hours * 3600)),
                    badShare);
        }

        private boolean covers(Duration ago) {
            return ago.compareTo(startAgo) <= 0 && ago.compareTo(startAgo.minus(length)) > 0;
        }
    }

    Traffic(Instant end, double perMinute, double badShare, long seed, List<Incident> incidents) {
        this.end = end;
        double owed = 0;
        for (int i = 0; i < STEPS; i++) {
            Duration ago = STEP.multipliedBy(STEPS - i);
            double share = badShare;
            for (Incident incident : incidents) {
                share = incident.covers(ago) ? incident.badShare() : share;
            }
            Instant at = end.minus(ago);
            double wave =
                    1
                            + 0.55
                                    * Math.sin(
                                            (at.getEpochSecond() % 86_400) / 86_400.0 * 2 * Math.PI
                                                    - 2.2);
            double noise = 0.92 + 0.16 * noise(seed, i);
            boolean here = share >= 0 && perMinute > 0;
            long total = here ? Math.round(perMinute * 5 * wave * noise) : 0;
            owed += here ? total * share * (0.4 + 1.2 * noise(seed + 1, i)) : 0;
            long bad = Math.min(total, (long) owed);
            owed -= bad;
            totals[i + 1] = totals[i] + total;
            bads[i + 1] = bads[i] + bad;
            measured[i + 1] = here;
        }
    }

    private static double noise(long seed, int i) {
        long x = seed * 0x9E3779B97F4A7C15L + i * 0xBF58476D1CE4E5B9L;
        x ^= x >>> 31;
        x *= 0x94D049BB133111EBL;
        x ^= x >>> 29;
        return (x >>> 11) * 0x1.0p-53;
    }

    long total(Instant from, Instant to) {
        return totals[index(to)] - totals[index(from)];
    }

    long bad(Instant from, Instant to) {
        return bads[index(to)] - bads[index(from)];
    }

    double coverage(Instant from, Instant to) {
        int first = index(from);
        int last = index(to);
        int count = 0;
        for (int i = first + 1; i <= last; i++) {
            count += measured[i] ? 1 : 0;
        }
        return last == first ? 0 : (double) count / (last - first);
    }

    private int index(Instant at) {
        long stepsAgo = Duration.between(at, end).toSeconds() / STEP.toSeconds();
        return Math.clamp(STEPS - stepsAgo, 0, STEPS);
    }
}
