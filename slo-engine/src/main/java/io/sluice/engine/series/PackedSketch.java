package io.sluice.engine.series;

import io.sluice.engine.bytes.BlobReader;
import io.sluice.engine.bytes.BlobWriter;

import java.util.function.IntToLongFunction;

/**
 * The form of a sketch whose values are too far apart for {@link SmoothSketch}, and once that of
 * every sketch by itself: a third as long as {@link Sketch#encode}, because the counts of
 * neighbouring buckets are alike.
 *
 * <p>Scale, count at zero, number of buckets and the first index are variable-length integers, as
 * is the one that says how the rest is coded. Then come, bit by bit, the step from each index to
 * the next and the difference of each count from the one before, as {@link BitWriter}'s codes; of
 * each the shortest.
 */
final class PackedSketch {
    private static final int CODES = Long.SIZE;

    private PackedSketch() {}

    static void write(Sketch sketch, BlobWriter out) {
        int used = sketch.used();
        sketch.writeHead(out);
        if (used == 0) {
            return;
        }
        out.writeZigZag(sketch.index(0));
        IntToLongFunction steps = i -> i == 0 ? 0 : sketch.index(i) - sketch.index(i - 1) - 1L;
        IntToLongFunction differences =
                i -> zigZag(sketch.count(i) - (i == 0 ? 0 : sketch.count(i - 1)));
        int stepCode = shortest(steps, used);
        int differenceCode = shortest(differences, used);
        out.writeVarint((long) stepCode * CODES + differenceCode);
        BitWriter bits = new BitWriter(out);
        for (int i = 0; i < used; i++) {
            if (i > 0) {
                bits.write(steps.applyAsLong(i), stepCode);
            }
            bits.write(differences.applyAsLong(i), differenceCode);
        }
        bits.end();
    }

    private static int shortest(IntToLongFunction numbers, int count) {
        int best = 0;
        long least = Long.MAX_VALUE;
        for (int k = 0; k < CODES; k++) {
            long length = 0;
            for (int i = 0; i < count; i++) {
                length += BitWriter.length(numbers.applyAsLong(i), k);
            }
            if (length > least) {
                return best;
            }
            best = k;
            least = length;
        }
        return best;
    }

    /**
     * Reads one sketch.
     *
     * @throws IllegalArgumentException if the bytes are anything else
     */
    static Sketch read(BlobReader in) {
        Sketch sketch = new Sketch();
        int used = sketch.readHead(in);
        if (used == 0) {
            return sketch;
        }
        long index = in.readZigZag();
        int codes = in.readVarint(CODES * CODES - 1, "code");
        BitReader bits = new BitReader(in);
        long count = 0;
        for (int i = 0; i < used; i++) {
            if (i > 0) {
                long step = bits.read(codes / CODES);
                if (step < 0 || step > Integer.MAX_VALUE) {
                    throw in.corrupt("a step of " + Long.toUnsignedString(step));
                }
                index += 1 + step;
            }
            long difference = bits.read(codes % CODES);
            count += (difference >>> 1) ^ -(difference & 1);
            sketch.append(in, index, count);
        }
        bits.end();
        return sketch;
    }

    private static long zigZag(long number) {
        return (number << 1) ^ (number >> 63);
    }
}
