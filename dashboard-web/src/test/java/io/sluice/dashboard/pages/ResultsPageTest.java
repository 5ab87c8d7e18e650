package io.sluice.dashboard.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.http.HttpResponse;

/** Before against after, and what each number is made from, as the server writes them. */
final class ResultsPageTest {
    private static final String BY_HAND =
            "before=2026-01-01T00:00:00Z/2026-01-29T00:00:00Z"
                    + "&after=2026-02-14T10:00:00Z/2026-02-14T10:40:00Z";

    private final FakeEngine engine = FakeEngine.shopFlow();

    @Test
    void eachNumber_opensWhatItIsMadeFrom() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            assertThat(dashboard.get("/results").body())
                    .contains(
                            "href=\"/results/shopflow/page-load-time-p99#before\"",
                            "href=\"/results/shopflow/page-load-time-p99#after\"",
                            "id=\"shopflow/page-load-time-p99\"",
                            "href=\"/api/v1/results/markdown?name=shopflow\"",
                            "href=\"/api/v1/results/csv?name=shopflow\"",
                            "href=\"/api/v1/results?name=shopflow\"");
            assertThat(PagesTest.text(dashboard.get("/results/shopflow/page-load-time-p99")))
                    .containsSubsequence(
                            "Page load time (P99)",
                            "down 82 %",
                            "99 of 100 values are at most this, within 1.08 %.",
                            "Before 3,204 ms from 41,234 events, 17 Jan, 10:40 to 09:05:00",
                            "After 581 ms from 678 events, 10:04:00 to now",
                            "Points of metric Page load time (P99) of service shop.");
        }
    }

    @Test
    void times_areChosenByHandOrByCutover_andFollowEveryLink() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            assertThat(dashboard.get("/results?" + BY_HAND).body())
                    .contains("/results/shopflow/availability?" + BY_HAND.replace("&", "&amp;"))
                    .contains("name=shopflow&amp;" + BY_HAND.replace("&", "&amp;"))
                    .contains("value=\"2026-01-01T00:00:00Z/2026-01-29T00:00:00Z\"");
            assertThat(PagesTest.text(dashboard.get("/results?" + BY_HAND)))
                    .contains(
                            "before: 1 Jan, 00:00 to 29 Jan, 00:00 ; after: 10:00:00 to 10:40:00");
            assertThat(dashboard.get("/results?cutovers=cart&before=&after=").body())
                    .contains("href=\"/results?cutovers=cart\" aria-current=\"true\"")
                    .contains("/results/shopflow/availability?cutovers=cart");
        }
    }

    @Test
    void numbersOverTime_areAFileToo_ofTheTimeThatIsAskedFor() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            String csv =
                    dashboard
                            .get("/plots/results/shopflow/page-load-time-p99?range=1d&format=csv")
                            .body();
            assertThat(csv.lines())
                    .hasSize(1 + 56)
                    .startsWith("time,Old system,New system")
                    .last()
                    .asString()
                    .startsWith("2026-02-14T10:40:00Z,,");
        }
    }

    @Test
    void whereNothingWasMeasured_anotherTimeCanBeChosen() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            HttpResponse<String> page =
                    dashboard.get(
                            "/results/shopflow/page-load-time-p99"
                                    + "?range=6h&to=2025-06-01T10:00:00Z");
            assertThat(PagesTest.text(page))
                    .contains("Nothing was measured in the 6 h to 1 Jun, 10:00 .");
            assertThat(page.body())
                    .contains(
                            "/results/shopflow/page-load-time-p99?range=1d&amp;to=2025-06-01T10:00:00Z",
                            "rel=\"next\"")
                    .doesNotContain("data-plot");
        }
    }

    @Test
    void deployments_areCalledSo_andHaveNoPlot() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            HttpResponse<String> page = dashboard.get("/results/shopflow/deployment-frequency");
            assertThat(PagesTest.text(page))
                    .containsSubsequence(
                            "from 1 deployment, 17 Jan, 10:40",
                            "from 45 deployments, 10:04:00",
                            "Deployments in these times",
                            "checkout 11.2 after");
            assertThat(page.body()).doesNotContain("Time of the plots");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/results/shopflow/nothing, 404",
        "/results/nothing/availability, 404",
        "/plots/results/shopflow/nothing, 404",
        "/plots/results/shopflow/deployment-frequency, 404",
        "/results?before=yesterday, 400",
        "/results?cutovers=nothing, 404"
    })
    void whatIsNotThere_isSaid(String path, int status) {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            assertThat(dashboard.get(path).statusCode()).isEqualTo(status);
        }
    }
}
