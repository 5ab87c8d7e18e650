package io.sluice.engine.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.definitions.model.Op;
import io.sluice.engine.TestDefinitions;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * The SRE workbook's pairs under uniform traffic: when each fires after a clean time, and when it
 * stops after recovery, against the closed forms (1 - SLO) / error ratio x window x burn, and its
 * mirror image for the short window.
 */
class BurnRateGoldenTest {
    private static final long PER_BUCKET = 10_000;
    private static final long BUCKET = 10;

    @ParameterizedTest
    @CsvSource({
        // SLO, bad of 10,000, burn, long, short, detect s, reset s
        "0.999, 10000, 14.4, PT1H, PT5M, 51.8, 296",
        "0.999, 10000, 6, PT6H, PT30M, 130, 1789",
        "0.999, 10000, 3, P1D, PT2H, 259, 7178",
        "0.999, 10000, 1, P3D, PT6H, 259, 21578",
        "0.999, 1000, 14.4, PT1H, PT5M, 518, 257",
        "0.999, 1000, 6, PT6H, PT30M, 1296, 1692",
        "0.999, 1000, 3, P1D, PT2H, 2592, 6984",
        "0.999, 1000, 1, P3D, PT6H, 2592, 21384",
        "0.999, 150, 14.4, PT1H, PT5M, 3456, 12",
        "0.999, 150, 6, PT6H, PT30M, 8640, 1080",
        "0.999, 150, 3, P1D, PT2H, 17280, 5760",
        "0.999, 150, 1, P3D, PT6H, 17280, 20160",
        "0.999, 20, 1, P3D, PT6H, 129600, 10800",
        "0.999, 20, 14.4, PT1H, PT5M, -1, 0",
        "0.999, 20, 6, PT6H, PT30M, -1, 0",
        "0.999, 20, 3, P1D, PT2H, -1, 0",
        "0.99, 10000, 14.4, PT1H, PT5M, 518, 257",
        "0.95, 10000, 14.4, PT1H, PT5M, 2592, 84",
        "0.95, 10000, 6, PT6H, PT30M, 6480, 1260",
        "0.90, 10000, 6, PT6H, PT30M, 12960, 720",
        "0.90, 10000, 14.4, PT1H, PT5M, -1, 0",
    })
    void firesAndStopsWhenTheoryDoes(
            BigDecimal target,
            long bad,
            double burn,
            Duration longWindow,
            Duration shortWindow,
            double detect,
            long reset) {
        SloScene scene =
                new SloScene(
                        TestDefinitions.slo(
                                "cart", target.toString(), TestDefinitions.rolling(30)));
        long start = SloScene.T;
        for (long t = start - longWindow.toSeconds() - 60; t < start; t += BUCKET) {
            scene.events(t, PER_BUCKET, 0);
        }

        long errors = detect < 0 ? longWindow.toSeconds() : (long) detect + 600;
        errors = Math.max(errors, shortWindow.toSeconds() + 60);
        long fired = -1;
        long end = start;
        for (; end < start + errors; end += BUCKET) {
            scene.events(end, PER_BUCKET - bad, bad);
            long at = end + BUCKET - 1;
            if (fired < 0
                    && scene.recent(longWindow, at).burns(Op.GT, burn, target)
                    && scene.recent(shortWindow, at).burns(Op.GT, burn, target)) {
                fired = end + BUCKET - start;
            }
        }
        if (detect < 0) {
            assertThat(fired).isEqualTo(-1);
            return;
        }
        assertThat((double) fired).isCloseTo(detect, within(tolerance(longWindow)));

        long stopped = end;
        while (scene.recent(shortWindow, stopped - 1).burns(Op.GT, burn, target)) {
            scene.events(stopped, PER_BUCKET, 0);
            stopped += BUCKET;
        }
        assertThat((double) (stopped - end)).isCloseTo(reset, within(tolerance(shortWindow)));
    }

    /** One bucket of the window's grid, and the bucket that the theory's instant falls into. */
    private static double tolerance(Duration window) {
        return BUCKET + (window.compareTo(Duration.ofHours(6)) <= 0 ? 0 : 60);
    }
}
