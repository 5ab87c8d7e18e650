package io.sluice.engine.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.engine.bytes.BlobReader;
import io.sluice.engine.bytes.BlobWriter;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.Random;

class BitsTest {

    /** In several stretches, each of which begins with a byte of its own. */
    @Property(tries = 500)
    void whatIsWritten_isRead(@ForAll long seed) {
        Random numbers = new Random(seed);
        BlobWriter out = new BlobWriter(16);
        int stretches = 1 + numbers.nextInt(4);
        long length = 0;
        for (int i = 0; i < stretches; i++) {
            BitWriter bits = new BitWriter(out);
            for (int n = numbers.nextInt(40); n > 0; n--) {
                long number = number(numbers);
                int k = numbers.nextInt(64);
                bits.write(number, k);
                length += BitWriter.length(number, k);
                long large = 1 + (number(numbers) >>> 1);
                bits.writeGamma(large);
                length += BitWriter.gammaLength(large);
            }
            bits.end();
            length = (length + 7) / 8 * 8;
        }
        byte[] written = out.toBytes();
        assertThat(written).hasSize((int) (length / 8));

        Random again = new Random(seed);
        BlobReader in = new BlobReader(written);
        assertThat(1 + again.nextInt(4)).isEqualTo(stretches);
        for (int i = 0; i < stretches; i++) {
            BitReader bits = new BitReader(in);
            for (int n = again.nextInt(40); n > 0; n--) {
                long number = number(again);
                assertThat(bits.read(again.nextInt(64))).isEqualTo(number);
                assertThat(bits.readGamma()).isEqualTo(1 + (number(again) >>> 1));
            }
            bits.end();
        }
        in.requireEnd();
    }

    private static long number(Random random) {
        return random.nextLong() >>> random.nextInt(64);
    }

    @Test
    void whatGoesOnBeyondTheEnd_isRefused() {
        BitReader bits = new BitReader(new BlobReader(new byte[] {(byte) 0b1110_1010}));
        assertThat(bits.read(0)).isEqualTo(3);
        assertThat(bits.read(2)).isEqualTo(4 + 2);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> bits.read(0))
                .withMessageContaining("ends inside a number");
    }
}
