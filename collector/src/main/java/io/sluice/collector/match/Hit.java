package io.sluice.collector.match;

import io.sluice.engine.measure.Measure;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** The taps of one measure that an event matched. Immutable and thread-safe. */
public final class Hit {

    private final List<Tap> taps;
    private final List<Tap> judging;
    private final boolean alone;
    private final boolean counts;
    private final int good;
    private final int total;

    private Hit(List<Tap> taps) {
        this.taps = List.copyOf(taps);
        this.judging =
                taps.stream()
                        .filter(
                                tap ->
                                        tap.definition() instanceof Measure.Tap.Judge
                                                || tap.definition() instanceof Measure.Tap.Sample)
                        .toList();
        this.alone =
                taps.getFirst().definition() instanceof Measure.Tap.Share
                        || taps.getFirst().definition() instanceof Measure.Tap.Sum;
        this.counts = taps.stream().anyMatch(tap -> tap.definition() instanceof Measure.Tap.Count);
        int good = 0;
        int total = 0;
        for (Tap tap : taps) {
            if (tap.definition() instanceof Measure.Tap.Count count) {
                good += count.good();
                total += count.total();
            }
        }
        this.good = good;
        this.total = total;
    }

    /** Puts taps, which come in the order of their measures, together by measure. */
    static List<Hit> ofTaps(List<Tap> taps) {
        List<Hit> hits = new ArrayList<>();
        for (int from = 0, to = 0; from < taps.size(); from = to) {
            while (to < taps.size() && taps.get(to).measure() == taps.get(from).measure()) {
                to++;
            }
            hits.add(new Hit(taps.subList(from, to)));
        }
        return List.copyOf(hits);
    }

    /** The {@link Measure#index()}. */
    public int measure() {
        return taps.getFirst().measure();
    }

    /** All that matched, at least one. */
    public List<Tap> taps() {
        return taps;
    }

    /** Those that look at a value. */
    public List<Tap> judging() {
        return judging;
    }

    /**
     * The one tap of a measure that takes values one by one and keeps more of them than counts (a
     * {@link Measure.Tap.Share} or {@link Measure.Tap.Sum}); null if the measure is none.
     */
    public @Nullable Tap alone() {
        return alone ? taps.getFirst() : null;
    }

    /** Whether any counts events as such. */
    public boolean counts() {
        return counts;
    }

    /** What an event as such adds to good. */
    public int good() {
        return good;
    }

    /** What an event as such adds to the total. */
    public int total() {
        return total;
    }
}
