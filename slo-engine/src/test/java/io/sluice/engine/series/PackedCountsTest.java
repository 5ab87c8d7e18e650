package io.sluice.engine.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.Random;

class PackedCountsTest {

    @Property(tries = 200)
    void whatIsPacked_comesBack_andAnyPartOfItAddsUp(@ForAll long seed) {
        Random random = new Random(seed);
        Resolution resolution = Resolution.values()[random.nextInt(4)];
        int buckets = resolution.bucketsPerHour();
        Counts counts = new Counts(buckets);
        long steady = random.nextLong(1L << (1 + random.nextInt(40)));
        for (int i = 0; i < buckets; i++) {
            if (random.nextInt(10) == 0) {
                steady = random.nextInt(3) * (1 + random.nextLong(1000));
            }
            long bad = random.nextInt(30) == 0 ? random.nextLong(steady + 1) : 0;
            long extra = random.nextInt(50) == 0 ? 500 : 0;
            counts.add(i, steady - bad, steady, extra, 2 * extra);
        }
        byte[] packed = pack(counts, resolution);

        int from = random.nextInt(buckets + 1);
        int to = from + random.nextInt(buckets + 1 - from);
        Tally expected = new Tally();
        counts.sum(from, to, expected);
        Tally inPacked = new Tally();
        BlobReader in = new BlobReader(packed);
        PackedCounts.sum(in, PackedCounts.Form.read(in), from, to, inPacked);
        in.requireEnd();
        assertThat(inPacked.toSum()).isEqualTo(expected.toSum());

        BlobReader again = new BlobReader(packed);
        Counts read = PackedCounts.read(again, PackedCounts.Form.read(again));
        assertThat(pack(read, resolution)).isEqualTo(packed);
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
        PackedCounts.write(counts, resolution, out);
        return out.toBytes();
    }
}
