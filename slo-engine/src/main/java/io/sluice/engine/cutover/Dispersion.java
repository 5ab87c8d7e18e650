package io.sluice.engine.cutover;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How many times more error counts vary than those of independent errors would: 1 if each error
 * comes alone, 4 if they come four at a time, more if a bad minute is followed by another. Evidence
 * is divided by it, because it takes that many errors to say what one independent error would.
 *
 * @param factor at least 1
 * @param blockSeconds the length of the blocks that showed it; 0 if it was not measured
 * @param blocks how many of them there were
 * @param drift the factor that the level stays within from one hour to the next by itself, in 19 of
 *     20 hours; 1 if it was not measured
 * @param groupDrifts the same of groups by themselves, by name; those with a drift of 1 and those
 *     that were not measured are left out
 * @param badRatio the level; 0 if there was no bad event, or it was not measured
 */
record Dispersion(
        double factor,
        long blockSeconds,
        int blocks,
        double drift,
        Map<String, Double> groupDrifts,
        double badRatio) {

    /** Too little history to say. Errors are taken as independent, then. */
    static final Dispersion UNMEASURED = new Dispersion(1, 0, 0);

    /** Blocks of time are made of minutes. */
    static final long MINUTE = 60;

    /** How long errors may hang together: an hour at most. */
    private static final List<Integer> BLOCK_MINUTES = List.of(1, 5, 20, 60);

    /** With fewer, an estimate is mostly chance. */
    private static final int FEWEST_BLOCKS = 30;

    /** The history is taken in so many stretches, of which the middle one counts. */
    private static final int MOST_STRETCHES = 9;

    private static final int BLOCKS_A_STRETCH = 10;

    /** Independent errors look more dispersed than this many standard deviations by chance only. */
    private static final double CHANCE = 2;

    Dispersion {
        if (!(factor >= 1) || factor == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("dispersion " + factor);
        }
        if (!(drift >= 1) || drift == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("drift " + drift);
        }
        for (double one : groupDrifts.values()) {
            if (!(one >= 1) || one == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException("a group's drift " + one);
            }
        }
        if (!(badRatio >= 0 && badRatio <= 1)) {
            throw new IllegalArgumentException("bad ratio " + badRatio);
        }
    }

    /** Of a level that was not measured, nor how it drifts. */
    Dispersion(double factor, long blockSeconds, int blocks) {
        this(factor, blockSeconds, blocks, 1, Map.of(), 0);
    }

    Dispersion withDrift(double factorByTheHour) {
        return new Dispersion(factor, blockSeconds, blocks, factorByTheHour, groupDrifts, badRatio);
    }

    Dispersion withGroupDrifts(Map<String, Double> factorsByTheHour) {
        return new Dispersion(factor, blockSeconds, blocks, drift, factorsByTheHour, badRatio);
    }

    /** The drift of one group; where it was not measured, that of all of them together. */
    double drift(String group) {
        return Math.max(drift, groupDrifts.getOrDefault(group, 1.0));
    }

    Dispersion withBadRatio(double level) {
        return new Dispersion(factor, blockSeconds, blocks, drift, groupDrifts, level);
    }

    /**
     * Measures the counts of consecutive minutes of one side, the longer the better. Blocks are
     * compared with the next one only: a ratio that changes slowly, such as in the course of a day,
     * hits both sides of a cutover alike and is no dispersion. What happens all the time counts, an
     * outage does not: the estimate is the median of those of up to nine stretches of the history.
     * The block length that shows the most counts, since blocks must be longer than what hangs
     * together; that makes the estimate careful.
     */
    static Dispersion of(List<BadOfTotal> minutes) {
        Dispersion highest = UNMEASURED;
        for (int length : BLOCK_MINUTES) {
            Optional<Dispersion> one = of(minutes, length);
            if (one.isPresent() && one.get().factor() >= highest.factor()) {
                highest = one.get();
            }
        }
        return highest;
    }

    private static Optional<Dispersion> of(List<BadOfTotal> minutes, int length) {
        List<BadOfTotal> blocks =
                IntStream.range(0, minutes.size() / length)
                        .mapToObj(i -> minutes.subList(i * length, (i + 1) * length))
                        .map(block -> block.stream().reduce(new BadOfTotal(0, 0), BadOfTotal::plus))
                        .filter(block -> block.total() > 0)
                        .toList();
        if (blocks.size() < FEWEST_BLOCKS) {
            return Optional.empty();
        }
        int stretches = Math.min(blocks.size() / BLOCKS_A_STRETCH, MOST_STRETCHES);
        double[] factors =
                IntStream.range(0, stretches)
                        .mapToObj(
                                i ->
                                        blocks.subList(
                                                i * blocks.size() / stretches,
                                                (i + 1) * blocks.size() / stretches))
                        .mapToDouble(Dispersion::factor)
                        .filter(factor -> !Double.isNaN(factor))
                        .sorted()
                        .toArray();
        double bad = blocks.stream().mapToLong(BadOfTotal::bad).sum();
        if (factors.length == 0 || bad == 0) {
            return Optional.empty();
        }
        double factor = factors[factors.length / 2];
        // Neighbouring differences share a block, hence 3 and not 2; the second term is that of
        // sparse Poisson counts.
        double deviation = Math.sqrt((3 + blocks.size() / bad) / blocks.size());
        return Optional.of(
                new Dispersion(
                        factor > 1 + CHANCE * deviation ? factor : 1,
                        length * MINUTE,
                        blocks.size()));
    }

    /** Neighbours' squared differences over what independent errors let expect; NaN without any. */
    private static double factor(List<BadOfTotal> blocks) {
        double seen = 0;
        double expected = 0;
        for (int i = 1; i < blocks.size(); i++) {
            BadOfTotal a = blocks.get(i - 1);
            BadOfTotal b = blocks.get(i);
            double bad = (double) (a.bad() + b.bad());
            double total = (double) (a.total() + b.total());
            // Of independent errors with one ratio p, the difference below has mean 0 and variance
            // total p (1 - p).
            double difference =
                    ((double) a.bad() * b.total() - (double) b.bad() * a.total())
                            / Math.sqrt((double) a.total() * b.total());
            seen += difference * difference;
            expected += bad * (1 - bad / total);
        }
        return expected > 0 ? seen / expected : Double.NaN;
    }

    /** As it is kept with a run. */
    Map<String, Object> describe() {
        Map<String, Object> all = new TreeMap<>();
        all.put("factor", factor);
        all.put("blockSeconds", blockSeconds);
        all.put("blocks", blocks);
        if (drift > 1) {
            all.put("drift", drift);
        }
        if (!groupDrifts.isEmpty()) {
            all.put("groupDrifts", groupDrifts);
        }
        if (badRatio > 0) {
            all.put("badRatio", badRatio);
        }
        return all;
    }

    /** Reads what {@link #describe} wrote. */
    static Dispersion read(JsonNode json) {
        Map<String, Double> groupDrifts = new TreeMap<>();
        json.path("groupDrifts")
                .properties()
                .forEach(group -> groupDrifts.put(group.getKey(), group.getValue().asDouble()));
        return new Dispersion(
                json.path("factor").asDouble(),
                json.path("blockSeconds").asLong(),
                json.path("blocks").asInt(),
                json.path("drift").asDouble(1),
                groupDrifts,
                json.path("badRatio").asDouble());
    }
}
