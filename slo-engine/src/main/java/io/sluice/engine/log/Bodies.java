package io.sluice.engine.log;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;

import io.sluice.engine.log.LogEntry.Encoding;

import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;

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

    /** Work for larger bodies is not kept; they are few. */
    private static final int KEPT_BYTES = 1 << 20;

    /** A context costs more than compressing a small body does, and so does an array of zeros. */
    private static final ArrayBlockingQueue<Work> IDLE =
            new ArrayBlockingQueue<>(2 * Runtime.getRuntime().availableProcessors());

    private Bodies() {}

    /** The entry as it is kept. Thread-safe. */
    public static LogEntry compressed(LogEntry entry) {
        if (entry.encoding() != Encoding.IDENTITY) {
            return entry;
        }
        byte[] body = entry.body();
        Work work = IDLE.poll();
        if (work == null) {
            work = new Work();
        }
        try {
            int length = work.compress(body);
            return length >= body.length
                    ? entry
                    : entry.withBody(Encoding.ZSTD, Arrays.copyOf(work.into, length));
        } finally {
            if (work.into.length > KEPT_BYTES || !IDLE.offer(work)) {
                work.context.close();
            }
        }
    }

    /** What one compression at a time works with. */
    private static final class Work {
        final ZstdCompressCtx context = new ZstdCompressCtx().setLevel(LEVEL);
        byte[] into = {};

        /** Returns how many bytes of {@link #into} the body takes. */
        int compress(byte[] body) {
            int bound = Math.toIntExact(Zstd.compressBound(body.length));
            if (into.length < bound) {
                into = new byte[bound];
            }
            return context.compressByteArray(into, 0, into.length, body, 0, body.length);
        }
    }
}
