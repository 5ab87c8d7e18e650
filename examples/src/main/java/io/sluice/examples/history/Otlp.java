package io.sluice.examples.history;

import io.sluice.examples.telemetry.ServiceIdentity;

import java.util.Map;
import java.util.TreeMap;

/**
 * Parts that OTLP's trace and metrics requests have in common; field numbers from {@code
 * opentelemetry-proto}.
 */
final class Otlp {
    private Otlp() {}

    /** A {@code Resource}. */
    static ProtoWriter resource(ServiceIdentity identity) {
        ProtoWriter resource = new ProtoWriter(256);
        attributes(resource, 1, identity.attributes());
        return resource;
    }

    /** String attributes as repeated {@code KeyValue}s, in alphabetical order. */
    static void attributes(ProtoWriter target, int field, Map<String, String> attributes) {
        new TreeMap<>(attributes)
                .forEach(
                        (key, value) ->
                                target.message(
                                        field,
                                        keyValue(key, new ProtoWriter(64).string(1, value))));
    }

    /** An int attribute as a {@code KeyValue}. */
    static void attribute(ProtoWriter target, int field, String key, long value) {
        target.message(field, keyValue(key, new ProtoWriter(16).varint(3, value)));
    }

    private static ProtoWriter keyValue(String key, ProtoWriter anyValue) {
        return new ProtoWriter(64).string(1, key).message(2, anyValue);
    }

    /**
     * The request: resource, scope, and what the scope holds. Traces and metrics use the same
     * numbers for these.
     *
     * @param items the scope's repeated field 2, tags included
     */
    static ProtoWriter request(ProtoWriter resource, ProtoWriter items) {
        ProtoWriter scope = new ProtoWriter(32).string(1, "shopflow");
        ProtoWriter scoped = new ProtoWriter(items.size() + 64).message(1, scope).fields(items);
        ProtoWriter resourced =
                new ProtoWriter(scoped.size() + 512).message(1, resource).message(2, scoped);
        return new ProtoWriter(resourced.size() + 16).message(1, resourced);
    }
}
