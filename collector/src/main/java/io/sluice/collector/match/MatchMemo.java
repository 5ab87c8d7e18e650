package io.sluice.collector.match;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/**
 * Remembers what events matched by the bits that decide it: a service's events come in some dozens
 * of kinds, so most are matched by one lookup. Forgets as it likes. Not thread-safe.
 */
final class MatchMemo {

    private static final int SIZE_BITS = 8;

    @SuppressWarnings("ArrayRecordComponent") // isFor compares them
    private record Entry(Tap[] candidates, int service, long[] bits, List<Hit> hits) {

        boolean isFor(Tap[] candidates, int service, long[] bits) {
            return this.candidates == candidates
                    && this.service == service
                    && Arrays.equals(this.bits, bits);
        }
    }

    private final @Nullable Entry[] entries = new Entry[1 << SIZE_BITS];

    /** The hits of an event, or null if they are not remembered. */
    @Nullable List<Hit> find(Tap[] candidates, int service, long[] bits) {
        Entry entry = entries[slot(candidates, bits)];
        return entry != null && entry.isFor(candidates, service, bits) ? entry.hits : null;
    }

    void remember(Tap[] candidates, int service, long[] bits, List<Hit> hits) {
        entries[slot(candidates, bits)] = new Entry(candidates, service, bits.clone(), hits);
    }

    private static int slot(Tap[] candidates, long[] bits) {
        long mixed = candidates.length;
        for (long word : bits) {
            mixed = (mixed ^ word) * 0x9E3779B97F4A7C15L;
        }
        return (int) (mixed >>> (Long.SIZE - SIZE_BITS));
    }
}
