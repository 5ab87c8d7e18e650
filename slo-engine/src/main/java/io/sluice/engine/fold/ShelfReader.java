package io.sluice.engine.fold;

import io.sluice.engine.bytes.BlobReader;
import io.sluice.engine.measure.Extract.Identity;

/**
 * Reads what {@link ShelfWriter} wrote, from behind its form; what is anything else is an {@link
 * IllegalArgumentException}. Not thread-safe.
 */
final class ShelfReader {
    static final int KINDS = 4;

    private final BlobReader in;
    private final long[] last = new long[KINDS];

    ShelfReader(BlobReader in) {
        this.in = in;
    }

    Identity identity() {
        return new Identity(in.readLong(), in.readLong());
    }

    /** A number that is near the last of its kind. */
    long near(int kind) {
        last[kind] += in.readZigZag();
        return last[kind];
    }

    long number() {
        return in.readZigZag();
    }

    byte[] bytes(long length) {
        return in.readBytes(length);
    }

    boolean hasMore() {
        return in.left() > 0;
    }
}
