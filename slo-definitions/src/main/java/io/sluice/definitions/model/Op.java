package io.sluice.definitions.model;

/** OpenSLO's comparison operators. */
public enum Op {
    LT,
    LTE,
    GT,
    GTE;

    /** Whether {@code value OP bound}; false for NaN. */
    public boolean test(double value, double bound) {
        return switch (this) {
            case LT -> value < bound;
            case LTE -> value <= bound;
            case GT -> value > bound;
            case GTE -> value >= bound;
        };
    }
}
