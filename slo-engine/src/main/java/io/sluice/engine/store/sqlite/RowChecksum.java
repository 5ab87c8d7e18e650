package io.sluice.engine.store.sqlite;

import org.jooq.Field;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** By which a row of any table but that of blocks is known to be what was stored. */
final class RowChecksum {
    /** The name of the column that has it, the last one of its table. */
    static final String COLUMN = "checksum";

    private RowChecksum() {}

    /** The CRC-32C of all of a row's values but its checksum, in the order of its columns. */
    static int of(Record row) {
        CRC32C crc = new CRC32C();
        for (Field<?> field : row.fields()) {
            if (!field.getName().equals(COLUMN)) {
                update(crc, row.get(field));
            }
        }
        return (int) crc.getValue();
    }

    /** The same of values in the order of their columns. */
    static int of(@Nullable Object... values) {
        CRC32C crc = new CRC32C();
        for (Object value : values) {
            update(crc, value);
        }
        return (int) crc.getValue();
    }

    /** Whether a row is what was stored, as far as anybody can know. */
    static boolean isIntact(Record row) {
        Integer stored = row.get(COLUMN, Integer.class);
        return stored == null || stored == of(row);
    }

    /** Each value goes in behind its length, so that no two rows run together to the same bytes. */
    private static void update(CRC32C crc, @Nullable Object value) {
        byte[] bytes =
                switch (value) {
                    case null -> null;
                    case byte[] blob -> blob;
                    case String text -> text.getBytes(StandardCharsets.UTF_8);
                    case Double number -> bytes(Double.doubleToLongBits(number));
                    case Number number -> bytes(number.longValue());
                    default ->
                            throw new IllegalArgumentException(
                                    "no column has a " + value.getClass());
                };
        int length = bytes == null ? -1 : bytes.length;
        crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).flip());
        if (bytes != null) {
            crc.update(bytes);
        }
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }
}
