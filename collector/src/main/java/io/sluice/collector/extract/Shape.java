package io.sluice.collector.extract;

import io.sluice.collector.match.CanonicalText;
import io.sluice.collector.match.Hit;
import io.sluice.collector.match.Matchers;
import io.sluice.collector.match.Matching;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/**
 * All that decides how an event counts but its time and value: which measures it changes, and by
 * what texts these group it. Whoever meets the same bytes again need not read them again. Belongs
 * to the {@link Accumulator} that made it; not thread-safe.
 */
public final class Shape {

    /** No slot has it. */
    static final int NO_TEXT = -1;

    private static final int NOT_ASKED = -2;

    private final List<Hit> hits;
    private final SourceUnit unit;

    /** By slot; null where there is none or nobody asks. */
    private final byte[] @Nullable [] texts;

    // What the texts' numbers are holds for one request.
    private final int[] numbers;
    private int request;

    private Shape(List<Hit> hits, SourceUnit unit, byte[] @Nullable [] texts) {
        this.hits = hits;
        this.unit = unit;
        this.texts = texts;
        this.numbers = new int[texts.length];
    }

    /** That of the event whose attributes were set. */
    static Shape of(Matchers matchers, Matching matching, SourceUnit unit) {
        List<Hit> hits = matching.match();
        byte[] @Nullable [] texts = new byte[matchers.keys().size()][];
        for (Hit hit : hits) {
            copy(matching, matchers.groupSlot(hit.measure()), texts);
            for (int slot : matchers.breakdownSlots(hit.measure())) {
                copy(matching, slot, texts);
            }
        }
        return new Shape(hits, unit, texts);
    }

    private static void copy(Matching matching, int slot, byte[] @Nullable [] texts) {
        CanonicalText text = slot < 0 ? null : matching.text(slot);
        if (text != null) {
            texts[slot] =
                    Arrays.copyOfRange(text.bytes(), text.offset(), text.offset() + text.length());
        }
    }

    List<Hit> hits() {
        return hits;
    }

    SourceUnit unit() {
        return unit;
    }

    /** A text's number in the request at hand; {@link #NO_TEXT} if there is none. */
    int number(int slot, TextInterner interner) {
        if (request != interner.request()) {
            request = interner.request();
            Arrays.fill(numbers, NOT_ASKED);
        }
        int number = numbers[slot];
        if (number == NOT_ASKED) {
            // When a text comes first decides whether it still finds room, so not before it is
            // asked for.
            byte[] text = texts[slot];
            number = text == null ? NO_TEXT : interner.intern(text, 0, text.length);
            numbers[slot] = number;
        }
        return number;
    }
}
