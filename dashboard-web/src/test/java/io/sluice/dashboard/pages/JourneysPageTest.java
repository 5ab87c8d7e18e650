package io.sluice.dashboard.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;
import io.sluice.engine.slo.JourneyStatus;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

/** Funnels as the server writes them. */
final class JourneysPageTest {
    private final FakeEngine engine = FakeEngine.shopFlow();

    @Test
    void eachStep_isToldForAllAndBySide_andWhatNobodyKnowsIsSaid() {
        JourneyStatus day = engine.journeys(Duration.ofDays(1)).getFirst();
        JourneyStatus.StepStatus browse = day.steps().getFirst();
        JourneyStatus.StepStatus checkout = day.steps().getLast();
        try (Dashboard dashboard = Dashboard.of(engine)) {
            assertThat(PagesTest.text(dashboard.get("/journeys")))
                    .containsSubsequence(
                            "in the last 1 d",
                            "Browse, cart, checkout",
                            Format.count(checkout.completed())
                                    + " of "
                                    + Format.count(browse.entered())
                                    + " came to the end",
                            "20 of 700 came to the end",
                            "1. Opens a product",
                            "All 100 % " + Format.count(browse.entered()),
                            Format.count(browse.droppedOff().orElseThrow())
                                    + " "
                                    + Format.percent(browse.droppedOffRatio()),
                            "platform 100 % 700 0 unmeasured –",
                            "2. Puts it into the cart",
                            "platform – unmeasured – unmeasured –",
                            "3. Places the order",
                            "platform 2.9 % 20 0");
        }
    }

    @Test
    void time_isInTheAddress() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            assertThat(dashboard.get("/journeys?window=7d").body())
                    .contains(
                            "in the last 7 d",
                            "href=\"/journeys?window=7d\" aria-current=\"true\"",
                            "/journeys/purchase/steps.csv?window=7d");
            assertThat(dashboard.get("/journeys?window=2d", "Accept", "text/html").body())
                    .contains("?window", "1h, 6h, 1d, 7d, 28d");
        }
    }

    @Test
    void numbers_areAFileToo() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            List<String> rows =
                    dashboard.get("/journeys/purchase/steps.csv?window=1h").body().lines().toList();
            assertThat(rows)
                    .hasSize(1 + 3 * 3)
                    .startsWith(
                            "step,side,entered,completed,failed,droppedOff,droppedOffRatio,coverage")
                    .contains("cart,platform,,,,,,0.0", "checkout,platform,20,20,0,,,0.998");
            assertThat(rows.get(1)).startsWith("browse,,");
            assertThat(dashboard.get("/journeys/none/steps.csv").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void withoutJourneys_thePageSaysHowToDefineOne() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.empty())) {
            assertThat(PagesTest.text(dashboard.get("/journeys")))
                    .contains("No journey is defined");
        }
    }
}
