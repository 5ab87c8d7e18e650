package io.sluice.examples.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.resources.Resource;

import java.util.Map;
import java.util.TreeMap;

/**
 * Who sends: the resource of everything that a service sends.
 *
 * @param name the {@code service.name}
 * @param version the {@code service.version} of the running build
 */
public record ServiceIdentity(String name, String version) {
    private static final String REGION = "eu-west";

    /** The resource attributes, for senders that take them as a map. */
    public Map<String, String> attributes() {
        return Map.of(
                "service.name", name,
                "service.version", version,
                "service.namespace", "shopflow",
                "cloud.region", REGION,
                "deployment.environment.name", "demo");
    }

    /** The same as the SDK wants it. */
    public Resource resource() {
        var attributes = Attributes.builder();
        new TreeMap<>(attributes()).forEach(attributes::put);
        return Resource.create(attributes.build());
    }
}
