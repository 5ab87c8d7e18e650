package io.sluice.engine.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.engine.bytes.BlobReader;
import io.sluice.engine.bytes.BlobWriter;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;

class SmoothSketchTest extends SketchFormContract {
    /** Weights of the last few counts, the newest first, and what their sum is divided by. */
    private static final long[][] LINES = {
        {1}, {2, 1, 0, -1}, {10, 7, 4, 1, -2, -5}, {14, 11, 8, 5, 2, -1, -4, -7}
    };

    private static final long[] DIVISORS = {1, 2, 15, 28};

    @Override
    void write(Sketch sketch, BlobWriter out) {
        SmoothSketch.write(sketch, out);
    }

    @Override
    Sketch read(BlobReader in) {
        return SmoothSketch.read(in);
    }

    /** One smooth curve or two, sparse or dense, sampled or not; now and then anything at all. */
    @Override
    Sketch random(Random random) {
        Sketch sketch = new Sketch();
        int values = random.nextInt(1 << random.nextInt(14));
        double spread = random.nextInt(5) == 0 ? 8 * random.nextDouble() : random.nextDouble();
        double far = random.nextInt(3) == 0 ? 20 : 1;
        long n = random.nextInt(3) == 0 ? 1 + random.nextInt(10) : 1;
        for (int i = 0; i < values; i++) {
            double around = i % 3 == 0 ? 80 * far : 80;
            sketch.add(around * Math.exp(spread * random.nextGaussian()), n);
        }
        switch (random.nextInt(12)) {
            case 0 -> sketch.add(0, 1 + random.nextInt(1000));
            case 1 -> sketch.add(random.nextBoolean() ? Double.MIN_VALUE : Double.MAX_VALUE);
            case 2 -> sketch.addBucket(2, 7, 3);
            case 3, 4 -> {
                for (int i = 0; i < 12; i++) {
                    sketch.add(80 + random.nextInt(12), random.nextLong(1L << random.nextInt(59)));
                }
            }
            default -> {}
        }
        return sketch;
    }

    /** Whatever line, spread and code of gaps was chosen. */
    @Property(tries = 500)
    void theEarlierForm_isStillRead(@ForAll long seed) {
        Random random = new Random(seed);
        Sketch sketch = random(random);
        if (sketch.used() == 0 || sketch.index(sketch.used() - 1) - sketch.index(0) >= 1 << 12) {
            return;
        }
        byte[] packed =
                packEarlier(sketch, random.nextInt(4), random.nextInt(16), random.nextInt(8));
        BlobReader in = new BlobReader(packed);

        assertThat(SmoothSketch.readEarlier(in)).isEqualTo(sketch);
        in.requireEnd();
    }

    private static byte[] packEarlier(Sketch sketch, int line, int spread, int gapCode) {
        int first = sketch.index(0);
        long[] counts = new long[sketch.index(sketch.used() - 1) - first + 1];
        for (int i = 0; i < sketch.used(); i++) {
            counts[sketch.index(i) - first] = sketch.count(i);
        }
        BlobWriter out = new BlobWriter(64);
        sketch.writeHead(out);
        out.writeVarint(1);
        out.writeZigZag(first);
        out.writeVarint(counts.length);
        out.writeVarint(gapCode + 8 * (line + 4L * spread));
        BitWriter bits = new BitWriter(out);
        int at = 0;
        while (at < counts.length) {
            if (at == 0 || Arrays.stream(counts, Math.max(0, at - 3), at).allMatch(c -> c == 0)) {
                int begin = at;
                while (counts[at] == 0) {
                    at++;
                }
                bits.write(at - begin, gapCode);
                bits.writeGamma(counts[at]);
            } else {
                long expected = expected(counts, at, line);
                long before = counts[at - 1];
                long near = at < 2 ? before : (before >> 1) + (counts[at - 2] >> 1);
                int size = Long.SIZE - Long.numberOfLeadingZeros(Math.max(expected, near));
                bits.write(
                        SmoothSketch.folded(counts[at], expected),
                        Math.max(0, (size + spread - 4) >> 1));
            }
            at++;
        }
        bits.end();
        return out.toBytes();
    }

    private static long expected(long[] counts, int at, int line) {
        long sum = 0;
        for (int i = 0; i < LINES[line].length && i < at; i++) {
            sum += LINES[line][i] * counts[at - 1 - i];
        }
        return Math.max(0, sum / DIVISORS[line]);
    }

    @Test
    void whatEndsTooEarly_isRefused() {
        Sketch sketch = new Sketch();
        sketch.add(1);
        byte[] packed = pack(sketch);
        BlobReader in = new BlobReader(Arrays.copyOf(packed, packed.length - 1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmoothSketch.read(in))
                .withMessageContaining("ends inside");
    }

    @Test
    void fewValuesFarApart_takeNoMoreThanBucketByBucket() {
        Sketch sketch = new Sketch();
        for (double value : new double[] {3, 17, 40, 80, 81, 200, 950}) {
            sketch.add(value);
        }

        assertThat(pack(sketch)).hasSizeLessThanOrEqualTo(sketch.encode().length);
    }
}
