package io.sluice.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class TraceFilterTest {
    private static byte[] id(Random random) {
        byte[] id = new byte[TraceFilter.ID_BYTES];
        random.nextBytes(id);
        return id;
    }

    @Property(tries = 200)
    void everyIdThatWentIn_isFound(@ForAll Random random, @ForAll @IntRange(max = 2000) int size) {
        TraceFilter.Builder builder = new TraceFilter.Builder();
        builder.add(id(random), 0);
        builder.clear();
        List<byte[]> ids = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            byte[] id = id(random);
            if (random.nextBoolean()) {
                Arrays.fill(id, 0, 8, (byte) 0); // 64-bit ids of older tracers
            }
            ids.add(id);
            builder.add(id, 0);
        }
        TraceFilter filter = TraceFilter.of(builder.build().toBytes());

        assertThat(ids).allMatch(filter::mayContain);
        assertThat(filter.toBytes().length).isLessThanOrEqualTo(size * 12 / 8 + 1);
    }

    /** What is on disk was written with a division, and stays readable. */
    @Property(tries = 200)
    void bits_areThoseOfADivision(
            @ForAll Random random, @ForAll @IntRange(min = 1, max = 500) int size) {
        TraceFilter.Builder builder = new TraceFilter.Builder();
        List<byte[]> ids = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            ids.add(id(random));
            builder.add(ids.get(i), 0);
        }
        byte[] bits = new byte[(size * 12 + 7) / 8];

        for (byte[] id : ids) {
            LongBuffer halves = ByteBuffer.wrap(id).asLongBuffer();
            long mixed = halves.get(0) ^ Long.rotateLeft(halves.get(1), 29);
            mixed *= 0x9E3779B97F4A7C15L;
            mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
            int step = (int) (mixed >>> 32) | 1;
            for (int probe = 0; probe < 7; probe++) {
                int bit = Integer.remainderUnsigned((int) mixed + probe * step, 8 * bits.length);
                bits[bit / 8] |= (byte) (1 << bit % 8);
            }
        }

        assertThat(builder.build().toBytes()).isEqualTo(bits);
    }

    @Test
    void idsThatDidNotGoIn_areRarelyFound() {
        Random random = new Random(1);
        TraceFilter.Builder builder = new TraceFilter.Builder();
        for (int i = 0; i < 512; i++) {
            builder.add(id(random), 0);
        }
        TraceFilter filter = builder.build();

        int wrong = 0;
        for (int i = 0; i < 100_000; i++) {
            wrong += filter.mayContain(id(random)) ? 1 : 0;
        }
        assertThat(wrong).isLessThan(500);
    }

    @Test
    void filterOfNothing_findsNothing() {
        assertThat(new TraceFilter.Builder().build()).isSameAs(TraceFilter.NONE);
        assertThat(TraceFilter.NONE.mayContain(new byte[16])).isFalse();
    }
}
