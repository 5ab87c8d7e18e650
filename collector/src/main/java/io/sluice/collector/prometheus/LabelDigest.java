package io.sluice.collector.prometheus;

import io.sluice.collector.extract.StreamDigest;

/** Adds labels to streams' digests. Not thread-safe. */
public final class LabelDigest {

    private static final byte IN_NO_TEXT = (byte) 0xff;

    private byte[] part = new byte[256];

    /** Holds on to a buffer, and to nothing of what it is given. */
    public LabelDigest() {}

    /** Adds a name with its value; the byte between them is in no UTF-8 text. */
    public void add(
            StreamDigest to,
            StreamDigest.Level level,
            byte[] name,
            int nameOffset,
            int nameLength,
            byte[] value,
            int valueOffset,
            int valueLength) {
        int length = nameLength + 1 + valueLength;
        if (part.length < length) {
            part = new byte[2 * length];
        }
        System.arraycopy(name, nameOffset, part, 0, nameLength);
        part[nameLength] = IN_NO_TEXT;
        System.arraycopy(value, valueOffset, part, nameLength + 1, valueLength);
        to.add(level, part, 0, length);
    }
}
