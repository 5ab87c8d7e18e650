package io.sluice.dashboard.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;
import io.sluice.dashboard.security.Principal;
import io.sluice.dashboard.security.Role;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;

/** What fires and what people do about it, as browsers without scripts ask and tell it. */
final class AlertsPageTest {
    private final FakeEngine engine = FakeEngine.shopFlow();

    @Test
    void whatFires_isToldWithItsIncident_andTheMeansOfThoseBefore() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            assertThat(text(dashboard.get("/alerts")))
                    .containsSubsequence(
                            "Checkout success is burning its budget",
                            "2 more have tickets. Nobody has acknowledged Checkout success.",
                            "the budget ends in 19 h",
                            "Since 10:17:00 , for 23 min; detected after 52 s",
                            "burns 23× over 1 h",
                            "Nobody has acknowledged it",
                            "Incidents, last 28 d",
                            "2 and none was missed",
                            "Mean time to detect 52 s",
                            "Mean time to acknowledge 5 min",
                            "Mean time to resolve 2 h",
                            "goes on",
                            "6 Feb, 07:40");
        }
    }

    @Test
    void times_areUtcForAll_andInstantsForScripts() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            assertThat(dashboard.get("/alerts").body())
                    .contains(
                            "<time datetime=\"2026-02-14T10:17:00Z\" title=\"14 Feb 2026, 10:17:00"
                                    + " UTC\">10:17:00</time>");
        }
    }

    @Test
    void acknowledging_leadsBackToWhatItChanged() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            HttpResponse<String> answer =
                    form(dashboard, "/incidents/open/acknowledge", "next=incident");

            assertThat(answer.statusCode()).isEqualTo(303);
            assertThat(answer.headers().firstValue("Location")).hasValue("/incidents/open");
            assertThat(text(dashboard.get("/incidents/open")))
                    .containsSubsequence(
                            "local acknowledged it", "after 5 min", "local acknowledged it");
            assertThat(dashboard.get("/incidents/open").body()).doesNotContain("<button");
        }
    }

    @Test
    void incident_whereNothingWasMeasured_canBeLookedAtInAnotherTime() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            HttpResponse<String> page =
                    dashboard.get("/incidents/open?range=6h&to=2025-06-01T10:00:00Z");
            assertThat(text(page)).contains("Nothing was measured in the 6 h to 1 Jun, 10:00 .");
            assertThat(page.body())
                    .contains("/incidents/open?range=1d&amp;to=2025-06-01T10:00:00Z");
        }
    }

    @Test
    void acknowledgingWhatIsOver_showsThatItIs() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            assertThat(form(dashboard, "/incidents/past/acknowledge", "").statusCode())
                    .isEqualTo(303);
            assertThat(form(dashboard, "/incidents/none/acknowledge", "").statusCode())
                    .isEqualTo(404);
            assertThat(text(dashboard.get("/incidents/past")))
                    .contains("Over after 2 h, since 6 Feb, 09:40 .");
        }
    }

    @Test
    void silence_isMadeAndEnded() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            form(
                    dashboard,
                    "/silences",
                    "slo=checkout-success&length=4h&reason=%3Cb%3Erollback%3C%2Fb%3E+runs");
            form(dashboard, "/silences", "slo=&length=1h&reason=drill");

            assertThat(engine.silences()).hasSize(2);
            assertThat(engine.silences().getFirst().until())
                    .isEqualTo(FakeEngine.NOW.plusSeconds(4 * 3600));
            assertThat(text(dashboard.get("/alerts")))
                    .containsSubsequence(
                            "Nobody is told until 14:40:00",
                            "Silences",
                            "Checkout success until 14:40:00 , 4 h more",
                            "<b>rollback</b> runs local",
                            "All objectives until 11:40:00 , 1 h more");

            for (var silence : engine.silences()) {
                form(dashboard, "/silences/" + silence.id() + "/end", "");
            }
            assertThat(engine.silences()).isEmpty();
            assertThat(form(dashboard, "/silences/0/end", "").statusCode()).isEqualTo(303);
        }
    }

    @Test
    void missedIncident_isKept() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            HttpResponse<String> answer =
                    form(
                            dashboard,
                            "/incidents/missed",
                            "slo=cart-errors&from=2026-02-13T09:30:00Z&to=2026-02-13T10:00:00Z&note=");
            assertThat(answer.headers().firstValue("Location"))
                    .hasValue("/incidents/cart-errors.missed");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/silences | slo=nobody&length=1h&reason=x | 400 | there is no objective nobody",
                "/silences | length=9y&reason=x | 400 | 1h, 4h, 8h, 1d, 3d, 7d",
                "/silences | length=1h&reason=+ | 400 | it is empty",
                "/incidents/missed | slo=cart-errors&from=now&to=later | 400 | a time such as",
                "/incidents/missed |"
                        + " slo=cart-errors&from=2026-02-13T10:00:00Z&to=2026-02-13T09:00:00Z | 400 | a"
                        + " beginning before the end",
                "/incidents/missed | slo=x&from=2026-02-13T08:00:00Z&to=2026-02-13T09:00:00Z | 400"
                        + " | there is no objective x",
            })
    void mistakeInAForm_isNamed(String path, String form, int status, String told) {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            HttpResponse<String> answer = form(dashboard, path, form);
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(text(answer)).contains(told);
            assertThat(engine.silences()).isEmpty();
        }
    }

    @Test
    void tooLongAReason_isRefused() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            String form = "length=1h&reason=" + "x".repeat(201);
            assertThat(text(form(dashboard, "/silences", form))).contains("at most 200");
        }
    }

    @Test
    void form_mustSayThatItIsFromOurPages() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            String body = "length=1h&reason=x";
            assertThat(
                            send(
                                            dashboard,
                                            "/silences",
                                            body,
                                            "Origin",
                                            "https://elsewhere.example")
                                    .statusCode())
                    .isEqualTo(403);
            assertThat(
                            send(dashboard, "/silences", body, "Sec-Fetch-Site", "cross-site")
                                    .statusCode())
                    .isEqualTo(403);
            assertThat(send(dashboard, "/silences", body, "Accept", "text/html").statusCode())
                    .isEqualTo(403);
            assertThat(
                            dashboard
                                    .post(
                                            "/silences",
                                            "{}",
                                            "Origin",
                                            dashboard.url("").replaceAll("/$", ""))
                                    .statusCode())
                    .isEqualTo(415);
            assertThat(engine.silences()).isEmpty();
        }
    }

    @Test
    void whoMayNotOperate_seesNoForms_andIsRefused() {
        try (Dashboard dashboard =
                Dashboard.of(engine, Map.of("token", new Principal("eve", Set.of(Role.READ))))) {
            String page = dashboard.get("/alerts", "Authorization", "Bearer token").body();
            assertThat(page).contains("log in with the role <code>operate</code>");
            assertThat(page).doesNotContain("action=\"/silences", "action=\"/incidents");

            HttpResponse<String> refused =
                    send(
                            dashboard,
                            "/silences",
                            "length=1h&reason=x",
                            "Authorization",
                            "Bearer token",
                            "Origin",
                            dashboard.url(""));
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(engine.silences()).isEmpty();
        }
    }

    @Test
    void incidents_areAFileToo() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            assertThat(dashboard.get("/alerts?range=90d").body())
                    .contains("href=\"/alerts/incidents.csv?range=90d\"");
            assertThat(dashboard.get("/alerts/incidents.csv?range=90d").body().lines())
                    .hasSize(3)
                    .last()
                    .isEqualTo(
                            "open,checkout-success,PAGE,false,2026-02-14T10:17:00Z,"
                                    + "2026-02-14T10:17:52Z,2026-02-14T10:17:53Z,,,,52.0,,,");
            assertThat(
                            dashboard
                                    .get("/alerts/incidents.csv?range=7d&to=2026-02-07T00:00:00Z")
                                    .body())
                    .contains("past,")
                    .doesNotContain("open,");
            assertThat(dashboard.get("/alerts?range=1h").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void formulasInAFile_areTexts() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.withText("=cmd(),\"x\"\n"))) {
            assertThat(dashboard.get("/alerts/incidents.csv").body())
                    .contains(",\"'=cmd(),\"\"x\"\"\n\"\r\n");
        }
    }

    @Test
    void anIncidentsAddress_showsTheTimeAroundIt() {
        try (Dashboard dashboard = Dashboard.of(engine)) {
            assertThat(dashboard.get("/incidents/past").body())
                    .contains(
                            "/plots/slos/checkout-success/burn?objective=0&amp;range=6h&amp;to=2026-02-06T10:25:00Z",
                            "href=\"/slos/checkout-success?range=6h&amp;to=2026-02-06T10:25:00Z\"");
            assertThat(dashboard.get("/incidents/none").statusCode()).isEqualTo(404);
        }
    }

    private static HttpResponse<String> form(Dashboard dashboard, String path, String form) {
        return send(
                dashboard,
                path,
                form,
                "Origin",
                dashboard.url(""),
                "Sec-Fetch-Site",
                "same-origin",
                "Accept",
                "text/html");
    }

    private static HttpResponse<String> send(
            Dashboard dashboard, String path, String form, String... headers) {
        return dashboard.send(
                dashboard
                        .request(path, headers)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    private static String text(HttpResponse<String> page) {
        return PagesTest.text(page);
    }
}
