package io.sluice.server.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** The traffic of {@code bench memory}, for tests that have a clock of their own. */
public final class Fleet {
    private final FleetRequest requests;

    /**
     * @param nanos when spans end
     */
    public Fleet(int series, LongSupplier nanos) {
        AtomicLong sequence = new AtomicLong();
        this.requests = new FleetRequest(series, sequence::incrementAndGet, nanos);
    }

    /** The objectives that count it. */
    public static String definitions(int series) {
        return FleetRequest.definitions(series);
    }

    /**
     * Sends a span of each series, and some more where a request's last ones are of the next round.
     *
     * @return how many, all of which were answered for
     */
    public long round(InetSocketAddress otlpHttp) throws IOException {
        return requests.sendRound(otlpHttp);
    }
}
