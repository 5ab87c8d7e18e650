package io.sluice.server.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A DogStatsD client's full buffer: counters and histograms by turns, each message on a line, every
 * one of which an objective wants.
 */
final class Datagram {
    /** As long as the clients' default for UDP lets it get. */
    static final int BYTES = 1_400;

    /** The counter that the bench's objectives want. */
    static final String COUNTER = "shopflow.orders.placed";

    /** The histogram that the bench's objectives want. */
    static final String HISTOGRAM = "shopflow.checkout.completion_ms";

    private final byte[] bytes;
    private final int messages;

    Datagram() {
        StringBuilder text = new StringBuilder();
        int number = 0;
        String next = message(0);
        while (text.length() + next.length() <= BYTES) {
            text.append(next);
            next = message(++number);
        }
        this.messages = number;
        // The last message's last tag fills it up.
        text.insert(text.length() - 1, "x".repeat(BYTES - text.length()));
        this.bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static String message(int number) {
        String tags =
                "|#side:"
                        + (number % 3 == 0 ? "platform" : "legacy")
                        + ",region:eu-west,service:shop-frontend\n";
        return (number % 2 == 0 ? COUNTER + ":1|c" : HISTOGRAM + ":" + 10 * number + "|h") + tags;
    }

    /** How many messages it packs, of one value each. */
    int messages() {
        return messages;
    }

    /** How many of them are counters. */
    int counters() {
        return (messages + 1) / 2;
    }

    /** A buffer that may be written again and again. */
    ByteBuffer direct() {
        return ByteBuffer.allocateDirect(BYTES).put(bytes).flip();
    }

    /** A body as the receiver logs it: each datagram behind its length. */
    byte[] batch(int datagrams) {
        ByteBuffer body = ByteBuffer.allocate(datagrams * (Short.BYTES + BYTES));
        for (int i = 0; i < datagrams; i++) {
            body.putShort((short) BYTES).put(bytes);
        }
        return body.array();
    }
}
