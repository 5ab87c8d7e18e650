package io.sluice.engine.log;

import com.github.luben.zstd.Zstd;

import io.sluice.engine.log.LogEntry.Encoding;

import java.util.Arrays;

/**
 * How bodies are kept: as they came if they came compressed, else compressed if that makes them
 * smaller.
 */
public final class Bodies {
    /**
     * 0.45 µs and 84 bytes a span; the levels above cost several times that, and save little of
     * what comes as protobuf.
     */
    private static final int LEVEL = -5;

    private Bodies() {}

    /** The entry as it is kept. */
    public static LogEntry compressed(LogEntry entry) {
        if (entry.encoding() != Encoding.IDENTITY) {
            return entry;
        }
        byte[] body = entry.body();
        byte[] buffer = new byte[Math.toIntExact(Zstd.compressBound(body.length))];
        long length = Zstd.compressByteArray(buffer, 0, buffer.length, body, 0, body.length, LEVEL);
        if (Zstd.isError(length)) {
            throw new IllegalStateException("zstd cannot compress: " + Zstd.getErrorName(length));
        }
        if (length >= body.length) {
            return entry;
        }
        return new LogEntry(
                entry.kind(),
                entry.source(),
                entry.backfill(),
                entry.receivedAtNanos(),
                Encoding.ZSTD,
                entry.headers(),
                Arrays.copyOf(buffer, (int) length));
    }
}
