package io.sluice.dashboard.pages;

import java.util.OptionalDouble;

/**
 * A share as a bar with its number.
 *
 * @param width of 100
 * @param tone its style: {@code calm}, {@code low}, {@code spent} or {@code empty}
 */
public record Bar(double width, String tone, String text) {
    /** Under a quarter a budget deserves a look. */
    private static final double LOW = 0.25;

    static Bar budget(OptionalDouble left) {
        if (left.isEmpty()) {
            return new Bar(0, "empty", Format.NONE);
        }
        double share = left.getAsDouble();
        String tone = share <= 0 ? "spent" : share < LOW ? "low" : "calm";
        return new Bar(100 * Math.clamp(share, 0, 1), tone, Format.percent(share));
    }

    /** Where there is no share. */
    static final Bar NONE = new Bar(0, "empty", "");

    static Bar share(long part, long whole) {
        double share = whole == 0 ? 0 : (double) part / whole;
        return new Bar(100 * share, "calm", Format.percent(share));
    }
}
