package io.sluice.engine.fold;

import io.sluice.engine.measure.Increase;
import io.sluice.engine.series.Sketch;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The increases of one request's streams, added up by measure, group and bucket, in the order in
 * which these came first: a request may have thousands of points, and they come to some dozens of
 * buckets. Not thread-safe.
 */
final class Increments {

    /** Takes what came to one bucket. */
    @FunctionalInterface
    interface Receiver {
        void add(
                int measure,
                String group,
                long bucket,
                long good,
                long total,
                long goodThousandths,
                long totalThousandths,
                @Nullable Sketch sketch);
    }

    private record Place(int measure, String group, long bucket) {}

    private static final class Sum {
        long good;
        long total;
        long goodThousandths;
        long totalThousandths;
        @Nullable Sketch sketch;
    }

    private final Map<Place, Sum> sums = new LinkedHashMap<>();

    /** Adds what a stream of this measure and group has counted. */
    void add(int measure, String group, Increase increase) {
        increase.shareOut(
                (bucket, good, total, goodThousandths, totalThousandths, sketch) -> {
                    Sum sum =
                            sums.computeIfAbsent(new Place(measure, group, bucket), _ -> new Sum());
                    sum.good += good;
                    sum.total += total;
                    sum.goodThousandths += goodThousandths;
                    sum.totalThousandths += totalThousandths;
                    if (sketch != null) {
                        Sketch values = sum.sketch;
                        if (values == null) {
                            values = new Sketch();
                            sum.sketch = values;
                        }
                        values.merge(sketch);
                    }
                });
    }

    /** Gives away what came to each bucket. */
    void forEach(Receiver receiver) {
        sums.forEach(
                (place, sum) ->
                        receiver.add(
                                place.measure,
                                place.group,
                                place.bucket,
                                sum.good,
                                sum.total,
                                sum.goodThousandths,
                                sum.totalThousandths,
                                sum.sketch));
    }
}
