package io.sluice.engine.measure;

import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;

import java.util.List;

/**
 * One thing that is counted: every event that a tap's source matches changes the good and total
 * counts of the event's bucket and group.
 *
 * @param index dense, from 0, valid within one {@link MeasurePlan}
 * @param id 32 hex digits, a digest of the taps and of nothing else: renaming an SLO keeps its
 *     history
 * @param taps one, or two for a ratio whose part is counted separately
 * @param sketched whether judged values also go to a {@link io.sluice.engine.series.Sketch}
 * @param sli for people: the SLI's name
 */
public record Measure(int index, String id, List<Tap> taps, boolean sketched, String sli) {
    public Measure {
        taps = List.copyOf(taps);
    }

    Measure withIndex(int other) {
        return new Measure(other, id, taps, sketched, sli);
    }

    /** How an event of a source changes the counts. Contributions add up in any order. */
    public sealed interface Tap {
        /** Which events. */
        EventSource source();

        /** The same of fewer events: those that these conditions hold for, too. */
        default Tap narrowed(List<Condition> where) {
            return switch (this) {
                case Count(var source, var good, var total) ->
                        new Count(source.and(where), good, total);
                case Judge(var source, var value, var unit, var op, var bound) ->
                        new Judge(source.and(where), value, unit, op, bound);
                case Share(var source, var meaning) -> new Share(source.and(where), meaning);
                case Sample(var source, var value, var unit) ->
                        new Sample(source.and(where), value, unit);
                case Sum(var source, var value, var unit) ->
                        new Sum(source.and(where), value, unit);
            };
        }

        /**
         * Adds fixed numbers per event (per unit of increase, for a metric's counter). Good over
         * total is (0, +1) for the total and (+1, 0) for the part; bad over total is (+1, +1) and
         * (-1, 0).
         */
        record Count(EventSource source, int good, int total) implements Tap {}

        /**
         * Adds one to the total, and one to the good if the event's value compares so to the bound
         * (in {@code unit}).
         */
        record Judge(
                EventSource source, Indicator.Value value, Indicator.Unit unit, Op op, double bound)
                implements Tap {}

        /**
         * Takes an event's value for a share that was computed before: adds one to the total, and
         * to the good if all of it was good. How good it was is in the adjusted counts, in which a
         * point weighs {@link #ONE} thousandths, so that a share keeps nine decimals.
         *
         * @param meaning whether the value is the share of good or of bad events
         */
        record Share(EventSource source, Indicator.Polarity meaning) implements Tap {
            /** What one point adds to the adjusted total. */
            public static final long ONE = 1_000_000_000;
        }

        /** Adds one to good and total, and the value (in {@code unit}) to the sketch. */
        record Sample(EventSource source, Indicator.Value value, Indicator.Unit unit)
                implements Tap {}

        /**
         * Adds one to good and total, and the value (in {@code unit}) to an {@link ExactSum}; of a
         * value that this does not take, and of values that come counted in buckets, nothing. A
         * sampled event counts as the one that it is.
         */
        record Sum(EventSource source, Indicator.Value value, Indicator.Unit unit) implements Tap {}
    }

    /** Whether its events are points that say a share, however many events are behind each. */
    public boolean takesShares() {
        return taps.getFirst() instanceof Tap.Share;
    }

    /** Whether its adjusted counts are no counts but an {@link ExactSum}. */
    public boolean sumsUp() {
        return taps.getFirst() instanceof Tap.Sum;
    }

    /** Whether it judges the same values as another, be it by another threshold. */
    public boolean judgesTheSame(Measure other) {
        return taps.size() == 1
                && other.taps.size() == 1
                && taps.getFirst() instanceof Tap.Judge one
                && other.taps.getFirst() instanceof Tap.Judge two
                && one.source().equals(two.source())
                && one.value() == two.value()
                && one.unit() == two.unit();
    }

    /** The events whose number is the total. */
    public EventSource totalSource() {
        for (Tap tap : taps) {
            if (!(tap instanceof Tap.Count(var source, var good, var total)) || total > 0) {
                return tap.source();
            }
        }
        return taps.getFirst().source();
    }
}
