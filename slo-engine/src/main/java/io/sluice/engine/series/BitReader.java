package io.sluice.engine.series;

/** Reads what {@link BitWriter} wrote. Not thread-safe. */
final class BitReader {
    private final BlobReader in;
    private int left;
    private int bits;

    BitReader(BlobReader in) {
        this.in = in;
    }

    /**
     * Reads a number.
     *
     * @throws IllegalArgumentException if the blob ends before it does
     */
    long read(int k) {
        int above = 0;
        while (above < BitWriter.ESCAPE && bit() == 1) {
            above++;
        }
        return above == BitWriter.ESCAPE ? readBits(Long.SIZE) : (long) above << k | readBits(k);
    }

    private long readBits(int count) {
        long number = 0;
        for (int i = 0; i < count; i++) {
            number = number << 1 | bit();
        }
        return number;
    }

    private int bit() {
        if (left == 0) {
            bits = in.readByte();
            left = Byte.SIZE;
        }
        left--;
        return bits >>> left & 1;
    }
}
