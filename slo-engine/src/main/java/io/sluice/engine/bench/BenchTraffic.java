package io.sluice.engine.bench;

import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.series.Sketch;

import org.jspecify.annotations.Nullable;

import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/**
 * Events of a service as they come: a day with its night, noise, a few failures all the time and
 * incidents in which many fail. The same seed gives the same events. Not thread-safe.
 */
final class BenchTraffic {
    static final long DAY = 86_400;
    static final long BUCKET = 10;

    /** Fewest and most events in 10 s, in the course of a day. */
    private static final double NIGHT = 60;

    private static final double NOON = 540;

    private final SplittableRandom random;
    private long incidentUntil = Long.MIN_VALUE;

    BenchTraffic(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Fills one service's series up to a time, as apply would have. */
    void fill(SeriesTable series, Feed feed, long from, long to, LongConsumer hourly) {
        for (long bucket = from; bucket < to; bucket += BUCKET) {
            next(series, feed, bucket);
            if (bucket % 3600 == 0) {
                hourly.accept(bucket);
            }
        }
    }

    /** The events of one bucket. */
    void next(SeriesTable series, Feed feed, long bucket) {
        double course = 0.5 - 0.5 * Math.cos(2 * Math.PI * (bucket % DAY) / DAY);
        double mean = NIGHT + (NOON - NIGHT) * course;
        long total = Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
        if (bucket >= incidentUntil && random.nextInt(40_000) == 0) {
            incidentUntil = bucket + 60 + random.nextInt(1800);
        }
        double failing = bucket < incidentUntil ? 0.15 : 0.0004;
        long bad = 0;
        for (long event = gap(failing); event <= total; event += gap(failing)) {
            bad++;
        }
        feed.add(series, bucket, total - bad, total, sketch(feed, total));
    }

    /** How many events there are up to the next failure, itself included. */
    private long gap(double failing) {
        return 1 + (long) (Math.log(1 - random.nextDouble()) / Math.log(1 - failing));
    }

    /** Log-normal, around 80 ms. */
    private @Nullable Sketch sketch(Feed feed, long total) {
        if (!feed.sketched) {
            return null;
        }
        Sketch sketch = new Sketch();
        for (long i = 0; i < total; i++) {
            sketch.add(80 * Math.exp(0.5 * random.nextGaussian()));
        }
        return sketch;
    }

    /** Where the events of one SLO's service go. */
    static final class Feed {
        private final SeriesKey events;
        private final SeriesKey heartbeat;
        private final Iterable<SeriesKey> slices;
        private final boolean sketched;

        Feed(MeasurePlan plan, int slo, boolean sketched) {
            Measure measure = plan.forObjective(BenchSlos.name(slo), 0);
            this.events = new SeriesKey(measure.id(), "");
            this.heartbeat = SeriesKey.heartbeat(BenchSlos.service(slo));
            this.slices = plan.slicesOf(measure.id());
            this.sketched = sketched;
        }

        SeriesKey events() {
            return events;
        }

        void add(SeriesTable series, long bucket, long good, long total, @Nullable Sketch sketch) {
            series.write(
                    () -> {
                        add(series, events, bucket, good, total, sketch);
                        for (SeriesKey key : slices) {
                            add(series, key, bucket, good, total, null);
                        }
                        if (total > 0) {
                            add(series, heartbeat, bucket, 1, 1, null);
                        }
                    });
        }

        private static void add(
                SeriesTable series,
                SeriesKey key,
                long bucket,
                long good,
                long total,
                @Nullable Sketch sketch) {
            series.add(key, bucket, good, total, 1000 * good, 1000 * total, sketch, bucket);
        }
    }
}
