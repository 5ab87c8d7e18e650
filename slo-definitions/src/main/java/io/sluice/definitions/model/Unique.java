package io.sluice.definitions.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

final class Unique {
    private Unique() {}

    /**
     * @throws IllegalArgumentException if two have the same name
     */
    static <T> void require(List<T> named, Function<T, String> name) {
        Set<String> names = new HashSet<>();
        for (T one : named) {
            if (!names.add(name.apply(one))) {
                throw new IllegalArgumentException("twice the name " + name.apply(one));
            }
        }
    }
}
