package io.sluice.server.bench;

import java.io.IOException;
import java.time.Duration;

/** One connection to a receiver. Not thread-safe. */
interface Sender extends AutoCloseable {
    /** A request that is told so long to come again is no request that could be measured. */
    Duration MAX_RETRYING = Duration.ofSeconds(30);

    /**
     * Sends a request and waits for its answer. What the server asked to send again later is what
     * the next call sends.
     *
     * @return how many of its items the server answered for; 0 if it asked to try again later
     * @throws IOException if the connection broke or the server refused for good
     */
    int send() throws IOException;

    /**
     * Sends a request, and sends it again while the server asks for that.
     *
     * @param dueNanos when it was to be sent first, as {@link System#nanoTime} has it
     * @param again called whenever the server asks to try again later
     * @return how many of its items the server answered for
     * @throws IOException as {@link #send} does, or if the server goes on asking
     */
    default int sendUntilAnswered(long dueNanos, Runnable again) throws IOException {
        int items = send();
        while (items == 0) {
            again.run();
            if (System.nanoTime() - dueNanos > MAX_RETRYING.toNanos()) {
                throw new IOException(
                        "the server has asked for over "
                                + MAX_RETRYING.toSeconds()
                                + " s to send a request again later");
            }
            items = send();
        }
        return items;
    }

    @Override
    void close() throws IOException;
}
