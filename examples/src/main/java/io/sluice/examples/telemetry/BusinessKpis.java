package io.sluice.examples.telemetry;

import com.timgroup.statsd.NonBlockingStatsDClient;
import com.timgroup.statsd.NonBlockingStatsDClientBuilder;

import io.sluice.examples.simulation.Region;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The frontend's business figures, sent as DogStatsD over UDP and counted here too. Thread-safe.
 *
 * <p>The client waits instead of dropping when its queue is full, and neither joins messages nor
 * sends figures of its own, so that what was sent is known exactly. What the kernel drops is the
 * receiver's to report.
 */
public final class BusinessKpis implements AutoCloseable {
    public static final String ORDERS = "shopflow.orders.placed";
    public static final String SESSIONS = "shopflow.sessions";
    public static final String CARTS_CREATED = "shopflow.carts.created";
    public static final String CARTS_ABANDONED = "shopflow.carts.abandoned";
    public static final String COMPLETION = "shopflow.checkout.completion_ms";

    private final NonBlockingStatsDClient client;
    private final Map<String, LongAdder> sent = new ConcurrentHashMap<>();

    public BusinessKpis(Collector collector) {
        client =
                new NonBlockingStatsDClientBuilder()
                        .hostname("127.0.0.1")
                        .port(collector.dogStatsdPort())
                        .constantTags("service:shop-frontend")
                        .blocking(true)
                        .enableAggregation(false)
                        .enableTelemetry(false)
                        .originDetectionEnabled(false)
                        .build();
    }

    /** Counts one of the counters up. */
    public void count(String counter, Side side, Region region) {
        client.increment(counter, tags(side, region));
        sent(counter, side).increment();
    }

    /** A checkout took so long from the first look at the bill to the order, in shop time. */
    public void completed(Duration shopTime, Side side, Region region) {
        client.histogram(COMPLETION, shopTime.toMillis(), tags(side, region));
        sent(COMPLETION, side).increment();
    }

    /** How many messages of that metric went out, of both sides. */
    public long sent(String metric) {
        return sent(metric, Side.LEGACY).sum() + sent(metric, Side.PLATFORM).sum();
    }

    /** How many messages went out, by metric and side, in alphabetical order; for the curious. */
    public Map<String, Long> sent() {
        Map<String, Long> copy = new TreeMap<>();
        sent.forEach((key, count) -> copy.put(key, count.sum()));
        return copy;
    }

    private LongAdder sent(String metric, Side side) {
        return sent.computeIfAbsent(metric + " " + side.tag(), key -> new LongAdder());
    }

    private static String[] tags(Side side, Region region) {
        return new String[] {"side:" + side.tag(), "region:" + region.tag()};
    }

    /** Sends what is queued. */
    @Override
    public void close() {
        client.close();
    }
}
