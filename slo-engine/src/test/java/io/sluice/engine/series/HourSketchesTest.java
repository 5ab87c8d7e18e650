package io.sluice.engine.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bytes.BlobWriter;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.HexFormat;
import java.util.Random;

class HourSketchesTest {

    @Property(tries = 150)
    void eachFormOfAnHour_givesEverySketchBack(@ForAll long seed) {
        Random random = new Random(seed);
        boolean fine = random.nextBoolean();
        @Nullable Sketch[] model = random(random, fine);
        HourSketches hour = hour(model, fine);

        for (byte[] packed : new byte[][] {hour.pack(), hour.packForGood()}) {
            HourSketches read = HourSketches.unpack(packed);
            assertThat(HourSketches.isFine(packed)).isEqualTo(fine);
            for (int i = 0; i < model.length; i++) {
                Sketch one = new Sketch();
                read.merge(i, i + 1, one);
                assertThat(one).isEqualTo(model[i] == null ? new Sketch() : model[i]);
            }
            // Whatever form it comes from.
            assertThat(read.pack()).isEqualTo(hour.pack());
            assertThat(read.packForGood()).isEqualTo(hour.packForGood());
        }
    }

    @Property(tries = 300)
    void damagedBytes_areReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        boolean fine = random.nextBoolean();
        HourSketches hour = hour(random(random, fine), fine);
        byte[] packed = random.nextBoolean() ? hour.pack() : hour.packForGood();
        packed[random.nextInt(packed.length)] ^= (byte) (1 << random.nextInt(8));

