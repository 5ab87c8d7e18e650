package io.sluice.dashboard.pages;

import org.jspecify.annotations.Nullable;

import java.util.OptionalDouble;

/** For columns of numbers with gaps. */
final class Nullables {
    private Nullables() {}

    static @Nullable Double of(OptionalDouble value) {
        return value.isPresent() ? (Double) value.getAsDouble() : null;
    }
}
