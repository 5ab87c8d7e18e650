package io.sluice.server.bench;

import java.io.IOException;

/** One connection to a receiver. Not thread-safe. */
interface Sender extends AutoCloseable {
    /**
     * Sends a request and waits for its answer. What the server asked to send again later is what
     * the next call sends.
     *
     * @return how many of its items the server answered for; 0 if it asked to try again later
     * @throws IOException if the connection broke or the server refused for good
     */
    int send() throws IOException;

    @Override
    void close() throws IOException;
}
