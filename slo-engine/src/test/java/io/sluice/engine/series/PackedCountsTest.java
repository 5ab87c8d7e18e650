package io.sluice.engine.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.engine.bytes.BlobReader;
import io.sluice.engine.bytes.BlobWriter;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.Random;

class PackedCountsTest {

    @Property(tries = 500)
    void whatIsPacked_comesBack_andAnyPartOfItAddsUp(@ForAll long seed) {
        Random random = new Random(seed);
        Resolution resolution = Resolution.values()[random.nextInt(4)];
        Counts counts = random(random, resolution.bucketsPerHour());

        comesBack(pack(counts, resolution), counts, resolution, random);
    }

    @Property(tries = 300)
    void formsOfEarlierVersions_areRead(@ForAll long seed) {
        Random random = new Random(seed);
        Resolution resolution = Resolution.values()[random.nextInt(4)];
        Counts counts = random(random, resolution.bucketsPerHour());
        for (boolean repeats : new boolean[] {false, true}) {
            byte[] packed = packEarlier(counts, resolution, repeats);
            comesBack(packed, counts, resolution, random);

            SeriesKey key = new SeriesKey("m", "");
            StoredBlock now = new StoredBlock(key, 0, pack(counts, resolution), null);
            assertThat(new StoredBlock(key, 0, packed, null).isSameAs(now)).isTrue();
        }
    }

    @Property(tries = 300)
    void heartbeats_comeBackWithTheirMeasuredBuckets(@ForAll long seed) {
        Random random = new Random(seed);
        Resolution resolution = Resolution.values()[random.nextInt(4)];
        Counts counts = random(random, resolution.bucketsPerHour());
        MeasuredBuckets measured = new MeasuredBuckets();
        for (int i = random.nextInt(40); i < 360; i += 1 + random.nextInt(90)) {
            for (int end = Math.min(360, i + random.nextInt(90)); i < end; i++) {
                measured.add(i);
            }
        }
        BlobWriter now = new BlobWriter(64);
        PackedCounts.write(counts, resolution, measured, now);
        BlobWriter earlier = new BlobWriter(64);
        earlier.writeBytes(packEarlier(counts, resolution, true));
        measured.write(earlier);

        Tally expected = new Tally();
        counts.sum(0, resolution.bucketsPerHour(), expected);
        for (BlobWriter packed : new BlobWriter[] {now, earlier}) {
            SeriesKey key = SeriesKey.heartbeat("shop");
            Tally sum = new Tally();
            Hour hour = new Hour(key, new StoredBlock(key, 3600, packed.toBytes(), null), sum);
            assertThat(sum.toSum()).isEqualTo(expected.toSum());
            assertThat(sum.measured()).isEqualTo(measured.count());
            int from = random.nextInt(360) * 10;
            int to = from + random.nextInt(360 - from / 10) * 10;
            assertThat(hour.measuredBuckets(from, to))
                    .isEqualTo(measured.count(from / 10, to / 10));
            assertThat(hour.toBlock().counts()).isEqualTo(packed.toBytes());
            Tally whole = new Tally();
            hour.sum(0, 3600, whole);
            assertThat(whole.toSum()).isEqualTo(expected.toSum());
        }
    }

    /** Steady, noisy, idle and failing by turns; sampled now and then. */
    private static Counts random(Random random, int buckets) {
        Counts counts = new Counts(buckets);
        long steady = random.nextLong(1L << (1 + random.nextInt(40)));
        boolean noisy = random.nextBoolean();
        boolean failing = random.nextInt(4) == 0;
        boolean sampled = random.nextInt(4) == 0;
        for (int i = 0; i < buckets; i++) {
            if (random.nextInt(10) == 0 && random.nextInt(8) == 0) {
                steady = random.nextInt(3) * (1 + random.nextLong(1000));
            }
            long total = noisy ? random.nextLong(steady + 1) : steady;
            long bad = failing || random.nextInt(30) == 0 ? random.nextLong(total + 1) : 0;
            long extra = sampled ? 7000 * total : random.nextInt(50) == 0 ? 500 : 0;
            counts.add(i, total - bad, total, extra, 2 * extra);
        }
        if (random.nextInt(10) == 0) {
            counts.add(random.nextInt(buckets), 0, 0, -5, Long.MAX_VALUE / 4);
        }
        return counts;
    }

    private static void comesBack(
            byte[] packed, Counts counts, Resolution resolution, Random random) {
        int buckets = resolution.bucketsPerHour();
        for (int part = 0; part < 3; part++) {
            int from = part == 0 ? 0 : random.nextInt(buckets + 1);
            int to = part == 0 ? buckets : from + random.nextInt(buckets + 1 - from);
            Tally expected = new Tally();
            counts.sum(from, to, expected);
            Tally inPacked = new Tally();
            BlobReader in = new BlobReader(packed);
            PackedCounts.sum(in, PackedCounts.Form.read(in), from, to, inPacked);
            assertThat(inPacked.toSum()).isEqualTo(expected.toSum());
        }
        BlobReader again = new BlobReader(packed);
        Counts read = PackedCounts.read(again, PackedCounts.Form.read(again));
        again.requireEnd();
        for (int i = 0; i < buckets; i++) {
            assertThat(read.total().get(i)).isEqualTo(counts.total().get(i));
            assertThat(read.goodThousandths(i)).isEqualTo(counts.goodThousandths(i));
            assertThat(read.totalThousandths(i)).isEqualTo(counts.totalThousandths(i));
        }
        assertThat(pack(read, resolution)).isEqualTo(pack(counts, resolution));

        SeriesKey key = new SeriesKey("m", "");
        Tally sum = new Tally();
        new Hour(key, new StoredBlock(key, 0, packed, null), sum);
        long minutes = 0;
        for (int i = 0; i < buckets; i++) {
            minutes |=
                    counts.hasEvents(i) ? ActiveMinutes.within(i, i + 1, resolution.seconds()) : 0;
        }
        assertThat(sum.minutes()).isEqualTo(minutes);
    }

