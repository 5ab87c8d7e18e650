package io.sluice.collector.match;

import io.sluice.definitions.model.Indicator;
import io.sluice.engine.measure.Measure;

/** A {@link Measure.Tap}, compiled. Immutable and thread-safe. */
public final class Tap {

    /** The service of a source that takes any service's events. */
    static final int ANY_SERVICE = -1;

    private final int measure;
    private final Measure.Tap definition;
    private final int service;
    private final long[] required;
    private final long digestHigh;
    private final long digestLow;

    /**
     * @param position among the measure's taps
     * @param service index among the plan's services, or {@link #ANY_SERVICE}
     * @param required the bits of the conditions that must hold
     */
    Tap(Measure measure, int position, int service, long[] required) {
        this.measure = measure.index();
        this.definition = measure.taps().get(position);
        this.service = service;
        this.required = required;
        this.digestHigh = Long.parseUnsignedLong(measure.id(), 0, 16, 16) + position;
        this.digestLow = Long.parseUnsignedLong(measure.id(), 16, 32, 16);
    }

    /** The {@link Measure#index()} that it changes. */
    public int measure() {
        return measure;
    }

    /** What it does. */
    public Measure.Tap definition() {
        return definition;
    }

    /** The unit that values are judged in; none for counts and shares. */
    public Indicator.Unit unit() {
        return switch (definition) {
            case Measure.Tap.Count _, Measure.Tap.Share _ -> Indicator.Unit.NONE;
            case Measure.Tap.Judge judge -> judge.unit();
            case Measure.Tap.Sample sample -> sample.unit();
            case Measure.Tap.Sum sum -> sum.unit();
        };
    }

    /** 128 bits that tell this tap from all others, whatever plan it is in. */
    public long digestHigh() {
        return digestHigh;
    }

    /** The other half of {@link #digestHigh}. */
    public long digestLow() {
        return digestLow;
    }

    boolean takesService(int index) {
        return service == ANY_SERVICE || service == index;
    }

    boolean holds(long[] bits) {
        for (int word = 0; word < required.length; word++) {
            if ((bits[word] & required[word]) != required[word]) {
                return false;
            }
        }
        return true;
    }
}
