package io.sluice.engine.limit;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds who causes most of something among any number of senders, in the memory of a few.
 * Thread-safe.
 *
 * <p>The Space-Saving algorithm (Metwally, Agrawal, El Abbadi: Efficient computation of frequent
 * and top-k elements in data streams, ICDT 2005): a newcomer takes the place of the least, and its
 * count, which is then by how much its own may be too high. Whoever causes more than a {@value
 * #KEPT}th of all is among those who are kept, and no count is too high by more than that.
 */
public final class Offenders {

    /** How many are kept. */
    public static final int KEPT = 256;

    /** How many are shown. */
    private static final int SHOWN = 10;

    private record Key(String who, String rule) {}

    private static final class Kept {
        long count;
        long over;
    }

    private final Offender.What what;
    private final Map<Key, Kept> kept = new HashMap<>();

    /**
     * @param what is counted
     */
    public Offenders(Offender.What what) {
        this.what = what;
    }

    /** Somebody has caused so much more. */
    public synchronized void add(String who, String rule, long count) {
        if (count <= 0) {
            return;
        }
        Key key = new Key(who, rule);
        Kept known = kept.get(key);
        if (known == null) {
            known = new Kept();
            if (kept.size() >= KEPT) {
                Map.Entry<Key, Kept> least =
                        kept.entrySet().stream()
                                .min(Comparator.comparingLong(entry -> entry.getValue().count))
                                .orElseThrow();
                kept.remove(least.getKey());
                known.count = least.getValue().count;
                known.over = known.count;
            }
            kept.put(key, known);
        }
        known.count += count;
    }

    /** Those who caused most, the worst first; at most ten. */
    public synchronized List<Offender> worst() {
        return kept.entrySet().stream()
                .map(
                        entry ->
                                new Offender(
                                        what,
                                        entry.getKey().who,
                                        entry.getKey().rule,
                                        entry.getValue().count,
                                        entry.getValue().over))
                .sorted(
                        Comparator.comparingLong(Offender::count)
                                .reversed()
                                .thenComparing(Offender::who)
                                .thenComparing(Offender::rule))
                .limit(SHOWN)
                .toList();
    }

    /** All that are kept, in no order; for tests of the bound. */
    synchronized List<Offender> all() {
        return kept.entrySet().stream()
                .map(
                        entry ->
                                new Offender(
                                        what,
                                        entry.getKey().who,
                                        entry.getKey().rule,
                                        entry.getValue().count,
                                        entry.getValue().over))
                .toList();
    }
}
