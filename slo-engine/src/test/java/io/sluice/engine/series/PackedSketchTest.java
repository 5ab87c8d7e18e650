package io.sluice.engine.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.engine.bytes.BlobReader;
import io.sluice.engine.bytes.BlobWriter;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;

class PackedSketchTest extends SketchFormContract {

    @Override
    void write(Sketch sketch, BlobWriter out) {
        PackedSketch.write(sketch, out);
    }

    @Override
    Sketch read(BlobReader in) {
        return PackedSketch.read(in);
    }

    @Override
    Sketch random(Random random) {
        Sketch sketch = new Sketch();
        int values = random.nextInt(400);
        double spread = random.nextDouble() * 8;
        for (int i = 0; i < values; i++) {
            long n = 1 + random.nextLong(1L << random.nextInt(50));
            switch (random.nextInt(20)) {
                case 0 -> sketch.add(0, n);
                case 1 -> sketch.add(random.nextBoolean() ? Double.MIN_VALUE : Double.MAX_VALUE, n);
                default -> sketch.add(Math.exp(spread * random.nextGaussian()), n);
            }
        }
        return sketch;
    }

    @Test
    void theLargestCount_comesBack() {
        Sketch sketch = new Sketch();
        sketch.add(1, 1);
        sketch.add(2, Long.MAX_VALUE - 2);
        sketch.add(3, 1);

        assertThat(PackedSketch.read(new BlobReader(pack(sketch)))).isEqualTo(sketch);
    }

    @Test
    void latencies_takeAThirdOfTheirPlainForm() {
        Random random = new Random(1);
        Sketch sketch = new Sketch();
        for (int i = 0; i < 300; i++) {
            sketch.add(80 * Math.exp(0.5 * random.nextGaussian()));
        }

        assertThat(3 * pack(sketch).length).isLessThan(sketch.encode().length);
    }

    @Test
    void whatEndsTooEarly_isRefused() {
        Sketch sketch = new Sketch();
        sketch.add(1);
        byte[] packed = pack(sketch);
        BlobReader in = new BlobReader(Arrays.copyOf(packed, packed.length - 1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PackedSketch.read(in))
                .withMessageContaining("ends inside");
    }

    @Test
    void hoursOfThePlainForm_areStillRead() {
        Sketch first = new Sketch();
        first.add(5, 7);
        Sketch second = new Sketch();
        second.add(80, 3);
        second.add(90, 2);
        BlobWriter plain = new BlobWriter(64);
        // One for each 10 s; two of them, in the fourth and the fifth bucket.
        plain.writeVarint(0);
        plain.writeVarint(2);
        plain.writeVarint(3);
        first.write(plain);
        plain.writeVarint(0);
        second.write(plain);
        HourSketches read = HourSketches.unpack(plain.toBytes());

        HourSketches expected = new HourSketches(true);
        expected.add(3, first);
        expected.add(4, second);
        assertThat(read.pack()).isEqualTo(expected.pack()).isNotEqualTo(plain.toBytes());
        Sketch whole = new Sketch();
        HourSketches.unpack(read.pack()).merge(0, 360, whole);
        first.merge(second);
        assertThat(whole).isEqualTo(first);
    }
}
