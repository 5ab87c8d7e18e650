package io.sluice.engine.fold;

import io.sluice.engine.bytes.BlobWriter;
import io.sluice.engine.measure.Extract.Identity;

/**
 * Writes what is stored together: numbers as their difference from the last of their kind, since
 * neighbours were often seen in the same second. Not thread-safe.
 */
final class ShelfWriter {
    private final BlobWriter out = new BlobWriter(1 << 10);

    /** The last of each kind; who calls says which kinds there are. */
    private final long[] last = new long[ShelfReader.KINDS];

    ShelfWriter(byte form) {
        out.writeByte(form);
    }

    /** Writes a stream's or a writer's name. */
    void write(Identity identity) {
        out.writeLong(identity.high());
        out.writeLong(identity.low());
    }

    /** Writes a number that is near the last of its kind. */
    void writeNear(int kind, long value) {
        out.writeZigZag(value - last[kind]);
        last[kind] = value;
    }

    /** Writes a number of either sign: those near zero are short. */
    void write(long value) {
        out.writeZigZag(value);
    }

    /** Writes bytes, not their length. */
    void write(byte[] bytes) {
        out.writeBytes(bytes);
    }

    byte[] toBytes() {
        return out.toBytes();
    }
}
