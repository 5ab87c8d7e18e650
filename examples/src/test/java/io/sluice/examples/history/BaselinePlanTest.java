package io.sluice.examples.history;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

class BaselinePlanTest {
    private static final Instant END = Instant.parse("2026-11-23T19:00:00Z");

    @Property(tries = 50)
    void hours_addUpToThePlan(
            @ForAll @IntRange(min = 1, max = 40) int days,
            @ForAll @LongRange(min = 0, max = 3_000_000) long spans) {
        List<BaselinePlan.Hour> hours = new BaselinePlan(END, days, spans, 1).hours();
        assertThat(hours).hasSize(days * 24);
        assertThat(hours.stream().mapToLong(BaselinePlan.Hour::spans).sum()).isEqualTo(spans);
        assertThat(hours.getFirst().start()).isEqualTo(END.minus(Duration.ofDays(days)));
        assertThat(hours.getLast().start()).isEqualTo(END.minus(BaselinePlan.HOUR));
    }

    @Test
    void nights_areQuieterThanDays_andTheSaleIsTheLoudest() {
        BaselinePlan plan = new BaselinePlan(END, 28, 1_000_000, 1);
        FlashFriday friday = plan.flashFriday();
        assertThat(friday.start()).isEqualTo("2026-11-13T18:00:00Z");
        assertThat(friday.hasSale(friday.outageStart())).isTrue();
        assertThat(friday.hasOutage(friday.outageEnd())).isFalse();
        BaselinePlan.Hour loudest =
                plan.hours().stream()
                        .max(java.util.Comparator.comparingLong(BaselinePlan.Hour::spans))
                        .orElseThrow();
        assertThat(friday.hasSale(loudest.start().plus(Duration.ofMinutes(30)))).isTrue();
        assertThat(spansAt(plan, "2026-11-18T03:00:00Z") * 3)
                .isLessThan(spansAt(plan, "2026-11-18T15:00:00Z"));
        assertThat(spansAt(plan, "2026-11-21T15:00:00Z"))
                .isGreaterThan(spansAt(plan, "2026-11-18T15:00:00Z"));
    }

    private static long spansAt(BaselinePlan plan, String start) {
        return plan.hours().stream()
                .filter(h -> h.start().equals(Instant.parse(start)))
                .findFirst()
                .orElseThrow()
                .spans();
    }
}
