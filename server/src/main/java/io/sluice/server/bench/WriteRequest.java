package io.sluice.server.bench;

import org.xerial.snappy.Snappy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Remote write of a sender that catches up: 100 counters of an instance with 20 samples each, ten
 * seconds apart, every one of which an objective wants. Instances take turns, and go on where they
 * were. Compressed anew each time, as a real sender must; that costs about 0.05 µs a sample.
 *
 * <p>Fields as in {@code prometheus.WriteRequest} and {@code io.prometheus.write.v2.Request}. Not
 * thread-safe.
 */
final class WriteRequest implements Requests {
    /** The metric that the bench's objectives want. */
    static final String METRIC = "http_requests_total";

    static final int SERIES = 100;
    static final int SAMPLES_PER_SERIES = 20;

    private static final int INSTANCES = 50;
    private static final long STEP_MILLIS = 10_000;

    /** Long enough ago for some hours of samples in some seconds, and not yet too old. */
    private static final long BEGIN_HOURS_AGO = 40;

    /** Of a time in milliseconds, between the years 1971 and 2109. */
    private static final int TIME_BYTES = 6;

    private static final int INSTANCE_DIGITS = 12;

    private final boolean second;
    private final byte[] bytes;
    private final List<Integer> instancesAt = new ArrayList<>();
    private final List<Integer> valuesAt = new ArrayList<>();
    private final long beginMillis;
    private final long connection;
    private long made;

    /**
     * @param version 1 or 2
     */
    WriteRequest(int version, Stamps stamps) {
        this.second = version == 2;
        this.beginMillis = stamps.nowNanos().getAsLong() / 1_000_000 - BEGIN_HOURS_AGO * 3_600_000;
        this.connection = stamps.sequence().getAsLong();
        this.bytes = second ? second() : first();
    }

    @Override
    public int items() {
        return SERIES * SAMPLES_PER_SERIES;
    }

    /**
     * Every sample adds one. The first of a counter whose beginning nobody tells only says where it
     * stood.
     */
    @Override
    public long expectedEvents(long sentItems) {
        long instances = Math.min(INSTANCES, sentItems / items());
        return second ? sentItems : sentItems - instances * SERIES;
    }

    @Override
    public ByteBuffer next() {
        long visit = made / INSTANCES;
        byte[] instance =
                "%0"
                        .concat(INSTANCE_DIGITS + "d")
                        .formatted((connection * INSTANCES + made % INSTANCES) % 1_000_000_000_000L)
                        .getBytes(StandardCharsets.US_ASCII);
        made++;
        for (int at : instancesAt) {
            System.arraycopy(instance, 0, bytes, at, instance.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < valuesAt.size(); i++) {
            long number = visit * SAMPLES_PER_SERIES + i % SAMPLES_PER_SERIES + 1;
            int at = valuesAt.get(i);
            buffer.putDouble(at, (double) number);
            // The time's tag is one byte after the value.
            Wire.putVarint(
                    bytes, at + Double.BYTES + 1, TIME_BYTES, beginMillis + number * STEP_MILLIS);
        }
        try {
            return ByteBuffer.wrap(Snappy.compress(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("an array could not be compressed", e);
        }
    }

    private static SortedMap<String, String> labels(int series) {
        return new TreeMap<>(
                Map.of(
                        "__name__",
                        METRIC,
                        "code",
                        series % 125 == 7 ? "503" : "200",
                        "env",
                        "production",
                        "handler",
                        "/api/v1/orders/" + series,
                        "instance",
                        "0".repeat(INSTANCE_DIGITS),
                        "job",
                        "checkout",
                        "method",
                        "GET",
                        "region",
                        "eu-central-1"));
    }

    private byte[] first() {
        Wire request = new Wire();
        for (int number = 0; number < SERIES; number++) {
            Wire series = new Wire();
            List<Integer> instances = new ArrayList<>();
            List<Integer> values = new ArrayList<>();
            labels(number)
                    .forEach(
                            (name, value) -> {
                                Wire label = new Wire();
                                label.text(1, name);
                                label.text(2, value);
                                series.bytes(1, label.toByteArray());
                                if (name.equals("instance")) {
                                    instances.add(series.size() - INSTANCE_DIGITS);
                                }
                            });
            samples(series, values, false);
            request.lengthOf(1, series.size());
            int shift = request.size();
            request.raw(series.toByteArray());
            instances.forEach(at -> instancesAt.add(shift + at));
            values.forEach(at -> valuesAt.add(shift + at));
        }
        return request.toByteArray();
    }

    private byte[] second() {
        Map<String, Integer> symbols = new LinkedHashMap<>(Map.of("", 0));
        Wire allSeries = new Wire();
        List<Integer> values = new ArrayList<>();
        for (int number = 0; number < SERIES; number++) {
            Wire refs = new Wire();
            labels(number)
                    .forEach(
                            (name, value) -> {
                                refs.unsigned(symbols.computeIfAbsent(name, _ -> symbols.size()));
                                refs.unsigned(symbols.computeIfAbsent(value, _ -> symbols.size()));
                            });
            Wire series = new Wire();
            series.bytes(1, refs.toByteArray());
            List<Integer> inSeries = new ArrayList<>();
            samples(series, inSeries, true);
            Wire metadata = new Wire();
            metadata.varint(1, 1); // a counter
            series.bytes(5, metadata.toByteArray());
            allSeries.lengthOf(5, series.size());
            int shift = allSeries.size();
            allSeries.raw(series.toByteArray());
            inSeries.forEach(at -> values.add(shift + at));
        }
        Wire request = new Wire();
        symbols.keySet()
                .forEach(
                        symbol -> {
                            request.text(4, symbol);
                            if (symbol.equals("0".repeat(INSTANCE_DIGITS))) {
                                instancesAt.add(request.size() - INSTANCE_DIGITS);
                            }
                        });
        int shift = request.size();
        request.raw(allSeries.toByteArray());
        values.forEach(at -> valuesAt.add(shift + at));
        return request.toByteArray();
    }

    /** Only 2.0 says since when a counter counts. */
    private void samples(Wire series, List<Integer> values, boolean withStart) {
        for (int i = 0; i < SAMPLES_PER_SERIES; i++) {
            Wire sample = new Wire();
            sample.fixed64(1, 0);
            sample.varint(2, beginMillis);
            if (withStart) {
                sample.varint(3, beginMillis);
            }
            series.bytes(2, sample.toByteArray());
            values.add(series.size() - sample.size() + 1);
        }
    }
}