        try {
            HourSketches read = HourSketches.unpack(packed);
            Sketch all = new Sketch();
            read.merge(0, read.isFine() ? 360 : 1, all);
            assertThat(all.count()).isNotNegative();
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("corrupt blob");
        } catch (ArithmeticException e) {
            // More values in all than a number has; each sketch by itself was one.
            assertThat(e).hasMessageContaining("overflow");
        }
    }

    /** Latencies, of several kinds, some sampled; now and then anything at all. */
    private static @Nullable Sketch[] random(Random random, boolean fine) {
        @Nullable Sketch[] sketches = new @Nullable Sketch[fine ? 360 : 1];
        int values = 1 << random.nextInt(fine ? 9 : 14);
        double spread = random.nextInt(5) == 0 ? 8 * random.nextDouble() : random.nextDouble();
        long n = random.nextInt(3) == 0 ? 1 + random.nextInt(10) : 1;
        boolean anything = random.nextInt(5) == 0;
        double missing = random.nextInt(3) == 0 ? random.nextDouble() : 0;
        for (int i = 0; i < sketches.length; i++) {
            if (random.nextDouble() < missing) {
                continue;
            }
            Sketch sketch = new Sketch();
            for (int value = random.nextInt(values + 1); value >= 0; value--) {
                sketch.add(80 * Math.exp(spread * random.nextGaussian()), n);
            }
            if (anything && random.nextInt(20) == 0) {
                switch (random.nextInt(5)) {
                    case 0 -> sketch.add(0, 1 + random.nextInt(1000));
                    case 1 -> sketch.add(Double.MIN_VALUE, 1L << random.nextInt(50));
                    case 2 -> sketch.add(Double.MAX_VALUE, 1);
                    case 3 -> sketch.addBucket(2, 7, 3);
                    default -> sketch.add(85, 1L << random.nextInt(50));
                }
            }
            sketches[i] = sketch;
        }
        return sketches;
    }

    private static HourSketches hour(@Nullable Sketch[] sketches, boolean fine) {
        HourSketches hour = new HourSketches(fine);
        for (int i = 0; i < sketches.length; i++) {
            Sketch sketch = sketches[i];
            if (sketch != null) {
                hour.add(i, sketch);
            }
        }
        return hour;
    }

    @Test
    void theLargestCounts_comeBack() {
        Sketch sketch = new Sketch();
        sketch.add(1, 1);
        sketch.add(2, Long.MAX_VALUE - 2);
        sketch.add(3, 1);
        for (boolean fine : new boolean[] {true, false}) {
            HourSketches hour = new HourSketches(fine);
            hour.add(0, sketch);
            Sketch read = new Sketch();
            HourSketches.unpack(hour.packForGood()).merge(0, 1, read);
            assertThat(read).isEqualTo(sketch);
        }
    }

    @Test
    void anHourOfLatencies_takesLittleMoreThanTheirEntropy() {
        Random random = new Random(1);
        HourSketches hour = new HourSketches(true);
        for (int i = 0; i < 360; i++) {
            hour.add(i, latencies(random, 450));
        }
        // Of Poisson's distribution with these means: 42 bytes a sketch.
        assertThat(hour.pack().length / 360).isLessThan(57);
        assertThat(hour.packForGood().length / 360).isLessThan(50);

        HourSketches whole = new HourSketches(false);
        whole.add(0, latencies(random, 108_000));
        // Likewise, if the curve were known: 130.
        assertThat(whole.pack()).hasSizeLessThan(155);
    }

    private static Sketch latencies(Random random, int values) {
        Sketch sketch = new Sketch();
        for (int i = 0; i < values; i++) {
            sketch.add(80 * Math.exp(0.5 * random.nextGaussian()));
        }
        return sketch;
    }

    /** Written by earlier versions. */
    @Test
    void bytesOfEarlierForms_areRead() {
        assertRead(
                "02030000000c900300ffffff00000000000000640187fffff8000000000000028a01800a000028900306e2"
                        + "10080402010080264020100804013201008040201004c8040201008026402010080402009900"
                        + "8040201004c00a000327920309e163771b18d3c67632717297f16b15714312f0f520e1cc2f84"
                        + "b06e08c08a04c318b320654d094f9a21a49a71a99ac1b155846c73661b44dac6e1a8",
                steps(),
                line(),
                curve());
        assertRead("0500000c0190030c406c80087ffff94080", steps());
        assertRead(
                "050000280190032848724ffff1e7fe6001c42d600e2073800052073800a40e70000a40e7001480",
                line());
        assertRead(
                "0500032705920327c80174f7fccef274e9e05399329d3c0a732653a74f029cc994e9e05399329d3a7814"
                        + "e64ca74f82",
                curve());
    }

    /** One of them in every eleventh bucket. */
    private static void assertRead(String packed, Sketch... sketches) {
        HourSketches read = HourSketches.unpack(HexFormat.of().parseHex(packed));
        for (int i = 0; i < sketches.length; i++) {
            Sketch one = new Sketch();
            read.merge(11 * i, 11 * i + 1, one);
            assertThat(one).isEqualTo(sketches[i]);
        }
    }

    private static Sketch steps() {
        Sketch sketch = new Sketch();
        for (int i = 0; i < 12; i++) {
            sketch.addBucket(5, 200 + i, (i < 6 ? 50 : 9) + i * 7919 % 13 / 8);
        }
        return sketch;
    }

    private static Sketch line() {
        Sketch sketch = new Sketch();
        for (int i = 0; i < 40; i++) {
            sketch.addBucket(5, 200 + i, 100 + 30 * i + i * 7919 % 13);
        }
        return sketch;
    }

    private static Sketch curve() {
        Sketch sketch = new Sketch();
        sketch.add(0, 3);
        for (int i = 0; i < 40; i++) {
            sketch.addBucket(5, 200 + i, 20 * i * (40 - i) + 5 * (i * 7919 % 13));
        }
        return sketch;
    }

    @Test
    void anHoursSketchAsItWasPackedBefore_isRead() {
        Sketch sketch = latencies(new Random(2), 10_000);
        BlobWriter earlier = new BlobWriter(64);
        earlier.writeVarint(3);
        earlier.writeVarint(1);
        earlier.writeVarint(0);
        PackedSketch.write(sketch, earlier);

        HourSketches read = HourSketches.unpack(earlier.toBytes());
        Sketch whole = new Sketch();
        read.merge(0, 1, whole);
        assertThat(whole).isEqualTo(sketch);
        assertThat(read.pack()).hasSizeLessThan(earlier.toBytes().length);
    }
}
