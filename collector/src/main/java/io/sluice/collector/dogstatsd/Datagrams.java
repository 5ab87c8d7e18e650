package io.sluice.collector.dogstatsd;

import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Datagrams one after the other, as one body for the ingest log: each with its length before it,
 * two bytes, most significant first. Grows as needed and is emptied, not thrown away. Not
 * thread-safe.
 */
final class Datagrams {

    /** No datagram of UDP is longer. */
    static final int MAX_DATAGRAM_BYTES = 0xffff;

    /** So many bytes before each datagram say how long it is. */
    static final int LENGTH_BYTES = Short.BYTES;

    private byte[] bytes = new byte[4096];
    private int size;

    /** Adds a datagram that is {@code length} bytes long and lies in {@code source}. */
    void add(byte[] source, int length) {
        if (bytes.length - size < LENGTH_BYTES + length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * size, size + LENGTH_BYTES + length));
        }
        bytes[size] = (byte) (length >>> 8);
        bytes[size + 1] = (byte) length;
        System.arraycopy(source, 0, bytes, size + LENGTH_BYTES, length);
        size += LENGTH_BYTES + length;
    }

    /** Says how long the datagram is that ends where a buffer stands, before it. */
    static void putLength(ByteBuffer body, int at) {
        body.putShort(at, (short) (body.position() - at - LENGTH_BYTES));
    }

    int size() {
        return size;
    }

    /** The body, and none from here on. */
    byte[] take() {
        byte[] body = Arrays.copyOf(bytes, size);
        size = 0;
        return body;
    }

    /** What is done with the datagrams of a body. */
    @FunctionalInterface
    interface Visitor {
        /** A datagram lies from one position of the body up to another. */
        void visit(int from, int to);
    }

    /**
     * Visits all datagrams of a body.
     *
     * @throws MalformedRequestException if the body was not made by {@link #take}
     */
    static void forEach(byte[] body, int bodyLength, Visitor visitor)
            throws MalformedRequestException {
        for (int at = 0; at < bodyLength; ) {
            int from = at + LENGTH_BYTES;
            int to = from > bodyLength ? from : from + length(body, at);
            if (to > bodyLength) {
                throw new MalformedRequestException(
                        RejectReason.MALFORMED, "the batch ends within the datagram at byte " + at);
            }
            visitor.visit(from, to);
            at = to;
        }
    }

    private static int length(byte[] body, int at) {
        return Byte.toUnsignedInt(body[at]) << Byte.SIZE | Byte.toUnsignedInt(body[at + 1]);
    }
}
