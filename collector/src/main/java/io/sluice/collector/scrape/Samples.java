package io.sluice.collector.scrape;

import io.sluice.collector.prometheus.NativeHistogram;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;

/**
 * A walk over the samples of an exposition, whatever its format: what text has in lines. What the
 * methods return is valid until the next sample. Not thread-safe.
 */
abstract class Samples {

    /** What a family of samples is. */
    enum Type {
        COUNTER("counter"),
        GAUGE("gauge"),
        HISTOGRAM("histogram"),
        GAUGE_HISTOGRAM("gaugehistogram"),
        SUMMARY("summary"),
        INFO("info"),
        STATE_SET("stateset"),
        /** Said to be untyped, or nothing was said. */
        UNKNOWN("unknown");

        private static final Type[] VALUES = values();

        private final String text;

        Type(String text) {
            this.text = text;
        }

        /** The type of that name; null if there is none. */
        static @Nullable Type named(Text text) {
            for (Type candidate : VALUES) {
                if (text.is(candidate.text)) {
                    return candidate;
                }
            }
            return text.is("untyped") ? UNKNOWN : null;
        }
    }

    /** The timestamp of a sample that has none. */
    static final long NO_TIMESTAMP = Long.MIN_VALUE;

    /** Moves on to the next sample; false if there is none. */
    abstract boolean next() throws MalformedRequestException;

    /**
     * The family that the sample belongs to by its name: its own name, or without a suffix that the
     * family's type has.
     */
    abstract Text family();

    abstract Type type();

    abstract Text name();

    abstract int labels();

    abstract Text labelName(int index);

    abstract Text labelValue(int index);

    /** The value of a label, or null if the sample does not have it. */
    @Nullable Text label(String name) {
        for (int i = 0; i < labels(); i++) {
            if (labelName(i).is(name)) {
                return labelValue(i);
            }
        }
        return null;
    }

    abstract double value();

    /** Nanoseconds since the epoch, or {@link #NO_TIMESTAMP}. */
    abstract long timestampNanos();

    /** When a running total began, if the sample itself says so; else 0. */
    long startNanos() {
        return 0;
    }

    /** The native histogram that the sample is instead of a value, or null if it is none. */
    @Nullable NativeHistogram histogram() {
        return null;
    }

    /** Where the sample is, for people: a line, or a byte. */
    abstract String place();

    /** A complaint about the place that the walk has come to. */
    MalformedRequestException malformed(String message) {
        return new MalformedRequestException(RejectReason.MALFORMED, place() + ": " + message);
    }
}
