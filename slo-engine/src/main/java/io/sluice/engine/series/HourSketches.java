package io.sluice.engine.series;

import io.sluice.engine.bytes.BlobReader;
import io.sluice.engine.bytes.BlobWriter;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

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

    // What a blob begins with; of an hour's one sketch it is one more, and odd.
    private static final int PLAIN = 0;
    private static final int PACKED = 2;
    private static final int ALIKE = 4;
    private static final int SMOOTH = 6;

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
        switch (kind) {
            case PLAIN, PLAIN + 1, PACKED, PACKED + 1 -> sketches.read(in, kind >= PACKED);
            case SMOOTH -> sketches.readFine(in);
            case ALIKE -> {
                @Nullable Sketch[] alike = new @Nullable Sketch[FINE];
                AlikeSketches.read(in, alike);
                sketches.take(alike);
            }
            case ALIKE + 1 -> sketches.take(SmoothSketch.readEarlier(in));
            default -> sketches.take(SmoothSketch.read(in));
        }
        in.requireEnd();
        return sketches;
    }

    private static int kind(BlobReader in) {
        return in.readVarint(SMOOTH + 1, "kind of sketches");
    }

    /**
     * Looks at what bytes begin with only.
     *
     * @throws IllegalArgumentException if no sketches do
     */
    static void requireKind(byte[] blob) {
        kind(new BlobReader(blob));
    }

    private void read(BlobReader in, boolean isPacked) {
        int next = 0;
        int left = in.readVarint(slots.length, "number of sketches");
        while (left-- > 0) {
            next += in.readVarint(slots.length - 1 - next, "gap between sketches");
            slots[next++] = new Slot(isPacked ? PackedSketch.read(in) : Sketch.read(in));
        }
    }

    private void readFine(BlobReader in) {
        int at = 0;
        while (at < slots.length) {
            byte[] packed = in.readBytes(in.readVarint());
            if (packed.length > 0) {
                slots[at++] = new Slot(packed);
            } else {
                at += 1 + in.readVarint(slots.length - 1 - at, "gap between sketches");
            }
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
     * <p>Of one for each 10 s, the kind is 6. For each place follow how many bytes it has, and
     * these, which are a {@link SmoothSketch}; behind none of them comes how many more places have
     * none. Of one for an hour it is 7, and that follows. Kinds 2 and 3 are a number of sketches
     * with gaps as {@link PackedSketch} gives them, kinds 0 and 1 as {@link Sketch#encode} does,
     * and kind 5 is an hour's {@link SmoothSketch} in its earlier form; all are still read.
     */
    byte[] pack() {
        BlobWriter out = new BlobWriter(256);
        if (isFine()) {
            writeFine(out);
        } else {
            out.writeVarint(SMOOTH + 1);
            Slot only = slots[0];
            out.writeBytes(only == null ? Slot.packed(new Sketch()) : only.pack());
        }
        return out.toBytes();
    }

    private void writeFine(BlobWriter out) {
        out.writeVarint(SMOOTH);
        int gap = 0;
        for (Slot slot : slots) {
            if (slot == null) {
                gap++;
            } else {
                writeGap(gap, out);
                gap = 0;
                byte[] packed = slot.pack();
                out.writeVarint(packed.length);
                out.writeBytes(packed);
            }
        }
        writeGap(gap, out);
    }

    private static void writeGap(int places, BlobWriter out) {
        if (places > 0) {
            out.writeVarint(0);
            out.writeVarint(places - 1L);
        }
    }

    /**
     * Packs them as shortly as possible, for when they will hardly change any more: of one each 10
     * s as kind 4, {@link AlikeSketches}.
     */
    byte[] packForGood() {
        byte[] packed = pack();
        byte[] alike = isFine() ? packAlike() : null;
        return alike != null && alike.length < packed.length ? alike : packed;
    }

    private byte @Nullable [] packAlike() {
        @Nullable Sketch[] sketches = new @Nullable Sketch[slots.length];
        for (int i = 0; i < slots.length; i++) {
            Slot slot = slots[i];
            sketches[i] = slot == null ? null : slot.sketch();
        }
        BlobWriter out = new BlobWriter(8192);
        out.writeVarint(ALIKE);
        return AlikeSketches.write(sketches, out) ? out.toBytes() : null;
    }

    /** Whether {@link #packForGood} was not tried, or did not find anything shorter. */
    static boolean mayBeShorter(byte[] packed) {
        return isFine(packed) && packed[0] != ALIKE;
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

        /** Keeps the bytes as they are: of an hour that changes, next to all are written again. */
        Slot(byte[] packed) {
            this.packed = packed;
        }

        private static byte[] packed(Sketch sketch) {
            BlobWriter out = new BlobWriter(128);
            SmoothSketch.write(sketch, out);
            return out.toBytes();
        }

        Sketch sketch() {
            return changed == null ? unpacked() : changed;
        }

        private Sketch unpacked() {
            BlobReader in = new BlobReader(packed);
            Sketch sketch = SmoothSketch.read(in);
            in.requireEnd();
            return sketch;
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
