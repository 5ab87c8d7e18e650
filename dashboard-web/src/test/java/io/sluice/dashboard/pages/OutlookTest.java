package io.sluice.dashboard.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dashboard.fake.FakeEngine;
import io.sluice.engine.slo.SloStatus;

import org.junit.jupiter.api.Test;

import java.util.OptionalDouble;

/** When a budget ends. */
final class OutlookTest {
    private final FakeEngine engine = FakeEngine.shopFlow();

    @Test
    void whatIsLeft_atTheRateThatSpendsTheWhole() {
        SloStatus status = engine.slo("checkout-success").orElseThrow();
        double left = status.objectives().getFirst().budget().remainingRatio().orElseThrow();

        // 28 days at rate 1 spend the whole budget: this rate spends what is left in just 12 h.
        double rate = left * 28 * 2;

        assertThat(Outlook.of(status, 0, OptionalDouble.of(rate)))
                .hasValue("the budget ends in 12 h");
    }

    @Test
    void nothingIsSaid_withoutARate_orAboutTheFarFuture() {
        SloStatus status = engine.slo("checkout-success").orElseThrow();

        assertThat(Outlook.of(status, 0, OptionalDouble.empty())).isEmpty();
        assertThat(Outlook.of(status, 0, OptionalDouble.of(0))).isEmpty();
        assertThat(Outlook.of(status, 0, OptionalDouble.of(0.1))).isEmpty();
    }

    @Test
    void spentBudget_isSaid_whateverTheRate() {
        SloStatus breached = engine.slo("auth-latency").orElseThrow();

        assertThat(Outlook.of(breached, 0, OptionalDouble.empty())).hasValue("the budget is spent");
    }

    @Test
    void withoutABudget_nothingIsSaid() {
        SloStatus unmeasured = engine.slo("cold-start").orElseThrow();

        assertThat(Outlook.of(unmeasured, 0, OptionalDouble.of(5))).isEmpty();
    }
}
