package io.sluice.dashboard.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.Test;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** A migration as the server writes it. */
final class MigrationPageTest {
    private static final String FORM = "phase=off&criterion=rollback-path&note=drill+%3Cb%3E7";

    private final FakeEngine engine = FakeEngine.shopFlow();

    @Test
    void howFarItIs_andWhatItWaitsFor_isSaidFirst() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            assertThat(PagesTest.text(dashboard.get("/migrations")))
                    .containsSubsequence(
                            "Monolith to platform",
                            "2 of 3 phases are done; now: off, 0 of 3 met.",
                            "foundation done 1 of 1 met months 1 to 3",
                            "off now 0 of 3 met month 13",
                            "May the old system be switched off?",
                            "Hold",
                            "Soak: checkout-success was measured in 12 % of the time.",
                            "the last before 12 Feb, 08:00");
        }
    }

    @Test
    void eachCriterion_saysWhatItWants_whatIsSo_andWhereToLook() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            HttpResponse<String> page = dashboard.get("/migrations/shopflow");
            assertThat(PagesTest.text(page))
                    .containsSubsequence(
                            "Met Test coverage 90 % of the new code is covered by automated tests.",
                            "quinn attested it at 5 Jan, 09:00",
                            "report 41",
                            "Met Half of the traffic At least 50 % of the traffic of catalog is the"
                                    + " candidates', over 7d.",
                            "Unmeasured Soak checkout-success met, over 30d.",
                            "Awaited Rollback path Traffic was sent back and forth again.",
                            "The release-manager has not said so yet.",
                            "Awaited Silence Nothing reaches the monolith.",
                            "0 of 1 met",
                            "Not met Pages under a second Page load time (P99) is at most 1000 ms.");
            assertThat(page.body())
                    .contains(
                            "href=\"/slos/checkout-success\"",
                            "href=\"/cutovers/catalog\"",
                            "href=\"/results#shopflow/page-load-time-p99\"");
            assertThat(dashboard.get("/migrations/none").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void somebodysWord_isTakenByForm_andShown() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            HttpResponse<String> said = attest(dashboard, FORM);
            assertThat(said.statusCode()).isEqualTo(303);
            assertThat(said.headers().firstValue("Location")).hasValue("/migrations/shopflow");
            HttpResponse<String> page = dashboard.get("/migrations/shopflow");
            assertThat(PagesTest.text(page))
                    .containsSubsequence(
                            "Met Rollback path",
                            "attested it at 10:40:00",
                            "that counts until 28 Feb, 10:40",
                            "drill",
                            "Attest again");
            assertThat(page.body()).contains("drill &lt;b&gt;7");

            assertThat(attest(dashboard, "phase=off&criterion=soak").statusCode()).isEqualTo(400);
            assertThat(attest(dashboard, "criterion=nothing").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void wordOfWhoKnowsWhere_isRefused() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            HttpResponse<String> said =
                    dashboard.send(
                            dashboard
                                    .request("/migrations/shopflow/attest")
                                    .header("Content-Type", "application/x-www-form-urlencoded")
                                    .POST(HttpRequest.BodyPublishers.ofString(FORM)));
            assertThat(said.statusCode()).isEqualTo(403);
            assertThat(PagesTest.text(dashboard.get("/migrations")))
                    .contains("has not said so yet");
        }
    }

    @Test
    void withoutMigrations_thePageSaysHowToDefineOne() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.empty())) {
            assertThat(PagesTest.text(dashboard.get("/migrations")))
                    .contains("No migration is defined");
        }
    }

    private static HttpResponse<String> attest(Dashboard dashboard, String form) {
        return dashboard.send(
                dashboard
                        .request("/migrations/shopflow/attest")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Origin", dashboard.url(""))
                        .POST(HttpRequest.BodyPublishers.ofString(form)));
    }
}
