package io.sluice.engine.series;

import io.sluice.engine.bytes.BlobReader;
import io.sluice.engine.bytes.BlobWriter;

/**
 * What was counted in an hour since it was packed, in a few bytes each: of very many series, most
 * count an event or two from one checkpoint to the next, and columns of a number for each bucket
 * would take ten times the room until then. Immutable.
 */
final class Additions {
    /** Whoever counts more is quicker with columns. */
    private static final int MOST_BYTES = 48;

    private static final int BAD = 1;
    private static final int EXTRA = 2;
    private static final int FLAGS = 2;

    private final byte[] packed;

    /** Bucket and flags, total, and what the flags say there is. */
    private final byte[] bytes;

    /** None, to an hour as it is packed. */
    Additions(byte[] packed) {
        this(packed, new byte[0]);
    }

    private Additions(byte[] packed, byte[] bytes) {
        this.packed = packed;
        this.bytes = bytes;
    }

    /** The counts that these are added to. */
    byte[] packed() {
        return packed;
    }

    /** Whether another one should be counted in columns, with these. */
    boolean areMany() {
        return bytes.length > MOST_BYTES;
    }

    /** How much memory the numbers take. */
    int bytes() {
        return bytes.length;
    }

    /** These, and counts of a bucket. */
    Additions plus(int bucket, long good, long total, long goodExtra, long totalExtra) {
        boolean bad = total != good;
        boolean extra = goodExtra != 0 || totalExtra != 0;
        BlobWriter out = new BlobWriter(bytes.length + 16);
        out.writeBytes(bytes);
        out.writeVarint((long) bucket << FLAGS | (bad ? BAD : 0) | (extra ? EXTRA : 0));
        out.writeZigZag(total);
        if (bad) {
            out.writeZigZag(total - good);
        }
        if (extra) {
            out.writeZigZag(goodExtra);
            out.writeZigZag(totalExtra);
        }
        return new Additions(packed, out.toBytes());
    }

    /** Adds all of them to their buckets. */
    void addTo(Counts counts) {
        forEach(counts::add);
    }

    /** Adds up those of buckets in {@code [from, to)}. */
    void sum(int from, int to, Tally into) {
        forEach(
                (bucket, good, total, goodExtra, totalExtra) -> {
                    if (bucket >= from && bucket < to) {
                        into.add(good, total, goodExtra, totalExtra);
                    }
                });
    }

    private interface Receiver {
        void take(int bucket, long good, long total, long goodExtra, long totalExtra);
    }

    private void forEach(Receiver receiver) {
        BlobReader in = new BlobReader(bytes);
        while (in.skip(1) == 1) {
            in.giveBack(1);
            int first = (int) in.readVarint();
            long total = in.readZigZag();
            long bad = (first & BAD) == 0 ? 0 : in.readZigZag();
            boolean extra = (first & EXTRA) != 0;
            long goodExtra = extra ? in.readZigZag() : 0;
            long totalExtra = extra ? in.readZigZag() : 0;
            receiver.take(first >> FLAGS, total - bad, total, goodExtra, totalExtra);
        }
    }
}
