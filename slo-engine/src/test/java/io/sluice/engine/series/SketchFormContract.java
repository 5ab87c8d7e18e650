package io.sluice.engine.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bytes.BlobReader;
import io.sluice.engine.bytes.BlobWriter;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import java.util.Random;

/** What every form of one sketch by itself must do. */
abstract class SketchFormContract {
    abstract void write(Sketch sketch, BlobWriter out);

    abstract Sketch read(BlobReader in);

    abstract Sketch random(Random random);

    final byte[] pack(Sketch sketch) {
        BlobWriter out = new BlobWriter(64);
        write(sketch, out);
        return out.toBytes();
    }

    @Property(tries = 500)
    void everySketch_comesBack(@ForAll long seed) {
        Sketch sketch = random(new Random(seed));
        BlobReader in = new BlobReader(pack(sketch));

        assertThat(read(in)).isEqualTo(sketch);
        in.requireEnd();
    }

    @Property(tries = 500)
    void damagedBytes_areReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] packed = pack(random(random));
        packed[random.nextInt(packed.length)] ^= (byte) (1 << random.nextInt(8));

        try {
            Sketch read = read(new BlobReader(packed));
            assertThat(read.count()).isNotNegative();
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("corrupt blob");
        }
    }
}
