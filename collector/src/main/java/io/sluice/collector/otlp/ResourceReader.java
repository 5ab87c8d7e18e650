package io.sluice.collector.otlp;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.StreamDigest;
import io.sluice.collector.extract.StreamDigest.Level;
import io.sluice.collector.match.Attributes;
import io.sluice.collector.wire.ProtoCursor;
import io.sluice.engine.measure.MalformedRequestException;

/**
 * Reads the resource of a {@code ResourceSpans} or {@code ResourceMetrics} before anything else of
 * it, wherever it stands: fields may come in any order, and a resource may come in several parts.
 */
final class ResourceReader {

    private static final int RESOURCE = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int RESOURCE_ATTRIBUTES = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;

    private final ProtoCursor cursor;
    private final AttributeReader attributes;
    private final StreamDigest digest = new StreamDigest();

    ResourceReader(ProtoCursor cursor, AttributeReader attributes) {
        this.cursor = cursor;
        this.attributes = attributes;
    }

    /**
     * Tells the accumulator of the resource; the cursor is back at the message's start afterwards.
     */
    void read(Accumulator into) throws MalformedRequestException {
        int start = cursor.position();
        Attributes resource = into.beginResource();
        digest.clear();
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == RESOURCE) {
                int outer = cursor.enter();
                resource(resource);
                cursor.leave(outer);
            } else {
                cursor.skip(tag);
            }
        }
        into.endResource();
        cursor.seek(start);
    }

    private void resource(Attributes into) throws MalformedRequestException {
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == RESOURCE_ATTRIBUTES) {
                attributes.read(into, digest, Level.RESOURCE);
            } else {
                cursor.skip(tag);
            }
        }
    }

    /** Tells the resource that was read last from all others. */
    StreamDigest digest() {
        return digest;
    }
}
