package io.sluice.collector.otlp;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.wire.ProtoCursor;
import io.sluice.engine.measure.MalformedRequestException;

/**
 * One walk over one request of any signal: resources, the scopes of each, the items of each. OTLP
 * gives these levels the same numbers in all signals. Not thread-safe.
 */
abstract class ResourceWalk {

    private static final int REQUEST_RESOURCES = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int RESOURCE_SCOPES = 2 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int SCOPE_ITEMS = 2 << 3 | ProtoCursor.LENGTH_DELIMITED;

    final ProtoCursor cursor;
    final Accumulator into;
    final ResourceReader resources;
    final AttributeReader attributes;

    ResourceWalk(ProtoCursor cursor, Accumulator into) {
        this.cursor = cursor;
        this.into = into;
        this.attributes = new AttributeReader(cursor, into.keys());
        this.resources = new ResourceReader(cursor, attributes);
    }

    /** Items of the resource that was read last follow. */
    abstract void beginResource();

    /** Items of a scope follow; the cursor is in it, and has to be where it was afterwards. */
    void beginScope() throws MalformedRequestException {}

    /** Reads an item; the cursor is in it. */
    abstract void item() throws MalformedRequestException;

    final void request() throws MalformedRequestException {
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == REQUEST_RESOURCES) {
                int outer = cursor.enter();
                resources.read(into);
                beginResource();
                resource();
                cursor.leave(outer);
            } else {
                cursor.skip(tag);
            }
        }
    }

    private void resource() throws MalformedRequestException {
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == RESOURCE_SCOPES) {
                int outer = cursor.enter();
                beginScope();
                scope();
                cursor.leave(outer);
            } else {
                cursor.skip(tag);
            }
        }
    }

    private void scope() throws MalformedRequestException {
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == SCOPE_ITEMS) {
                int outer = cursor.enter();
                attributes.beginItem();
                item();
                cursor.leave(outer);
            } else {
                cursor.skip(tag);
            }
        }
    }

    /** Reads an id; returns where it lies, or -1 if it has another length or is all zeros. */
    final int id(int expectedLength) throws MalformedRequestException {
        int length = cursor.length();
        int at = cursor.position();
        cursor.advance(length);
        return length == expectedLength && !cursor.isZero(at, length) ? at : -1;
    }
}
