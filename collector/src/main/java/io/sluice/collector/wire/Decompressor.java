package io.sluice.collector.wire;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;

import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses bodies into a buffer that it keeps, never beyond a limit, whatever a body claims
 * about its size. Gzip bodies of several members and zstd bodies of several frames are read to
 * their end. Not thread-safe.
 *
 * <p>Gzip's framing (RFC 1952) is read here because {@link java.util.zip.GZIPInputStream} makes a
 * new {@link Inflater} for every body and passes over garbage after the last member.
 */
public final class Decompressor {

    private static final int FIRST_BYTES = 256 << 10;

    /** A buffer that grew larger does not outlast its body. */
    private static final int KEEP_BYTES = 4 << 20;

    /**
     * A zstd frame may ask for a window of 2^26 bytes: what a body of the default limit can need.
     */
    private static final int ZSTD_WINDOW_LOG_MAX = 26;

    /** Snappy's best element: three bytes that stand for 64. */
    private static final int SNAPPY_BYTES_OUT = 64;

    private static final int SNAPPY_BYTES_IN = 3;

    private static final int GZIP_MAGIC = 0x8b1f;
    private static final int GZIP_DEFLATE = 8;
    private static final int GZIP_HEADER_CRC = 2;
    private static final int GZIP_EXTRA = 4;
    private static final int GZIP_NAME = 8;
    private static final int GZIP_COMMENT = 16;
    private static final int GZIP_RESERVED = 0xe0;
    private static final int GZIP_HEADER_BYTES = 10;
    private static final int GZIP_HEADER_CRC_BYTES = 2;
    private static final int GZIP_TRAILER_BYTES = 8;

    private final int limit;
    private final HeldBytes held;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private byte[] buffer = {};
    private boolean counted;
    private int length;

    /**
     * @param limit how many bytes a body may have, decompressed
     */
    public Decompressor(int limit) {
        this(limit, new HeldBytes());
    }

    /**
     * @param limit how many bytes a body may have, decompressed
     * @param held is told how large the buffer is while it holds a body
     */
    public Decompressor(int limit, HeldBytes held) {
        this.limit = limit;
        this.held = held;
    }

    /**
     * Decompresses a body; what is returned holds it, in its first {@link #length} bytes, until the
     * next call. A plain body is handed through without being copied.
     *
     * @throws MalformedRequestException if it is cut off or corrupt, or larger than the limit
     */
    public byte[] read(Encoding encoding, byte[] body) throws MalformedRequestException {
        if (encoding == Encoding.IDENTITY) {
            length = body.length;
            requireWithinLimit();
            return body;
        }
        if (!counted) {
            held.add(buffer.length);
            counted = true;
        }
        if (buffer.length < FIRST_BYTES) {
            hold(new byte[FIRST_BYTES]);
        }
        length = 0;
        switch (encoding) {
            case GZIP -> gunzip(body);
            case ZSTD -> unzstd(body);
            case SNAPPY -> unsnappy(body);
            case IDENTITY -> throw new IllegalStateException("was handed through");
        }
        return buffer;
    }

    /** The body is done with: what {@link #read} returned is gone, and a large buffer with it. */
    public void rest() {
        if (counted) {
            held.add(-buffer.length);
            counted = false;
        }
        if (buffer.length > KEEP_BYTES) {
            buffer = new byte[0];
        }
    }

    private void hold(byte[] other) {
        held.add(other.length - buffer.length);
        buffer = other;
    }

    /** How many bytes of the array that {@link #read} returned are the body. */
    public int length() {
        return length;
    }

    private void gunzip(byte[] body) throws MalformedRequestException {
        int at = 0;
        do {
            at = gunzipMember(body, at);
        } while (at < body.length);
    }

    /** Inflates the member that begins at {@code start}; returns where the next would begin. */
    private int gunzipMember(byte[] body, int start) throws MalformedRequestException {
        int data = skipGzipHeader(body, start);
        int memberStart = length;
        inflater.reset();
        inflater.setInput(body, data, body.length - data);
        crc.reset();
        try {
            while (!inflater.finished()) {
                makeRoom();
                int count = inflater.inflate(buffer, length, buffer.length - length);
                if (count == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    throw corrupt("gzip", "the body ends within a member");
                }
                crc.update(buffer, length, count);
                length += count;
                requireWithinLimit();
            }
        } catch (DataFormatException e) {
            throw corrupt("gzip", e.getMessage());
        }
        int trailer = body.length - inflater.getRemaining();
        if (body.length - trailer < GZIP_TRAILER_BYTES) {
            throw corrupt("gzip", "the body ends within a member's trailer");
        }
        if (littleEndian(body, trailer, 4) != crc.getValue()) {
            throw corrupt("gzip", "a member's checksum does not match");
        }
        if (littleEndian(body, trailer + 4, 4) != length - memberStart) {
            throw corrupt("gzip", "a member's length does not match");
        }
        return trailer + GZIP_TRAILER_BYTES;
    }

