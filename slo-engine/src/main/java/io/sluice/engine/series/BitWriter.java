package io.sluice.engine.series;

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
    private int filled;
    private int bits;

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
        boolean fits = fits(above);
        for (int i = 0; i < (fits ? above : ESCAPE); i++) {
            bit(1);
        }
        if (fits) {
            bit(0);
            writeBits(number, k);
        } else {
            writeBits(number, Long.SIZE);
        }
    }

    private static boolean fits(long above) {
        return Long.compareUnsigned(above, ESCAPE) < 0;
    }

    private void writeBits(long number, int count) {
        for (int i = count - 1; i >= 0; i--) {
            bit((int) (number >>> i) & 1);
        }
    }

    private void bit(int bit) {
        bits = bits << 1 | bit;
        filled++;
        if (filled == Byte.SIZE) {
            out.writeByte((byte) bits);
            filled = 0;
        }
    }

    /** Fills the last byte with zeros. */
    void end() {
        while (filled > 0) {
            bit(0);
        }
    }
}
