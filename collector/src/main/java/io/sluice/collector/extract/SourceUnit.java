package io.sluice.collector.extract;

import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The unit in which a source reports its values, as UCUM writes it: what {@code unit} of an OTLP
 * metric says. A unit that is no duration, or is not said, is taken as it is.
 */
public enum SourceUnit {
    NANOSECONDS("ns", 1),
    MICROSECONDS("us", 1_000),
    MILLISECONDS("ms", 1_000_000),
    SECONDS("s", 1_000_000_000),
    MINUTES("min", 60_000_000_000L),
    HOURS("h", 3_600_000_000_000L),
    OTHER("", 0);

    private static final SourceUnit[] VALUES = values();

    @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
    private final byte[] symbol;

    private final long nanos;

    SourceUnit(String symbol, long nanos) {
        this.symbol = symbol.getBytes(StandardCharsets.US_ASCII);
        this.nanos = nanos;
    }

    /** The unit with this symbol. */
    public static SourceUnit of(byte[] bytes, int offset, int length) {
        for (SourceUnit unit : VALUES) {
            if (Arrays.equals(unit.symbol, 0, unit.symbol.length, bytes, offset, offset + length)) {
                return unit;
            }
        }
        return OTHER;
    }

    // All these units are whole multiples of each other. So one of the two directions is a division
    // of one double by one whole
    // number, whose result is the nearest double: 70 ms compare equal to an objective's 0.07 s, and
    // to nothing beside it.

    /** The value in an indicator's unit. */
    public double convert(double value, Indicator.Unit to) {
        long unit = nanos(to);
        if (unit == 0 || nanos == 0) {
            return value;
        }
        return nanos >= unit ? value * wholes(nanos, unit) : value / wholes(unit, nanos);
    }

    /** Whether a value compares so to a bound that is given in an indicator's unit. */
    public boolean test(double value, Op op, double bound, Indicator.Unit boundUnit) {
        long unit = nanos(boundUnit);
        if (unit == 0 || nanos == 0) {
            return op.test(value, bound);
        }
        return nanos >= unit
                ? op.test(value, bound / wholes(nanos, unit))
                : op.test(value / wholes(unit, nanos), bound);
    }

    /** How often the smaller unit goes into the larger: a whole number for all of these. */
    private static double wholes(long larger, long smaller) {
        long times = larger / smaller;
        return times;
    }

    private static long nanos(Indicator.Unit unit) {
        return switch (unit) {
            case MILLISECONDS -> MILLISECONDS.nanos;
            case SECONDS -> SECONDS.nanos;
            case NONE -> 0;
        };
    }
}
