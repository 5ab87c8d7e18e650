package io.sluice.engine.log.file;

import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.log.LogIndex;
import io.sluice.engine.log.LogRecord;
import io.sluice.engine.log.TraceFilter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * How a record lies in a segment. Numbers have their highest byte first; a text is its length in
 * bytes, 32 bits, and its UTF-8.
 *
 * <pre>
 * length      32 bits   bytes after the checksum
 * checksum    32 bits   CRC-32C of those
 * offset      64 bits
 * flags        8 bits   1: from a backfill source, 2: the last of its batch
 * encoding     8 bits   0 none, 1 gzip, 2 zstd, 3 snappy
 * received    64 bits   nanoseconds since the epoch, as the two below
 * first       64 bits   the earliest event's time
 * last        64 bits   the latest event's
 * traces                length, 32 bits, and the filter's bits
 * kind, source          texts
 * headers               how many, 32 bits, and a name and a value for each
 * body                  all that is left
 * </pre>
 */
final class Frame {
    /** The length and the checksum, which every frame begins with. */
    static final int HEAD_BYTES = 2 * Integer.BYTES;

    /** What has the same place in every record: up to its filter. */
    private static final int FIXED_BYTES = 4 * Long.BYTES + 2 * Byte.BYTES + Integer.BYTES;

    /** No record is shorter, without its head: one without filter, texts, headers and body. */
    static final int MIN_LENGTH = FIXED_BYTES + 3 * Integer.BYTES;

    /** In UTF-8; a pair of surrogates takes four. */
    private static final int MAX_BYTES_OF_CHAR = 3;

    private static final int BACKFILL = 1;
    private static final int LAST_OF_BATCH = 2;

    private Frame() {}

    /** All of a frame but its body, which is neither copied nor changed. */
    static ByteBuffer beforeBody(long offset, LogEntry entry, boolean lastOfBatch) {
        byte[] filter = entry.index().traces().toBytes();
        ByteBuffer front = ByteBuffer.allocate(HEAD_BYTES + filter.length + atMost(entry));
        front.position(HEAD_BYTES);
        front.putLong(offset);
        front.put((byte) ((entry.backfill() ? BACKFILL : 0) | (lastOfBatch ? LAST_OF_BATCH : 0)));
        front.put(code(entry.encoding()));
        front.putLong(entry.receivedAtNanos());
        front.putLong(entry.index().firstEventNanos());
        front.putLong(entry.index().lastEventNanos());
        front.putInt(filter.length).put(filter);
        put(front, entry.kind());
        put(front, entry.source());
        front.putInt(entry.headers().size());
        // Sorted, so that equal headers are equal bytes.
        for (Map.Entry<String, String> header : new TreeMap<>(entry.headers()).entrySet()) {
            put(front, header.getKey());
            put(front, header.getValue());
        }
        front.flip();
        front.putInt(Math.addExact(front.limit() - HEAD_BYTES, entry.body().length));
        int checksum = checksum(front.position(HEAD_BYTES), ByteBuffer.wrap(entry.body()));
        return front.putInt(Integer.BYTES, checksum).rewind();
    }

    /** The CRC-32C of what is left in buffers, which are as they were on return. */
    static int checksum(ByteBuffer... parts) {
        CRC32C crc = new CRC32C();
        for (ByteBuffer part : parts) {
            crc.update(part.duplicate());
        }
        return (int) crc.getValue();
    }

    /** Bytes of all but the head, the filter and the body. */
    private static int atMost(LogEntry entry) {
        int texts = atMost(entry.kind()) + atMost(entry.source());
        for (Map.Entry<String, String> header : entry.headers().entrySet()) {
            texts += atMost(header.getKey()) + atMost(header.getValue());
        }
        return FIXED_BYTES + texts + Integer.BYTES;
    }

    private static int atMost(String text) {
        return Integer.BYTES + MAX_BYTES_OF_CHAR * text.length();
    }

    private static void put(ByteBuffer to, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        to.putInt(bytes.length).put(bytes);
    }

    /** The record's offset; the buffer has what follows the checksum, here and below. */
    static long offset(ByteBuffer frame) {
        return frame.getLong(0);
    }

    static boolean isLastOfBatch(ByteBuffer frame) {
        return (frame.get(Long.BYTES) & LAST_OF_BATCH) != 0;
    }

    static long receivedAtNanos(ByteBuffer frame) {
        return frame.getLong(Long.BYTES + 2);
    }

    static LogIndex index(ByteBuffer frame) {
        return new LogIndex(
                frame.getLong(2 * Long.BYTES + 2),
                frame.getLong(3 * Long.BYTES + 2),
                TraceFilter.of(bytes(frame.slice().position(4 * Long.BYTES + 2))));
    }

    /** Without its index, which only who searches needs. */
    static LogRecord record(ByteBuffer frame) throws IOException {
        ByteBuffer rest = frame.slice();
        long offset = rest.getLong();
        boolean backfill = (rest.get() & BACKFILL) != 0;
        Encoding encoding = encoding(rest.get());
        long receivedAtNanos = rest.getLong();
        rest.position(FIXED_BYTES - Integer.BYTES);
        int filter = rest.getInt();
        rest.position(FIXED_BYTES + filter);
        String kind = text(rest);
        String source = text(rest);
        Map<String, String> headers = new HashMap<>();
        for (int left = rest.getInt(); left > 0; left--) {
            headers.put(text(rest), text(rest));
        }
        byte[] body = new byte[rest.remaining()];
        rest.get(body);
        return new LogRecord(
                offset,
                new LogEntry(kind, source, backfill, receivedAtNanos, encoding, headers, body));
    }

    private static byte[] bytes(ByteBuffer from) {
        byte[] bytes = new byte[from.getInt()];
        from.get(bytes);
        return bytes;
    }

    private static String text(ByteBuffer from) {
        return new String(bytes(from), StandardCharsets.UTF_8);
    }

    private static byte code(Encoding encoding) {
        return switch (encoding) {
            case IDENTITY -> 0;
            case GZIP -> 1;
            case ZSTD -> 2;
            case SNAPPY -> 3;
        };
    }

    private static Encoding encoding(byte code) throws IOException {
        return switch (code) {
            case 0 -> Encoding.IDENTITY;
            case 1 -> Encoding.GZIP;
            case 2 -> Encoding.ZSTD;
            case 3 -> Encoding.SNAPPY;
            default ->
                    throw new IOException(
                            "a record has encoding %d, expected 0 to 3: a newer Sluice wrote it"
                                    .formatted(code));
        };
    }
}
