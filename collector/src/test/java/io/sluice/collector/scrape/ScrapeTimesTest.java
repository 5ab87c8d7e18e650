package io.sluice.collector.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

class ScrapeTimesTest {

    private static final Duration INTERVAL = Duration.ofSeconds(15);

    private static ScrapeTarget target(int port) {
        return new ScrapeTarget(
                "shop",
                URI.create("http://127.0.0.1:" + port + "/metrics"),
                Map.of(),
                ScrapeTerms.every(INTERVAL));
    }

    @Property
    void s16_timesStayAtOnePointOfTheInterval_howeverLongScrapesTake(
            @ForAll long start,
            @ForAll List<@LongRange(min = 0, max = 100_000_000_000L) Long> takes) {
        ScrapeTimes times = ScrapeTimes.of(target(9180), start);
        long first = times.next(start);
        assertThat(first - start).isBetween(0L, INTERVAL.toNanos() - 1);
        long now = first;
        long last = first;
        for (long take : takes) {
            now += take;
            long next = times.next(now);
            assertThat((next - first) % INTERVAL.toNanos()).isZero();
            assertThat(next - last).isPositive();
            assertThat(next - now).isNotNegative();
            assertThat(next - Math.max(now, last)).isLessThanOrEqualTo(INTERVAL.toNanos());
            now = next;
            last = next;
        }
    }

    @Test
    void s16_manyTargetsAreSpreadOverTheInterval() {
        long[] seconds =
                IntStream.range(9000, 9150)
                        .mapToLong(port -> ScrapeTimes.of(target(port), 0).next(0) / 1_000_000_000)
                        .distinct()
                        .toArray();

        assertThat(seconds.length).isGreaterThan(12);
    }

    @Test
    void aTargetMustBeReachableAndAnIntervalPositive() {
        assertThatThrownBy(
                        () ->
                                new ScrapeTarget(
                                        "shop",
                                        URI.create("ftp://x/metrics"),
                                        Map.of(),
                                        ScrapeTerms.every(INTERVAL)))
                .hasMessage("job shop: expected an http or https URL, not ftp://x/metrics");
        assertThatThrownBy(
                        () ->
                                new ScrapeTarget(
                                        "shop",
                                        URI.create("http:metrics"),
                                        Map.of(),
                                        ScrapeTerms.every(INTERVAL)))
                .hasMessage("job shop: expected an http or https URL, not http:metrics");
        assertThatThrownBy(() -> ScrapeTerms.every(Duration.ZERO))
                .hasMessage("expected an interval above zero, not PT0S");
    }
}
