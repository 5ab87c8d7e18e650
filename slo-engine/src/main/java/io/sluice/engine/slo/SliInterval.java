package io.sluice.engine.slo;

import java.util.Optional;

/**
 * Which shares of good events are likely behind those that were counted: the 95 % score interval
 * (Wilson, JASA 22, 1927, p. 209). Few events make it wide. It takes events as independent; errors
 * that come together say less than it thinks.
 *
 * <p>It is for people to read. Where an error probability has to hold, the gate uses Clopper and
 * Pearson's bounds.
 *
 * @param low from 0
 * @param high up to 1
 */
public record SliInterval(double low, double high) {
    // Wilson's and not Clopper and Pearson's: the latter is wider than it need be (Brown, Cai and
    // DasGupta, Statistical Science 16, 2001) and takes a millisecond for a million events, every
    // time that a page is drawn. Near 100 % Wilson's is right less often than 95 %, at worst about
    // 84 %, one reason more not to decide by it.

    /** The standard normal distribution's 97.5 % point. */
    private static final double Z = 1.959963984540054;

    /**
     * Of what was counted.
     *
     * @param events how many were seen; fewer than the counts where each stands for several
     * @return empty without events
     */
    public static Optional<SliInterval> of(WindowCounts counts, long events) {
        if (counts.total() == 0 || events <= 0) {
            return Optional.empty();
        }
        // By the bad share: what is small keeps its digits.
        double bad = (double) counts.bad() / counts.total();
        double spread = Z * Z / events;
        double middle = bad + spread / 2;
        double half = Math.sqrt(spread * (bad * (1 - bad) + spread / 4));
        // Exactly the ends where they are, whatever rounding says.
        double least = counts.bad() == 0 ? 0 : (middle - half) / (1 + spread);
        double most = counts.good() == 0 ? 1 : (middle + half) / (1 + spread);
        return Optional.of(new SliInterval(1 - most, 1 - least));
    }

    /** Whether it leaves open on which side of this share the SLI is. */
    public boolean contains(double share) {
        return low < share && share < high;
    }
}
