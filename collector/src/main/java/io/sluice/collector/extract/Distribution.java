package io.sluice.collector.extract;

import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.series.Sketch;

/** Values that came already counted in buckets. */
public interface Distribution {

    /** How many values. */
    long count();

    /**
     * How many values certainly compare so to a bound: all values of a bucket or none, so that a
     * bound within a bucket gives the lower count. Buckets include their upper bound; a value on it
     * cannot be told from those below, so {@code LT} is read as {@code LTE} and {@code GTE} as
     * {@code GT}.
     */
    long certainly(Op op, double bound, SourceUnit unit, Indicator.Unit boundUnit);

    /**
     * Whether it can be told how many values compare to a bound; if not, a measure that judges by
     * it does not want this distribution.
     */
    default boolean decides(double bound, SourceUnit unit, Indicator.Unit boundUnit) {
        return true;
    }

    /** Whether the buckets are fine enough for a sketch. */
    boolean sketches();

    /** Adds all values to a sketch in an indicator's unit. */
    void addTo(Sketch sketch, SourceUnit unit, Indicator.Unit to);
}
