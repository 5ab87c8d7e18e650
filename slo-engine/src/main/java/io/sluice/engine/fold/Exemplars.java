package io.sluice.engine.fold;

import io.sluice.engine.measure.Extract.Exemplar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * A few bad events per measure for people to look at: the newest, and some older ones by chance.
 * Kept in memory only, so that after a restart they begin anew. Thread-safe; one thread adds.
 */
public final class Exemplars {
    /** How many of the newest are kept per measure. */
    static final int NEWEST = 16;

    /** How many older ones are kept per measure. */
    static final int SAMPLED = 16;

    private final Map<String, Ring> rings = new ConcurrentHashMap<>();
    private final RandomGenerator random = new SplittableRandom();

    public Exemplars() {}

    /**
     * An exemplar and where its request is in the ingest log.
     *
     * @param offset of the log record
     */
    public record Kept(Exemplar exemplar, long offset) {}

    void add(String measure, Exemplar exemplar, long offset) {
        rings.computeIfAbsent(measure, key -> new Ring()).add(new Kept(exemplar, offset), random);
    }

    /** Takes another's exemplars in place of those of the same measures here. */
    void adopt(Exemplars other) {
        rings.putAll(other.rings);
    }

    /** A measure's exemplars in {@code [fromNanos, toNanos)}, newest first. */
    public List<Kept> of(String measure, long fromNanos, long toNanos) {
        Ring ring = rings.get(measure);
        if (ring == null) {
            return List.of();
        }
        return ring.all().stream()
                .filter(
                        kept ->
                                kept.exemplar().timeNanos() >= fromNanos
                                        && kept.exemplar().timeNanos() < toNanos)
                .sorted(
                        Comparator.comparingLong((Kept kept) -> kept.exemplar().timeNanos())
                                .reversed())
                .toList();
    }

    /**
     * What the ring of the newest lets go takes a random place among the older ones, so these thin
     * out with age.
     */
    private static final class Ring {
        private final List<Kept> newest = new ArrayList<>(NEWEST);
        private final List<Kept> sampled = new ArrayList<>(SAMPLED);
        private int next;

        synchronized void add(Kept kept, RandomGenerator random) {
            if (newest.size() < NEWEST) {
                newest.add(kept);
                return;
            }
            Kept gone = newest.set(next, kept);
            next = (next + 1) % NEWEST;
            if (sampled.size() < SAMPLED) {
                sampled.add(gone);
            } else {
                sampled.set(random.nextInt(SAMPLED), gone);
            }
        }

        synchronized List<Kept> all() {
            List<Kept> all = new ArrayList<>(newest);
            all.addAll(sampled);
            return all;
        }
    }
}
