package io.sluice.definitions.model;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

final class Ordered {
    private Ordered() {}

    /**
     * An unmodifiable copy that iterates in name order, so that everything derived from it is
     * reproducible.
     */
    static <V> Map<String, V> byName(Map<String, V> map) {
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }
}
