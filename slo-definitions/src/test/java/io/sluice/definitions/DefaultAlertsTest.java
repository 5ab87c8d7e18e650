package io.sluice.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.AlertPolicy.Severity;
import io.sluice.definitions.model.Tier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

class DefaultAlertsTest {
    private static final BigDecimal THREE_NINES = new BigDecimal("0.999");

    private static List<AlertCondition> conditions(Duration window, String target) {
        return DefaultAlerts.of(Tier.SERVICE, window, new BigDecimal(target)).stream()
                .map(AlertPolicy::conditions)
                .flatMap(List::stream)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        // SLO window, then long and short window of each pair
        "P30D, PT1H, PT5M, PT6H, PT30M, PT24H, PT2H, PT72H, PT6H",
        "P28D, PT56M, PT4M40S, PT5H36M, PT28M, PT22H24M, PT1H52M, PT67H12M, PT5H36M",
        "P7D, PT14M, PT1M10S, PT1H24M, PT7M, PT5H36M, PT28M, PT16H48M, PT1H24M",
        "P90D, PT3H, PT15M, PT18H, PT1H30M, PT72H, PT6H, PT216H, PT18H",
    })
    void windows_scaleWithTheSlosWindow_andBurnRatesStay(
            Duration window,
            Duration long1,
            Duration short1,
            Duration long2,
            Duration short2,
            Duration long3,
            Duration short3,
            Duration long4,
            Duration short4) {
        List<AlertCondition> conditions = conditions(window, "0.999");

        assertThat(conditions)
                .extracting(AlertCondition::longWindow)
                .containsExactly(long1, long2, long3, long4);
        assertThat(conditions)
                .extracting(AlertCondition::shortWindow)
                .containsExactly(short1, short2, short3, short4);
        assertThat(conditions)
                .extracting(AlertCondition::threshold)
                .containsExactly(14.4, 6.0, 3.0, 1.0);
        assertThat(conditions)
                .extracting(AlertCondition::severity)
                .containsExactly(Severity.PAGE, Severity.PAGE, Severity.TICKET, Severity.TICKET);
    }

    @ParameterizedTest
    @CsvSource({"P30D", "P28D", "P7D", "P90D"})
    void eachPair_spendsTheWorkbooksShareOfTheBudget(Duration window) {
        assertThat(conditions(window, "0.999"))
                .extracting(
                        c ->
                                Math.round(
                                                c.threshold()
                                                        * c.longWindow().toSeconds()
                                                        / window.toSeconds()
                                                        * 1000)
                                        / 10.0)
                .containsExactly(2.0, 5.0, 10.0, 10.0);
    }

    @ParameterizedTest
    @CsvSource({
        // A total outage burns at 1 / (1 - target).
        "0.999, 4",
        "0.9306, 4",
        "0.9305, 3",
        "0.9, 3",
        "0.8334, 3",
        "0.8333, 2",
        "0.5, 1",
        "0, 0",
    })
    void pairThatCanNeverFire_isLeftOut(String target, int left) {
        assertThat(conditions(Duration.ofDays(30), target)).hasSize(left);
    }

    @Test
    void veryShortWindow_losesThePairsThatWouldHoldAHandfulOfBuckets() {
        assertThat(conditions(Duration.ofHours(1), "0.999"))
                .extracting(AlertCondition::longWindow)
                .containsExactly(Duration.ofMinutes(2), Duration.ofMinutes(6));
        assertThat(conditions(Duration.ofMinutes(5), "0.999")).isEmpty();
    }

    @Test
    void silence_isToldOfWhatPeopleWaitFor() {
        assertThat(
                        DefaultAlerts.of(Tier.BUSINESS, Duration.ofDays(30), THREE_NINES)
                                .getFirst()
                                .alertWhenNoData())
                .isTrue();
        assertThat(
                        DefaultAlerts.of(Tier.OPERATIONAL, Duration.ofDays(30), THREE_NINES)
                                .getFirst()
                                .alertWhenNoData())
                .isFalse();
    }

    @Test
    void lowTraffic_isGuarded() {
        assertThat(conditions(Duration.ofDays(30), "0.999"))
                .allMatch(c -> c.minimumBadEvents() == 5);
    }
}
