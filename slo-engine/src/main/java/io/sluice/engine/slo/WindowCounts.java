package io.sluice.engine.slo;

import io.sluice.definitions.model.Op;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Good and total of one objective over one window, in parts of events or of slices, and how much of
 * the window was measured. Whole numbers; every quotient is formed at the end, and comparisons with
 * a target are exact.
 *
 * @param good from 0 to {@code total}
 * @param one how many parts an event or slice has: a thousand, or more where each is a share
 * @param measured how many of the window's intervals were measured
 * @param intervals how many there are
 */
public record WindowCounts(long good, long total, long one, long measured, long intervals) {
    private static final long THOUSAND = 1000;

    /** In thousandths. */
    public WindowCounts(long good, long total, long measured, long intervals) {
        this(good, total, THOUSAND, measured, intervals);
    }

    public WindowCounts {
        // A ratio's part and total may arrive apart, and a part may for a moment be larger than its
        // total.
        total = Math.max(total, 0);
        good = Math.clamp(good, 0, total);
    }

    /** The same counts, and how much of the window was measured: at most all of it. */
    WindowCounts covered(long measuredIntervals, long ofIntervals) {
        return new WindowCounts(
                good, total, one, Math.min(ofIntervals, measuredIntervals), ofIntervals);
    }

    /** Parts of bad events or slices. */
    public long bad() {
        return total - good;
    }

    /** Good events or slices, rounded. */
    public long goodCount() {
        return totalCount() - badCount();
    }

    /** All events or slices, rounded. */
    public long totalCount() {
        return rounded(total);
    }

    /** Bad events or slices, rounded. */
    public long badCount() {
        return rounded(bad());
    }

    /** Good events or slices in thousandths, rounded. */
    public long goodThousandths() {
        return totalThousandths() - thousandths(bad());
    }

    /** All events or slices in thousandths, rounded. */
    public long totalThousandths() {
        return thousandths(total);
    }

    private long thousandths(long parts) {
        long each = one / THOUSAND;
        return (parts + each / 2) / each;
    }

    /** The measured share of the window, 0 to 1. */
    public double coverage() {
        return intervals == 0 ? 0 : (double) measured / intervals;
    }

    /** Whether anything is known about the window: it had events, or its service was heard of. */
    public boolean isMeasured() {
        return total > 0 || measured > 0;
    }

    /**
     * How fast the error budget burns: 1 spends it exactly within the SLO's window. Empty without
     * events.
     */
    public OptionalDouble burnRate(BigDecimal target) {
        if (total == 0) {
            return OptionalDouble.empty();
        }
        BigDecimal allowed = BigDecimal.ONE.subtract(target).multiply(BigDecimal.valueOf(total));
        return OptionalDouble.of(bad() / allowed.doubleValue());
    }

    /** Whether the burn rate compares so to the threshold; exact, false without events. */
    public boolean burns(Op op, double threshold, BigDecimal target) {
        if (total == 0) {
            return false;
        }
        BigDecimal bound =
                BigDecimal.valueOf(threshold)
                        .multiply(BigDecimal.ONE.subtract(target))
                        .multiply(BigDecimal.valueOf(total));
        int comparison = BigDecimal.valueOf(bad()).compareTo(bound);
        return op.test(comparison, 0);
    }

    /** Whether good over total reaches the target; exact, true without events. */
    public boolean meets(BigDecimal target) {
        return BigDecimal.valueOf(good).compareTo(target.multiply(BigDecimal.valueOf(total))) >= 0;
    }

    /** How many events or slices may be bad. */
    public double allowed(BigDecimal target) {
        return BigDecimal.ONE
                .subtract(target)
                .multiply(BigDecimal.valueOf(total))
                .divide(BigDecimal.valueOf(one), MathContext.DECIMAL64)
                .doubleValue();
    }

    /** The error budget of this window. */
    public SloStatus.Budget budget(BigDecimal target) {
        return new SloStatus.Budget(allowed(target), (double) bad() / one, failuresLeft(target));
    }

    /**
     * Exact; see {@link SloStatus.Budget}. Parts of a part are cut off first, which changes no
     * whole quotient: BigDecimal's own division to one goes by way of thirty digits, and takes
     * longer than all else here.
     */
    private OptionalLong failuresLeft(BigDecimal target) {
        if (total == 0 || one > THOUSAND) {
            return OptionalLong.empty();
        }
        BigDecimal left =
                BigDecimal.ONE
                        .subtract(target)
                        .multiply(BigDecimal.valueOf(total))
                        .subtract(BigDecimal.valueOf(bad()));
        long parts = left.setScale(0, RoundingMode.DOWN).longValueExact();
        return OptionalLong.of(Math.max(0, parts / one));
    }

    private long rounded(long parts) {
        return (parts + one / 2) / one;
    }
}
