package io.sluice.definitions.model;

import java.util.List;

/**
 * What an SLI measures: the share of good events, or a value that an objective's threshold makes
 * good or bad.
 */
public sealed interface Indicator {

    /**
     * A ratio of two counts.
     *
     * @param polarity whether {@code part} counts the good or the bad events among {@code total}
     * @param counter whether metric sources are running counters rather than gauges
     */
    record Ratio(Polarity polarity, EventSource part, EventSource total, boolean counter)
            implements Indicator {}

    /**
     * A ratio that its source has computed already: each point's value is a share in [0, 1].
     *
     * @param meaning whether the share is that of good or of bad events
     * @param counter whether the metric source is a running counter rather than a gauge
     */
    record Raw(Polarity meaning, EventSource source, boolean counter) implements Indicator {}

    /**
     * A value, judged by an objective's {@code op} and {@code value}. Each event (span, data point)
     * is one value; for {@link Value#COUNT_PER_MINUTE} the number of events in a minute is the
     * value.
     */
    record Threshold(EventSource source, Value value, Unit unit) implements Indicator {}

    /** Which side of a ratio its part, or its raw share, is. */
    enum Polarity {
        GOOD,
        BAD
    }

    /** Which value of an event a threshold judges. */
    enum Value {
        /** A span's end minus its start. */
        DURATION,
        /** A gauge's or histogram's value. */
        POINT,
        /** How many events there were in the minute. Only slices can be judged by it. */
        COUNT_PER_MINUTE
    }

    /**
     * The unit of an objective's {@code value}, and what one base unit of the source is worth in
     * it.
     */
    enum Unit {
        MILLISECONDS,
        SECONDS,
        /** As the source reports it. */
        NONE
    }

    /** The sources that this indicator reads, part before total. */
    default List<EventSource> sources() {
        return switch (this) {
            case Ratio r -> List.of(r.part(), r.total());
            case Raw r -> List.of(r.source());
            case Threshold t -> List.of(t.source());
        };
    }

    /**
     * Whether there are events, each good or bad, that Sluice sees itself and that more conditions
     * can be put on.
     */
    default boolean countsEvents() {
        boolean events =
                switch (this) {
                    case Ratio _ -> true;
                    case Raw _ -> false;
                    case Threshold t -> t.value() != Value.COUNT_PER_MINUTE;
                };
        return events && sources().stream().noneMatch(EventSource.Opaque.class::isInstance);
    }
}
