package io.sluice.engine.store.sqlite;

import io.sluice.engine.series.StoredBlock;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** By which a block is known to be what was stored, under the name that it was stored under. */
final class BlockChecksum {
    /** Of a block that was stored without one. */
    static final int NONE = 0;

    private BlockChecksum() {}

    /** The block's CRC-32C; never {@link #NONE}. */
    static int of(StoredBlock block) {
        CRC32C crc = new CRC32C();
        // A text's hash is the same in every Java, and is known already for the next block.
        crc.update(
                ByteBuffer.allocate(2 * Integer.BYTES + Long.BYTES + Integer.BYTES)
                        .putInt(block.series().measure().hashCode())
                        .putInt(block.series().group().hashCode())
                        .putLong(block.hour())
                        .putInt(block.counts().length)
                        .flip());
        crc.update(block.counts());
        byte[] sketches = block.sketches();
        if (sketches != null) {
            crc.update(sketches);
        }
        int value = (int) crc.getValue();
        return value == NONE ? 1 : value;
    }
}