    private int skipGzipHeader(byte[] body, int start) throws MalformedRequestException {
        if (body.length - start < GZIP_HEADER_BYTES) {
            throw corrupt("gzip", "the body ends within a header");
        }
        if (littleEndian(body, start, 2) != GZIP_MAGIC || body[start + 2] != GZIP_DEFLATE) {
            throw corrupt("gzip", "a header was expected at byte " + start);
        }
        int flags = body[start + 3];
        if ((flags & GZIP_RESERVED) != 0) {
            throw corrupt("gzip", "a header has reserved flags");
        }
        int at = start + GZIP_HEADER_BYTES;
        if ((flags & GZIP_EXTRA) != 0) {
            at += 2 + (at + 2 <= body.length ? (int) littleEndian(body, at, 2) : 0);
        }
        if ((flags & GZIP_NAME) != 0) {
            at = skipText(body, at);
        }
        if ((flags & GZIP_COMMENT) != 0) {
            at = skipText(body, at);
        }
        int crcBytes = (flags & GZIP_HEADER_CRC) != 0 ? GZIP_HEADER_CRC_BYTES : 0;
        if (at + crcBytes > body.length) {
            throw corrupt("gzip", "the body ends within a header");
        }
        if (crcBytes > 0) {
            crc.reset();
            crc.update(body, start, at - start);
            if (littleEndian(body, at, crcBytes) != (crc.getValue() & 0xffff)) {
                throw corrupt("gzip", "a header's checksum does not match");
            }
        }
        return at + crcBytes;
    }

    private static int skipText(byte[] body, int from) {
        int at = from;
        while (at < body.length && body[at] != 0) {
            at++;
        }
        return at + 1;
    }

    private static long littleEndian(byte[] bytes, int at, int count) {
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = value << 8 | (bytes[at + i] & 0xff);
        }
        return value;
    }

    private void unzstd(byte[] body) throws MalformedRequestException {
        try (ZstdInputStreamNoFinalizer in =
                new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(body))) {
            in.setLongMax(ZSTD_WINDOW_LOG_MAX);
            while (true) {
                makeRoom();
                int count = in.read(buffer, length, buffer.length - length);
                if (count < 0) {
                    return;
                }
                length += count;
                requireWithinLimit();
            }
        } catch (IOException e) {
            throw corrupt("zstd", e.getMessage());
        }
    }

    /**
     * A block begins with the length that it claims to have, decompressed. Nothing is made room for
     * before that is known to be possible.
     */
    private void unsnappy(byte[] body) throws MalformedRequestException {
        try {
            int claimed = Snappy.uncompressedLength(body);
            if (claimed < 0 || claimed > (long) body.length * SNAPPY_BYTES_OUT / SNAPPY_BYTES_IN) {
                throw corrupt(
                        "snappy",
                        body.length
                                + " bytes claim to be "
                                + Integer.toUnsignedString(claimed)
                                + " when they are decompressed");
            }
            length = claimed;
            requireWithinLimit();
            if (buffer.length < claimed) {
                hold(new byte[claimed]);
            }
            int written = Snappy.uncompress(body, 0, body.length, buffer, 0);
            if (written != claimed) {
                throw corrupt("snappy", "the block ends before its length");
            }
        } catch (IOException e) {
            throw corrupt("snappy", "block format was expected: " + e.getMessage());
        }
    }

    /** At least one byte; one beyond the limit is enough to know that there are too many. */
    private void makeRoom() {
        if (length == buffer.length) {
            hold(Arrays.copyOf(buffer, (int) Math.min(limit + 1L, 2L * length)));
        }
    }

    private void requireWithinLimit() throws MalformedRequestException {
        if (length > limit) {
            held.tooMany();
            throw new MalformedRequestException(
                    RejectReason.OVERSIZE,
                    "the body has more than " + limit + " bytes when it is decompressed");
        }
    }

    private static MalformedRequestException corrupt(String encoding, @Nullable String problem) {
        return new MalformedRequestException(
                RejectReason.MALFORMED,
                "the body is not " + encoding + " as Content-Encoding says: " + problem);
    }
}
