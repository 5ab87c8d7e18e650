package io.sluice.engine.results;

import io.sluice.definitions.model.ResultsTable.Improvement;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;

/** Sets before and after against each other, in words. */
final class Improvements {
    private Improvements() {}

    /**
     * {@code down 82 %}, {@code up 0.77 percentage points}; empty where the row wants none or
     * before is zero.
     */
    static Optional<String> between(double before, double after, Improvement improvement) {
        return switch (improvement) {
            case PERCENT ->
                    before == 0
                            ? Optional.empty()
                            : Optional.of(words((after - before) / Math.abs(before) * 100, 0, "%"));
            case PERCENTAGE_POINTS -> Optional.of(words(after - before, 2, "percentage points"));
            case NONE -> Optional.empty();
        };
    }

    private static String words(double change, int digits, String unit) {
        BigDecimal rounded = BigDecimal.valueOf(change).setScale(digits, RoundingMode.HALF_UP);
        if (rounded.signum() == 0) {
            return "unchanged";
        }
        String amount = String.format(Locale.ROOT, "%,." + digits + "f", rounded.abs());
        return (rounded.signum() > 0 ? "up " : "down ") + amount + " " + unit;
    }
}
