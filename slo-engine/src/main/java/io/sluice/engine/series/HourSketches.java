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

    private static final int FINE = Resolution.TEN_SECONDS.bucketsPerHour();
    private static final int WHOLE_HOUR = 1;

    /** The kind from which on sketches are packed shortly. */
    private static final int SHORT = 2;

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
        int kind = in.readVarint(3, "kind of sketches");
        HourSketches sketches = new HourSketches((kind & 1) == 0);
        int next = 0;
        int left = in.readVarint(sketches.slots.length, "number of sketches");
        while (left-- > 0) {
            next += in.readVarint(sketches.slots.length - 1 - next, "gap between sketches");
            sketches.slots[next++] =
                    kind >= SHORT ? Slot.readPacked(in) : new Slot(Sketch.read(in));
        }
        in.requireEnd();
        return sketches;
    }

    /** Whether the hour that starts then keeps a sketch for each 10 s. */
    static boolean isFineAt(long hour, long now) {
        return now - hour - Hour.SECONDS < FINE_UNTIL_AGE;
    }

    /**
     * The kind (2 for one each 10 s, 3 for one an hour), how many, and for each the gap before it
     * and the {@link PackedSketch}. Kinds 0 and 1 are the same with sketches as {@link
     * Sketch#encode} gives them, and are still read.
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
        return out.toBytes();
    }

    /** The same of what {@link #pack} gave. */
    static boolean isFine(byte[] packed) {
        return (packed[0] & 1) == 0;
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
        private byte[] packed;

        Slot(Sketch sketch) {
            this(packed(sketch));
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
