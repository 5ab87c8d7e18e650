package io.sluice.server.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPOutputStream;

/**
 * Makes one connection's request bodies, each different from all others, for next to nothing: on
 * cores that the server shares, what a sender spends is taken from it. Not thread-safe.
 */
interface Requests {
    /** How many items each brings. */
    int items();

    /** The next body: a buffer over an array, which the next call may use again. */
    ByteBuffer next();

    /**
     * How many events the bench's objectives count for all that was made so far, less what they
     * need to begin with.
     */
    long expectedEvents(long sentItems);

    /** OTLP protobuf. */
    static Requests spans(int spans, Stamps stamps) {
        SpanRequest request = SpanRequest.of(spans);
        return new OfSpans(spans) {
            @Override
            public ByteBuffer next() {
                return ByteBuffer.wrap(
                        request.next(stamps.sequence().getAsLong(), stamps.nowNanos().getAsLong()));
            }
        };
    }

    /**
     * The same, compressed once and sent as a first gzip member; a second, tiny member makes each
     * request a different one (RFC 1952 2.2: members simply follow one another). Senders in
     * production compress on machines of their own.
     */
    static Requests gzippedSpans(int spans, Stamps stamps) {
        byte[] first = gzipped(spans(spans, stamps).next());
        return new OfSpans(spans) {
            @Override
            public ByteBuffer next() {
                byte[] second =
                        gzipped(ByteBuffer.wrap(SpanRequest.marker(stamps.sequence().getAsLong())));
                return ByteBuffer.allocate(first.length + second.length)
                        .put(first)
                        .put(second)
                        .flip();
            }
        };
    }

    /** OTLP/JSON. */
    static Requests jsonSpans(int spans, Stamps stamps) {
        JsonSpanRequest request = new JsonSpanRequest(spans);
        return new OfSpans(spans) {
            @Override
            public ByteBuffer next() {
                return ByteBuffer.wrap(
                        request.next(stamps.sequence().getAsLong(), stamps.nowNanos().getAsLong()));
            }
        };
    }

    private static byte[] gzipped(ByteBuffer plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(plain.array(), plain.arrayOffset() + plain.position(), plain.remaining());
        } catch (IOException e) {
            throw new UncheckedIOException("there is nothing to write to but an array", e);
        }
        return bytes.toByteArray();
    }

    /** Each span is one event of one objective. */
    abstract class OfSpans implements Requests {
        private final int spans;

        private OfSpans(int spans) {
            this.spans = spans;
        }

        @Override
        public int items() {
            return spans;
        }

        @Override
        public long expectedEvents(long sentItems) {
            return sentItems;
        }
    }
}
