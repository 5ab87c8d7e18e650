package io.sluice.definitions.model;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * One target of an SLO.
 *
 * @param displayName for people; may be empty
 * @param indicator resolved, inline or by reference
 * @param sli the referred or inline SLI's name
 * @param threshold what makes an {@link Indicator.Threshold}'s value good; absent for ratios
 * @param target the share of good events or slices, in [0, 1), exact
 * @param timeSliceTarget the share of good events that makes a slice good, in (0, 1]; Timeslices
 *     only
 * @param timeSliceWindow a slice's length; Timeslices and RatioTimeslices only
 * @param weight of the objective among those of a composite SLO, over 0
 */
public record Objective(
        String displayName,
        String sli,
        Indicator indicator,
        Optional<Threshold> threshold,
        BigDecimal target,
        Optional<BigDecimal> timeSliceTarget,
        Optional<Duration> timeSliceWindow,
        BigDecimal weight) {

    /** An objective's {@code op} and {@code value}, the value in the indicator's unit. */
    public record Threshold(Op op, double value) {}

    public Objective {
        if (target.signum() < 0 || target.compareTo(BigDecimal.ONE) >= 0) {
            throw new IllegalArgumentException("target must be in [0, 1), is " + target);
        }
        if (weight.signum() <= 0) {
            throw new IllegalArgumentException("weight must be over 0, is " + weight);
        }
        if (indicator instanceof Indicator.Threshold && threshold.isEmpty()) {
            throw new IllegalArgumentException("a threshold indicator needs op and value");
        }
    }
}
