package io.sluice.collector.extract;

import io.sluice.engine.measure.Extract;
import io.sluice.engine.series.Sketch;

import org.jspecify.annotations.Nullable;

/**
 * What one request adds to one measure, bucket and group. Mutable, reused from request to request.
 */
final class Cell {

    private int measure;
    private long bucket;
    private int group;
    private long good;
    private long total;
    private long goodThousandths;
    private long totalThousandths;
    private @Nullable Sketch sketch;

    void begin(int measure, long bucket, int group) {
        this.measure = measure;
        this.bucket = bucket;
        this.group = group;
        good = 0;
        total = 0;
        goodThousandths = 0;
        totalThousandths = 0;
        sketch = null; // the last one belongs to an Extract now
    }

    void add(long good, long total, long goodThousandths, long totalThousandths) {
        this.good = plus(this.good, good);
        this.total = plus(this.total, total);
        this.goodThousandths = plus(this.goodThousandths, goodThousandths);
        this.totalThousandths = plus(this.totalThousandths, totalThousandths);
    }

    Sketch sketch() {
        if (sketch == null) {
            sketch = new Sketch();
        }
        return sketch;
    }

    Extract.Counted counted(TextInterner texts) {
        return new Extract.Counted(
                measure,
                bucket,
                texts.text(group),
                good,
                total,
                goodThousandths,
                totalThousandths,
                sketch);
    }

    /**
     * No honest request comes near the ends of a long; one that does stays there instead of coming
     * out negative.
     */
    private static long plus(long a, long b) {
        long sum = a + b;
        if (((a ^ sum) & (b ^ sum)) < 0) {
            return a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return sum;
    }
}
