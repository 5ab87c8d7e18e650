package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/**
 * An hour's sketches: one for each 10 s, and later one for the whole hour. Not thread-safe.
 *
 * <p>Each sketch is kept as its packed bytes until it changes: a growing hour is packed every
 * second or so, and from one time to the next only its newest sketches are different.
 */
final class HourSketches {
    /**
     * The age, in seconds since the hour's end, from which one sketch stands for the whole hour.
     */
    static final long FINE_UNTIL_AGE = Duration.ofHours(6).toSeconds();

    private static final byte[] NOTHING = new byte[0];

    private static final int FINE = Resolution.TEN_SECONDS.bucketsPerHour();
    private static final int WHOLE_HOUR = 1;

    // From which kind on they are in a form; odd ones are of an hour's one sketch.
    private static final int SHORT = 2;
    private static final int SHORTEST = 4;

    private @Nullable Slot[] slots;

    HourSketches(boolean fine) {
        slots = new @Nullable Slot[fine ? FINE : WHOLE_HOUR];
    }

    /**
     * Reads what {@link #pack} gave.
     *
     * @throws IllegalArgumentException if the bytes are anything else
     */
    static HourSketches unpack(byte[] blob) {
        BlobReader in = new BlobReader(blob);
        int kind = kind(in);
        HourSketches sketches = new HourSketches((kind & 1) == 0);
        if (kind < SHORTEST) {
            sketches.read(in, kind >= SHORT);
        } else if (sketches.isFine()) {
            @Nullable Sketch[] alike = new @Nullable Sketch[FINE];
            AlikeSketches.read(in, alike);
            sketches.take(alike);
        } else {
            sketches.take(SmoothSketch.read(in));
        }
        in.requireEnd();
        return sketches;
    }

    private static int kind(BlobReader in) {
        return in.readVarint(SHORTEST + 1, "kind of sketches");
    }

    /**
     * Looks at what bytes begin with only.
     *
     * @throws IllegalArgumentException if no sketches do
     */
    static void requireKind(byte[] blob) {
        kind(new BlobReader(blob));
    }

    private void read(BlobReader in, boolean isShort) {
        int next = 0;
        int left = in.readVarint(slots.length, "number of sketches");
        while (left-- > 0) {
            next += in.readVarint(slots.length - 1 - next, "gap between sketches");
            slots[next++] = isShort ? Slot.readPacked(in) : new Slot(Sketch.read(in));
        }
    }

    private void take(@Nullable Sketch... sketches) {
        for (int i = 0; i < slots.length; i++) {
            slots[i] = sketches[i] == null ? null : new Slot(sketches[i]);
        }
    }

    /** Whether the hour that starts then keeps a sketch for each 10 s. */
    static boolean isFineAt(long hour, long now) {
        return now - hour - Hour.SECONDS < FINE_UNTIL_AGE;
    }

    /**
     * Packs them so that it costs little while they grow: what did not change is not packed again.
     *
     * <p>The kind (2 for one each 10 s, 3 for one an hour), how many, and for each the gap before
     * it and the {@link PackedSketch}; or kind 5 and one hour's {@link SmoothSketch}, where that is
     * shorter. Kinds 0 and 1 are the same as 2 and 3 with sketches as {@link Sketch#encode} gives
     * them, and are still read.
     */
    byte[] pack() {
        BlobWriter out = new BlobWriter(256);
        out.writeVarint(isFine() ? SHORT : SHORT + 1);
        out.writeVarint(Arrays.stream(slots).filter(Objects::nonNull).count());
        int gap = 0;
        for (Slot slot : slots) {
            if (slot == null) {
                gap++;
            } else {
                out.writeVarint(gap);
                out.writeBytes(slot.pack());
                gap = 0;
            }
        }
        byte[] packed = out.toBytes();
        return isFine() ? packed : shorter(packed, packSmooth());
    }

    /**
     * Packs them as shortly as possible, for when they will hardly change any more: of one each 10
     * s as kind 4, {@link AlikeSketches}.
     */
    byte[] packForGood() {
        byte[] packed = pack();
        return isFine() ? shorter(packed, packAlike()) : packed;
    }

    private static byte[] shorter(byte[] packed, byte @Nullable [] other) {
        return other != null && other.length < packed.length ? other : packed;
    }

    private byte @Nullable [] packSmooth() {
        Slot only = slots[0];
        BlobWriter out = new BlobWriter(256);
        out.writeVarint(SHORTEST + 1);
        return only != null && SmoothSketch.write(only.sketch(), out) ? out.toBytes() : null;
    }

    private byte @Nullable [] packAlike() {
        @Nullable Sketch[] sketches = new @Nullable Sketch[slots.length];
        for (int i = 0; i < slots.length; i++) {
            Slot slot = slots[i];
            sketches[i] = slot == null ? null : slot.sketch();
        }
        BlobWriter out = new BlobWriter(8192);
        out.writeVarint(SHORTEST);
        return AlikeSketches.write(sketches, out) ? out.toBytes() : null;
    }

    /** Whether {@link #packForGood} was not tried, or did not find anything shorter. */
    static boolean mayBeShorter(byte[] packed) {
        return isFine(packed) && packed[0] < SHORTEST;
    }

    /** The same of what {@link #pack} gave. */
    static boolean isFine(byte[] packed) {
        return packed.length > 0 && (packed[0] & 1) == 0;
    }

    boolean isFine() {
        return slots.length == FINE;
    }

    int bucketSeconds() {
        return Hour.SECONDS / slots.length;
    }

    /** Merges a sketch in; {@code bucket} is the number of the 10 s bucket in the hour. */
    void add(int bucket, Sketch sketch) {
        int at = isFine() ? bucket : 0;
        Slot slot = slots[at];
        if (slot == null) {
            slot = new Slot(new Sketch());
            slots[at] = slot;
        }
        slot.add(sketch);
    }

    /**
     * Merges the sketches in {@code [from, to)}, in buckets of {@link #bucketSeconds}, into
     * another.
     */
    void merge(int from, int to, Sketch into) {
        for (int i = from; i < to; i++) {
            Slot slot = slots[i];
            if (slot != null) {
                into.merge(slot.sketch());
            }
        }
    }

    /** From here on one sketch stands for the whole hour. */
    void coarsen() {
        Sketch whole = new Sketch();
        merge(0, slots.length, whole);
        slots = new @Nullable Slot[] {new Slot(whole)};
    }

    /** One sketch: as an object since it changed, else as bytes. */
    private static final class Slot {
        private @Nullable Sketch changed;
        private byte[] packed = NOTHING;

        Slot(Sketch sketch) {
            this.changed = sketch;
        }

        private Slot(byte[] packed) {
            this.packed = packed;
        }

        /** Keeps the bytes as they are: a start reads very many, and changes next to none. */
        static Slot readPacked(BlobReader in) {
            int from = in.position();
            PackedSketch.read(in);
            return new Slot(in.readSince(from));
        }

        private static byte[] packed(Sketch sketch) {
            BlobWriter out = new BlobWriter(128);
            PackedSketch.write(sketch, out);
            return out.toBytes();
        }

        Sketch sketch() {
            return changed == null ? PackedSketch.read(new BlobReader(packed)) : changed;
        }

        void add(Sketch more) {
            changed = sketch();
            changed.merge(more);
        }

        byte[] pack() {
            if (changed != null) {
                packed = packed(changed);
                changed = null;
            }
            return packed;
        }
    }
}
