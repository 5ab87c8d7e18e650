package io.sluice.collector.extract;

import io.sluice.collector.match.Tap;
import io.sluice.engine.measure.Measure;

/** What a measure makes of one value, or of values that came counted in buckets. */
final class Judgement {
    /** By so much rounding may have carried a share over its ends. */
    private static final double SHARE_SLACK = 1e-6;

    private Judgement() {}

    /**
     * Whether one value is good; always, where nobody judges it.
     *
     * @param unit the value's
     */
    static boolean isGood(Tap tap, double value, SourceUnit unit) {
        return switch (tap.definition()) {
            case Measure.Tap.Judge judge ->
                    unit.test(value, judge.op(), judge.bound(), judge.unit());
            case Measure.Tap.Sample _,
                    Measure.Tap.Count _,
                    Measure.Tap.Share _,
                    Measure.Tap.Sum _ ->
                    true;
        };
    }

    /** Whether a value can be a share: between 0 and 1. */
    static boolean isShare(double value) {
        return value >= -SHARE_SLACK && value <= 1 + SHARE_SLACK;
    }

    /** The good part of a share, in parts of {@link Measure.Tap.Share#ONE}. */
    static long goodPart(Measure.Tap.Share share, double value) {
        long part = Math.round(Math.clamp(value, 0, 1) * Measure.Tap.Share.ONE);
        return switch (share.meaning()) {
            case GOOD -> part;
            case BAD -> Measure.Tap.Share.ONE - part;
        };
    }

    /** Whether it can be said how many of the values are good; a share or a sum has none. */
    static boolean decides(Tap tap, Distribution values, SourceUnit unit) {
        return switch (tap.definition()) {
            case Measure.Tap.Judge judge -> values.decides(judge.bound(), unit, judge.unit());
            case Measure.Tap.Count _, Measure.Tap.Sample _ -> true;
            case Measure.Tap.Share _, Measure.Tap.Sum _ -> false;
        };
    }

    /** What the values add to good. */
    static long good(Tap tap, Distribution values, SourceUnit unit) {
        return switch (tap.definition()) {
            case Measure.Tap.Count count -> count.good() * values.count();
            case Measure.Tap.Judge judge ->
                    values.certainly(judge.op(), judge.bound(), unit, judge.unit());
            case Measure.Tap.Sample _ -> values.count();
            case Measure.Tap.Share _, Measure.Tap.Sum _ -> 0;
        };
    }

    /** What the values add to total. */
    static long total(Tap tap, Distribution values) {
        return switch (tap.definition()) {
            case Measure.Tap.Count count -> count.total() * values.count();
            case Measure.Tap.Judge _, Measure.Tap.Sample _ -> values.count();
            case Measure.Tap.Share _, Measure.Tap.Sum _ -> 0;
        };
    }
}
