package io.sluice.engine.series;

import io.sluice.engine.bytes.BlobWriter;

/**
 * Appends bits to a blob, most significant first, and fills its last byte up. Not thread-safe.
 *
 * <p>Whole numbers are written as Golomb-Rice codes (Rice and Plaunt, IEEE Trans. Commun. 19,
 * 1971): what a number has beyond its lowest {@code k} bits in unary, then these. One that is much
 * too large for its {@code k} is written as it is, behind {@value #ESCAPE} ones.
 */
final class BitWriter {
    /** So many ones say that 64 bits follow. */
    static final int ESCAPE = 24;

    private final BlobWriter out;

    /** The lowest {@link #filled} of these are still to be written; fewer than eight. */
    private long bits;

    private int filled;

    BitWriter(BlobWriter out) {
        this.out = out;
    }

    /** How many bits {@link #write} takes. */
    static long length(long number, int k) {
        long above = number >>> k;
        return fits(above) ? above + 1 + k : ESCAPE + Long.SIZE;
    }

    /** Writes a number that is taken as unsigned. */
    void write(long number, int k) {
        long above = number >>> k;
        if (fits(above)) {
            writeBits(((1L << above) - 1) << 1, (int) above + 1);
            writeBits(number, k);
        } else {
            writeBits((1L << ESCAPE) - 1, ESCAPE);
            writeBits(number, Long.SIZE);
        }
    }

    /** Writes a number above zero, small or large: how many bits it has, and all but its first. */
    void writeGamma(long number) {
        int below = Long.SIZE - 1 - Long.numberOfLeadingZeros(number);
        write(below, 1);
        writeBits(number, below);
    }

    /** How many bits {@link #writeGamma} takes. */
    static long gammaLength(long number) {
        int below = Long.SIZE - 1 - Long.numberOfLeadingZeros(number);
        return length(below, 1) + below;
    }

    private static boolean fits(long above) {
        return Long.compareUnsigned(above, ESCAPE) < 0;
    }

    /** Writes the lowest ones. */
    private void writeBits(long number, int count) {
        if (count > Integer.SIZE) {
            writeBits(number >>> Integer.SIZE, count - Integer.SIZE);
            writeBits(number, Integer.SIZE);
            return;
        }
        bits = (bits << count) | (number & ((1L << count) - 1));
        filled += count;
        while (filled >= Byte.SIZE) {
            filled -= Byte.SIZE;
            out.writeByte((byte) (bits >>> filled));
        }
    }

    /** Fills the last byte with zeros. */
    void end() {
        writeBits(0, -filled & (Byte.SIZE - 1));
    }
}
