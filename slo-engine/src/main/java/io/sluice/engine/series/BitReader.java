package io.sluice.engine.series;

import io.sluice.engine.bytes.BlobReader;

/**
 * Reads what {@link BitWriter} wrote. Takes bytes from the blob some at a time, so the blob goes on
 * behind the bits only after {@link #end}. Not thread-safe.
 */
final class BitReader {
    /** As many as are sure to fit in beside what is left of a byte. */
    private static final int AT_ONCE = 56;

    private final BlobReader in;

    /** The next bits, from the highest on. */
    private long window;

    /** How many of them have been taken from the blob. */
    private int filled;

    BitReader(BlobReader in) {
        this.in = in;
    }

    /**
     * Reads a number.
     *
     * @throws IllegalArgumentException if the blob ends before it does
     */
    long read(int k) {
        if (filled <= BitWriter.ESCAPE) {
            fill();
        }
        int above = Long.numberOfLeadingZeros(~window);
        if (above >= BitWriter.ESCAPE) {
            skip(BitWriter.ESCAPE);
            return readBits(Long.SIZE);
        }
        skip(above + 1);
        return ((long) above << k) | readBits(k);
    }

    /**
     * Reads a number above zero that {@link BitWriter#writeGamma} wrote.
     *
     * @throws IllegalArgumentException if the blob ends before it does, or no number is so large
     */
    long readGamma() {
        long below = read(1);
        if (below < 0 || below > Long.SIZE - 2) {
            throw in.corrupt("a number has " + below + " bits");
        }
        return (1L << below) | readBits((int) below);
    }

    private long readBits(int count) {
        if (count == 0) {
            return 0;
        }
        if (count > AT_ONCE) {
            long high = readBits(count - Integer.SIZE);
            return (high << Integer.SIZE) | readBits(Integer.SIZE);
        }
        if (filled < count) {
            fill();
        }
        long number = window >>> (Long.SIZE - count);
        skip(count);
        return number;
    }

    private void skip(int count) {
        if (count > filled) {
            throw in.corrupt("ends inside a number");
        }
        window <<= count;
        filled -= count;
    }

    private void fill() {
        if (filled <= AT_ONCE) {
            // Of a byte that does not fit whole, the first bits are here and will come once more.
            window |= in.nextBits() >>> filled;
            filled += Byte.SIZE * in.skip((Long.SIZE - filled) / Byte.SIZE);
        }
    }

    /** Gives the bytes back that were taken too early; what is left of the last one is no more. */
    void end() {
        in.giveBack(filled / Byte.SIZE);
        window = 0;
        filled = 0;
    }
}