    /** As the versions before sums did: columns as runs of differences. */
    private static byte[] packEarlier(Counts counts, Resolution resolution, boolean repeats) {
        int buckets = resolution.bucketsPerHour();
        BlobWriter out = new BlobWriter(64);
        out.writeVarint(buckets + (repeats ? 1 : 0));
        for (Column column :
                new Column[] {
                    counts.total(), counts.bad(), counts.goodExtra(), counts.totalExtra()
                }) {
            int at = 0;
            int end = 0;
            long last = 0;
            while (column != null && at < buckets) {
                if (column.get(at) == 0) {
                    at++;
                    continue;
                }
                int begin = at;
                while (at < buckets && column.get(at) != 0) {
                    at++;
                }
                out.writeVarint(at - begin);
                out.writeVarint(begin - end);
                for (int i = begin; i < at; i++) {
                    out.writeZigZag(column.get(i) - last);
                    if (repeats && column.get(i) == last) {
                        int first = i;
                        while (i + 1 < at && column.get(i + 1) == last) {
                            i++;
                        }
                        out.writeVarint(i - first);
                    }
                    last = column.get(i);
                }
                end = at;
            }
            out.writeVarint(0);
        }
        return out.toBytes();
    }

    @Property(tries = 1000)
    void damagedBytes_areReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        Resolution resolution = Resolution.values()[random.nextInt(4)];
        byte[] packed = pack(random(random, resolution.bucketsPerHour()), resolution);
        packed[random.nextInt(packed.length)] ^= (byte) (1 << random.nextInt(8));

        try {
            BlobReader in = new BlobReader(packed);
            PackedCounts.Form form = PackedCounts.Form.read(in);
            PackedCounts.read(in, form);
            BlobReader again = new BlobReader(packed);
            PackedCounts.sum(again, PackedCounts.Form.read(again), 0, 1, new Tally());
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("corrupt blob");
        }
    }

    @Test
    void noise_takesAboutItsEntropy() {
        Random random = new Random(3);
        Counts counts = new Counts(360);
        for (int i = 0; i < 360; i++) {
            long total = Math.round(450 + Math.sqrt(450) * random.nextGaussian());
            long bad = random.nextInt(6) == 0 ? 1 : 0;
            counts.add(i, total - bad, total, 0, 0);
        }

        // log2(sqrt(2 * pi * e * 450)) = 6.45 bits for each total, and 0.65 for a sixth: 320 bytes.
        assertThat(pack(counts, Resolution.TEN_SECONDS)).hasSizeLessThan(360);
    }

    @Test
    void anHourOfOneCount_takesAFewBytes() {
        Counts counts = new Counts(360);
        for (int i = 0; i < 360; i++) {
            counts.add(i, 3, 3, 0, 0);
        }

        assertThat(pack(counts, Resolution.TEN_SECONDS)).hasSizeLessThan(16);
    }

    @Test
    void theFormBeforeRepetitions_isStillRead() {
        // 12 buckets; total 5 5 7 from the second one on; one bad in the third; nothing sampled.
        byte[] packed = {12, 3, 1, 10, 0, 4, 0, 1, 2, 2, 0, 0, 0};
        BlobReader in = new BlobReader(packed);
        PackedCounts.Form form = PackedCounts.Form.read(in);
        Counts counts = PackedCounts.read(in, form);
        in.requireEnd();

        assertThat(form.resolution()).isEqualTo(Resolution.FIVE_MINUTES);
        Tally tally = new Tally();
        counts.sum(0, 12, tally);
        assertThat(tally.toSum()).isEqualTo(new WindowSum(16, 17, 16_000, 17_000));
        assertThat(counts.goodThousandths(2)).isEqualTo(4000);

        SeriesKey key = new SeriesKey("m", "");
        StoredBlock now = new StoredBlock(key, 0, pack(counts, Resolution.FIVE_MINUTES), null);
        assertThat(now.counts()).isNotEqualTo(packed);
        assertThat(new StoredBlock(key, 0, packed, null).isSameAs(now)).isTrue();
    }

    @Test
    void repetitionBeyondItsRun_isRefused() {
        BlobReader in = new BlobReader(new byte[] {13, 2, 0, 10, 0, 1, 0});
        PackedCounts.Form form = PackedCounts.Form.read(in);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PackedCounts.read(in, form))
                .withMessageContaining("repetition");
    }

    private static byte[] pack(Counts counts, Resolution resolution) {
        BlobWriter out = new BlobWriter(64);
        PackedCounts.write(counts, resolution, null, out);
        return out.toBytes();
    }
}
