package io.sluice.engine.log;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Says whether a record may speak of a trace: a Bloom filter of trace ids, with 12 bits and 7
 * probes an id, which is wrong for fewer than one in 200 of the others and never for its own.
 * Immutable and thread-safe.
 */
public final class TraceFilter {
    /** Of a record that speaks of no trace. */
    public static final TraceFilter NONE = new TraceFilter(new byte[0]);

    /** A trace id's length. */
    public static final int ID_BYTES = 16;

    private static final int BITS_PER_ID = 12;
    private static final int PROBES = 7;

    private final byte[] bits;

    private TraceFilter(byte[] bits) {
        this.bits = bits;
    }

    /** For the log that keeps it. */
    public byte[] toBytes() {
        return bits.clone();
    }

    /** From what {@link #toBytes} gave. */
    public static TraceFilter of(byte[] bits) {
        return bits.length == 0 ? NONE : new TraceFilter(bits.clone());
    }

    /** Whether the record may speak of the trace with this id. */
    public boolean mayContain(byte[] id) {
        return bits.length > 0 && probe(bits, inverse(bits), hash(id, 0), false);
    }

    /** Whether both were made of the same ids in any order, or can't be told apart. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TraceFilter that && Arrays.equals(bits, that.bits);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bits);
    }

    /**
     * What to multiply with in place of a division by the number of bits, which would take several
     * times as long: 2^64 divided by it gives the remainder of 32 bits exactly (Lemire, Kaser and
     * Kurz, "Faster remainder by direct computation", 2019).
     */
    private static long inverse(byte[] bits) {
        return Long.divideUnsigned(-1, (long) bits.length * Byte.SIZE) + 1;
    }

    /** Sets the bits of a hash, or says whether they are all set. */
    private static boolean probe(byte[] bits, long inverse, long hash, boolean set) {
        // Two halves of one hash give as many probes as are wanted (Kirsch and Mitzenmacher, 2006).
        int size = bits.length * Byte.SIZE;
        int step = (int) (hash >>> Integer.SIZE) | 1;
        int at = (int) hash;
        for (int i = 0; i < PROBES; i++) {
            long fraction = inverse * (at & 0xffff_ffffL);
            int bit = (int) Math.unsignedMultiplyHigh(fraction, size);
            int mask = 1 << (bit & 7);
            if (set) {
                bits[bit >>> 3] |= (byte) mask;
            } else if ((bits[bit >>> 3] & mask) == 0) {
                return false;
            }
            at += step;
        }
        return true;
    }

    /** Most ids are random already; those of some senders are random in half of their bytes. */
    private static long hash(byte[] bytes, int offset) {
        long mixed =
                (number(bytes, offset) ^ Long.rotateLeft(number(bytes, offset + 8), 29))
                        * 0x9E3779B97F4A7C15L;
        return (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
    }

    private static long number(byte[] bytes, int offset) {
        long number = 0;
        for (int i = offset; i < offset + Long.BYTES; i++) {
            number = (number << Byte.SIZE) | (bytes[i] & 0xff);
        }
        return number;
    }

    /** Gathers a record's trace ids. Reused from record to record; not thread-safe. */
    public static final class Builder {
        /** Some 85 KB for one record; beyond, the filter only gets less sharp. */
        private static final int MAX_SIZED_IDS = 1 << 16;

        private long[] hashes = new long[64];
        private int size;

        public Builder() {}

        /** Forgets all ids. */
        public void clear() {
            size = 0;
        }

        /** Adds the 16 bytes of an id. */
        public void add(byte[] bytes, int offset) {
            long hash = hash(bytes, offset);
            if (size > 0 && hashes[size - 1] == hash) {
                return; // one trace's spans often lie side by side
            }
            if (size == hashes.length) {
                hashes = Arrays.copyOf(hashes, 2 * size);
            }
            hashes[size++] = hash;
        }

        /** A filter of all ids since {@link #clear}. */
        public TraceFilter build() {
            if (size == 0) {
                return NONE;
            }
            byte[] bits =
                    new byte[Math.ceilDiv(Math.min(size, MAX_SIZED_IDS) * BITS_PER_ID, Byte.SIZE)];
            long inverse = inverse(bits);
            for (int i = 0; i < size; i++) {
                probe(bits, inverse, hashes[i], true);
            }
            return new TraceFilter(bits);
        }
    }
}
