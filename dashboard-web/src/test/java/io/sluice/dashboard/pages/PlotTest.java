package io.sluice.dashboard.pages;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A plot for readers without scripts. */
final class PlotTest {
    @Test
    void whatWasMeasuredBetweenTwoGaps_isAPoint() {
        assertThat(paths(4.0, null, 4.0, null, 4.0, 4.0))
                .containsExactly("M0.0 0.0h0M240.0 0.0h0M480.0 0.0L600.0 0.0");
        assertThat(paths(null, null, null, null, null, 4.0)).containsExactly("M600.0 0.0h0");
    }

    private static List<String> paths(@Nullable Double... values) {
        List<Double> at = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            at.add((double) i);
        }
        return new Plot(
                        "time",
                        "percent",
                        at,
                        List.of(new Plot.Series("Share", "budget", Arrays.asList(values))),
                        List.of(),
                        List.of())
                .paths();
    }
}
