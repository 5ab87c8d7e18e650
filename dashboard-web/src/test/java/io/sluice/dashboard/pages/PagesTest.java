package io.sluice.dashboard.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;
import io.sluice.engine.cutover.Approval;
import io.sluice.engine.cutover.Explanation;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pages as the server writes them, before any script has touched them. */
final class PagesTest {
    private static final String HOSTILE =
            "\"'><script>alert(1)</script><img src=x onerror=alert(2)>${7*7}";

    @Test
    void overview_tellsWhatFiresBeforeAnythingElse() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            String page = text(dashboard.get("/"));

            assertThat(page)
                    .contains("Checkout success is burning its budget")
                    .containsSubsequence(
                            "Firing now",
                            "Page",
                            "Ticket",
                            "Cutovers",
                            "Business",
                            "Services",
                            "Operations")
                    .containsSubsequence("Cart", "Hold", "Checkout Core", "No go");
            assertThat(page).containsSubsequence("Lambda cold start above 1 GB", "No data", "–");
        }
    }

    @Test
    void wherePagesAreSilent_theOverviewTellsOfTickets() {
        try (Dashboard one = Dashboard.of(FakeEngine.smouldering("catalog-errors"));
                Dashboard two =
                        Dashboard.of(FakeEngine.smouldering("catalog-errors", "cart-errors"))) {
            HttpResponse<String> page = one.get("/");
            assertThat(page.body()).contains("class=\"head is-ticket\"");
            assertThat(text(page))
                    .containsSubsequence(
                            "Product Catalog errors has a ticket", "1 met", "Firing now", "Ticket")
                    .doesNotContain("All quiet", "Page ");
            assertThat(text(two.get("/"))).contains("2 objectives have tickets", "2 met");
        }
    }

    @Test
    void withoutDefinitions_theOverviewSaysWhatToDo() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.empty())) {
            assertThat(text(dashboard.get("/")))
                    .contains(
                            "No objectives yet", "--definitions", "Nothing has been received yet");
            assertThat(text(dashboard.get("/results"))).contains("No results table is defined");
            assertThat(text(dashboard.get("/alerts"))).contains("Nothing is firing");
        }
    }

    @Test
    void withoutData_nothingIsMet() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.withoutData())) {
            String page = text(dashboard.get("/"));

            assertThat(page)
                    .contains("Nothing is measured yet", "0 of 3 met")
                    .doesNotContain("100 %  ");
            assertThat(text(dashboard.get("/slos/auth-errors")))
                    .contains(
                            "Nothing was measured in this window",
                            "Nothing was measured in the last 1 h.");
            assertThat(text(dashboard.get("/cutovers/auth")))
                    .contains("Not begun", "No run was started");
        }
    }

    @Test
    void timeWithNothingOfARun_isSaidToHaveNothing() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            assertThat(text(dashboard.get("/cutovers/checkout?range=15m&to=2026-02-14T10:30:00Z")))
                    .contains("The run has nothing in the 15 min to 10:30:00 .");
            assertThat(text(dashboard.get("/cutovers/checkout?range=15m")))
                    .doesNotContain("The run has nothing");
        }
    }

    @Test
    void trace_beganAtAMoment_thatScriptsTellInTheReadersZone() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            HttpResponse<String> page = dashboard.get("/traces/" + FakeEngine.TRACE_ID);
            assertThat(text(page)).contains("812 ms from 10:39:29 , 5 spans");
            assertThat(page.body()).contains("<time datetime=\"2026-02-14T10:39:29Z\"");
        }
    }

    @Test
    void troubleOfItsOwn_isOnEveryPage() {
        FakeEngine engine =
                FakeEngine.shopFlow()
                        .withTrouble("nothing can be written to the ingest log: No space left");
        try (Dashboard dashboard = Dashboard.of(engine)) {
            for (String path : List.of("/", "/alerts", "/cutovers/cart", "/traces")) {
                assertThat(text(dashboard.get(path)))
                        .containsSubsequence(
                                "Sluice itself is in trouble",
                                "Nothing can be written to the ingest log: No space left.");
            }
            assertThat(text(dashboard.get("/system")))
                    .contains("Nothing can be written to the ingest log")
                    .doesNotContain("Sluice itself is in trouble");
        }
    }

    @Test
    void brokenDefinition_isOnEveryPage_withItsPlace() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow().withBrokenDefinition())) {
            for (String path :
                    new String[] {"/", "/results", "/slos/cart-errors", "/cutovers/cart"}) {
                assertThat(text(dashboard.get(path)))
                        .contains(
                                "not in force",
                                "business/checkout-success.yaml:18:15",
                                "target is 99.95");
            }
        }
    }

    @Test
    void ofManyProblems_theFirstErrorsAreOnEveryPage_andAllOnOne() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow().withBrokenDefinitions())) {
            assertThat(text(dashboard.get("/alerts")))
                    .contains("`k4`", "`k5`", "`k6`", "All 7 problems")
                    .doesNotContain("`k7`", "`wake`");
            assertThat(dashboard.get("/alerts").body()).contains("href=\"/definitions\"");

            String all = text(dashboard.get("/definitions"));
            assertThat(all.substring(all.indexOf("In force")))
                    .contains("2 files, 5f1c09e7aa41")
                    .containsSubsequence(
                            "business/checkout-success.yaml",
                            "12:3 warning: severity `wake`",
                            "18:15 error: target is 99.95; expected a share in [0, 1)",
                            "spec.objectives[0].target",
                            "service/cart.yaml",
                            "4:7 error: unknown key `k4`",
                            "8:7 error: unknown key `k8`");
        }
    }

    @Test
    void definitionsWithoutProblems_sayThatTheyAreInForce() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            assertThat(text(dashboard.get("/definitions")))
                    .contains("What the folder holds is what is in force");
        }
    }

    @Test
    void chosenTime_isInTheAddress_andInEveryPlot() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            String now = dashboard.get("/slos/checkout-success?range=6h&window=7d").body();
            assertThat(now)
                    .contains(
                            "/plots/slos/checkout-success/budget?objective=0&amp;range=6h",
                            "Budget left, last 6 h",
                            "hx-get",
                            "/slos/checkout-success?window=7d&amp;range=6h&amp;to=2026-02-14T04:40:00Z")
                    .doesNotContain(">Later<");

            String then =
                    dashboard.get("/slos/checkout-success?range=6h&to=2026-02-14T04:40:00Z").body();
            assertThat(then)
                    .contains(
                            "Burn rate, 6 h to <time datetime=\"2026-02-14T04:40:00Z\"",
                            ">Later<",
                            "burn?objective=0&amp;range=6h&amp;to=2026-02-14T04:40:00Z")
                    .doesNotContain("hx-get");
        }
    }

    @Test
    void slo_saysWhenItsBudgetEnds_whereItIsDefined_whatIsLeftOut_andItsIncidents() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            assertThat(text(dashboard.get("/slos/checkout-success")))
                    .containsSubsequence(
                            "the budget ends in 19 h, at 05:49:03",
                            "Defined in business/checkout.yaml:6",
                            "Left out of the budget",
                            "06:40:00 to 07:40:00 Database move The carts' database",
                            "Incidents, last 28 d",
                            "10:17:00 Page, goes on",
                            "6 Feb, 07:40 Page, resolved after 2 h ana");
            assertThat(text(dashboard.get("/slos/cart-errors")))
                    .contains("Incidents, last 28 d None.")
                    .doesNotContain("Defined in", "Left out of the budget");
        }
    }

    @Test
    void excludedTime_isABandInEveryPlotOfItsTime() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            double from = FakeEngine.NOW.minusSeconds(4 * 3600).getEpochSecond();
            for (String kind : new String[] {"budget", "burn", "pairs", "events"}) {
                JsonNode bands =
                        dashboard
                                .json("/plots/slos/checkout-success/" + kind + "?range=6h")
                                .get("bands");
                assertThat(bands).as(kind).hasSize(1);
                assertThat(bands.get(0).get("label").asText()).isEqualTo("Database move");
                assertThat(bands.get(0).get("from").asDouble()).isEqualTo(from);
                assertThat(bands.get(0).get("to").asDouble()).isEqualTo(from + 3600);
            }
            assertThat(dashboard.json("/plots/slos/checkout-success/burn?range=1h").get("bands"))
                    .isEmpty();
            assertThat(dashboard.json("/plots/slos/cart-errors/burn?range=6h").get("bands"))
                    .isEmpty();
        }
    }

    @Test
    void eachAlert_isAsNearAsItsSlowerBurnRate() {
        FakeEngine engine = FakeEngine.shopFlow();
        try (Dashboard dashboard = Dashboard.of(engine)) {
            JsonNode plot = dashboard.json("/plots/slos/checkout-success/pairs?range=1h");
            var rates =
                    engine.slo("checkout-success")
                            .orElseThrow()
                            .objectives()
                            .getFirst()
                            .burnRates();
            JsonNode fast = plot.get("series").get(0);
            assertThat(fast.get("label").asText()).isEqualTo("Page 14.4× over 1 h and 5 min");
            assertThat(plot.get("series").findValuesAsText("role"))
                    .containsExactly("page-1", "page-2", "ticket-1", "ticket-2");
            double last = fast.get("values").get(fast.get("values").size() - 1).asDouble();
            assertThat(rates.get(2).window()).hasHours(1);
            assertThat(last)
                    .isEqualTo(
                            Math.min(
                                            rates.get(0).rate().orElseThrow(),
                                            rates.get(2).rate().orElseThrow())
                                    / 14.4);
            assertThat(plot.at("/lines/0/value").asDouble()).isEqualTo(1);
        }
    }

    @Test
    void goodAndBad_areCounted_intervalByInterval() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            JsonNode plot = dashboard.json("/plots/slos/checkout-success/events?range=6h");
            assertThat(plot.get("y").asText()).isEqualTo("count");
            long bad = 0;
            for (JsonNode value : plot.at("/series/1/values")) {
                bad += value.asLong();
            }
            // The window table of the page says the same of six hours.
            assertThat(bad).isEqualTo(141);
            assertThat(dashboard.get("/slos/pool-utilization").body())
                    .contains("Good and bad slices, last 6 h");
        }
    }

    @Test
    void definitionFile_isShownAtTheLineThatIsMeant() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            String source = "/definitions/source?file=business%2Fcheckout.yaml";
            String page = dashboard.get(source + "&line=6").body();
            assertThat(page)
                    .contains(
                            "<li id=\"L6\" class=\"is-meant\"><span"
                                    + " class=\"source-number\">6</span><code>apiVersion:"
                                    + " openslo/v1</code>",
                            "&lt;b&gt;99.95 %&lt;/b&gt;")
                    .containsOnlyOnce("is-meant");
            assertThat(dashboard.get("/definitions").body()).contains("href=\"" + source + "\"");
            assertThat(dashboard.get(source + "&line=99").statusCode()).isEqualTo(400);
            assertThat(dashboard.get("/definitions/source?file=../x").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void unlessATimeIsChosen_aBudgetIsShownOverItsWindow() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            assertThat(dashboard.get("/slos/checkout-success").body())
                    .contains("Budget left, last 28 d");
        }
    }

    @Test
    void plot_marksWhatHappened_andIsASpreadsheetToo() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            JsonNode plot = dashboard.json("/plots/slos/checkout-success/burn?range=6h");
            assertThat(plot.get("marks").findValuesAsText("label"))
                    .contains("11.2", "page", "checkout 1 %");

            HttpResponse<String> csv =
                    dashboard.get("/plots/slos/checkout-success/burn?range=6h&format=csv");
            assertThat(csv.headers().firstValue("Content-Type"))
                    .hasValue("text/csv; charset=utf-8");
            assertThat(csv.body().lines().toList())
                    .hasSize(1 + plot.get("at").size())
                    .startsWith("time,Burn rate")
                    .last()
                    .asString()
                    .matches("2026-02-14T10:40:00Z,[0-9.E-]+");
        }
    }

    @Test
    void latency_isAHeatMapWithQuantilesAndItsLimit() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            JsonNode plot = dashboard.json("/plots/slos/auth-latency/values");

            assertThat(plot.get("unit").asText()).isEqualTo("ms");
            assertThat(plot.get("lines").findValuesAsText("label")).containsExactly("limit 150 ms");
            assertThat(plot.get("series").findValuesAsText("label"))
                    .containsExactly("P50", "P95", "P99");
            JsonNode bounds = plot.get("cells").get("bounds");
            int column = 0;
            for (JsonNode cells : plot.get("cells").get("columns")) {
                long count = 0;
                for (int i = 0; i < cells.size(); i += 2) {
                    assertThat(cells.get(i).asInt()).isBetween(0, bounds.size() - 2);
                    count += cells.get(i + 1).asLong();
                }
                column++;
                assertThat(count).isEqualTo(column == 20 ? 0 : 2_000 + 20L * column);
            }
            assertThat(column).isEqualTo(plot.get("at").size());
            assertThat(dashboard.get("/plots/slos/auth-errors/values").statusCode()).isEqualTo(404);
            assertThat(dashboard.get("/slos/auth-errors").body()).doesNotContain("values-0");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/slos/checkout-success?range=2h, 400",
        "/slos/checkout-success?to=yesterday, 400",
        "/plots/slos/checkout-success/burn?format=xls, 400",
        "/plots/slos/nobody/burn, 404"
    })
    void mistakeInAPlotsAddress_isRefused(String address, int status) {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            assertThat(dashboard.get(address).statusCode()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tier=business | 3 of 18 | Checkout latency | Auth errors",
                "state=breached | 2 of 18 | Auth latency | Cart errors",
                "service=cart | 3 of 18 | Cart capacity | Auth errors",
                "q=CART+err | 1 of 18 | Cart errors | Cart latency",
                "q=checkout&tier=business&state=met&service= | 2 of 18 | Checkout latency | Cart"
                        + " errors",
                "q=no-such-thing | 0 of 18 | show all | Cart errors"
            })
    void overview_isNarrowedByItsAddress(
            String query, String shown, String present, String absent) {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            String page = text(dashboard.get("/?" + query));
            String list = page.substring(page.indexOf("All services"));

            assertThat(list).contains(shown + " objectives", present).doesNotContain(absent);
            assertThat(page).contains("Checkout success is burning its budget", "Firing now");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tier=top", "state=fine", "colour=red"})
    void mistakeInAFilter_isNamed(String query) {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            HttpResponse<String> answer = dashboard.get("/?" + query, "Accept", "text/html");
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(text(answer)).contains("?" + query.replaceAll("=.*", ""));
        }
    }

    @Test
    void system_tellsWhatComesInAndHowNearTheLimitsAre() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            assertThat(text(dashboard.get("/system")))
                    .containsSubsequence(
                            "Everything accepted is on disk and counted",
                            "otlp-grpc spans – 20,512 10,482,113 0 0",
                            "otlp-http requests – 2 0 2 malformed 0",
                            "Accepted bodies that are not yet counted, and what was read off them 46.9 KiB 64 MiB",
                            "senders wait up to a second, and are then told to come again 3",
                            "Series of all SLIs together 412 100,000",
                            "Groups of one SLI, or of one attribute of its bad events – 2,000",
                            "The ingest log on disk 1.25 GB",
                            "Refused or lost items otlp-http, service checkout too old 1,204 3",
                            "New series checkout-requests 31",
                            "12 requests sent again 6,144 items in them, counted once")
                    .doesNotContain("checkpoints failed");
        }
    }

    @Test
    void traces_beginWithTheObjectiveThatFires() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            String html = dashboard.get("/traces").body();

            assertThat(html)
                    .contains(
                            "<option value=\"checkout-success\" selected",
                            "1 trace that spent budget of Checkout success",
                            "/traces/" + FakeEngine.TRACE_ID + "?at=")
                    .containsPattern(
                            "/traces\\?slo=checkout-success&amp;outcome=bad&amp;window=1h&amp;to=[^&]*Z&amp;before=7&amp;found=1\"")
                    .contains("Looking further back")
                    .doesNotContain("Older traces");
        }
    }

    @Test
    void tracesOfAFullPage_leadToOlderOnes() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            assertThat(dashboard.get("/traces?found=49").body())
                    .contains("50 traces that spent budget of Checkout success", "Older traces")
                    .containsPattern("&amp;to=[^&]*Z&amp;before=7\"")
                    .doesNotContain("Looking further back");
            assertThat(dashboard.get("/traces?before=6").body())
                    .contains("/traces/" + FakeEngine.OLDER_TRACE_ID + "?at=")
                    .doesNotContain("Older traces", "Looking further back");
        }
    }

    @Test
    void whatBurned_leadsToItsTraces() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            assertThat(dashboard.get("/slos/checkout-success?window=6h").body())
                    .contains(
                            "/traces?slo=checkout-success&amp;route=%2Fcheckout&amp;window=6h",
                            "/traces?slo=checkout-success&amp;attribute=enduser.region&amp;value=eu-west&amp;window=6h");
            assertThat(
                            dashboard
                                    .get(
                                            "/traces?slo=checkout-success&attribute=enduser.region&value=eu-west")
                                    .body())
                    .contains(
                            "name=\"attribute\" value=\"enduser.region\"",
                            "name=\"value\" value=\"eu-west\"",
                            "<option value=\"shop.upstream.version\">",
                            "attribute=enduser.region&amp;value=eu-west&amp;window=1h&amp;to=");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "outcome=ugly | ?outcome | bad or good",
                "side=left | ?side | baseline or candidate",
                "min=-1 | ?min | a number from 0",
                "min=NaN | ?min | a number from 0",
                "min=fast | ?min | a number from 0",
                "window=2h | ?window | 1h, 6h, 1d, 7d",
                "to=yesterday | ?to | a time such as",
                "before=x | ?before | a whole number",
                "found=50 | ?found | a whole number from 0 to 49",
                "found=-1 | ?found | a whole number from 0 to 49",
                "rout=/cart | ?rout | slo, outcome, side, route",
                "attribute=enduser.region | ?attribute | both or none",
            })
    void mistakeInATraceSearch_isNamed(String query, String where, String expected) {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            HttpResponse<String> answer = dashboard.get("/traces?" + query, "Accept", "text/html");

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(text(answer)).contains(where, expected);
        }
    }

    @Test
    void tracesOfAnUnknownObjective_areNotFound() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            assertThat(dashboard.get("/traces?slo=nobody").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void reference_hasEveryOperation_withAParameterASchemaAndACommand() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            String html = dashboard.get("/api").body();
            assertThat(html)
                    .doesNotContain("`")
                    .contains("<p>Every SLO, in tier and name order.</p>", ">SLOs</h2>")
                    .contains("At most; not below <code>count</code> less <code>over</code>.");
            String page = text(dashboard.get("/api"));

            dashboard
                    .json("/openapi.json")
                    .findValuesAsText("operationId")
                    .forEach(id -> assertThat(html).contains("id=\"" + id + "\""));
            assertThat(page)
                    .containsSubsequence(
                            "GET /api/v1/slos/{name}/burndown",
                            "points",
                            "query",
                            "300 unless given, 2 to 2000")
                    .contains(
                            "curl '" + dashboard.url("/api/v1/slos/NAME/burndown") + "'",
                            "-d '{\"revision\": \"REVISION\"}'",
                            "list of Slo");
            assertThat(html).contains("href=\"#schema-Decision\"", "id=\"schema-Decision\"");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/alerts",
                "/incidents/past",
                "/definitions",
                "/results",
                "/slos/text",
                "/cutovers/text",
                "/traces",
                "/traces/" + FakeEngine.TRACE_ID,
                "/slos/none%3Cscript%3E"
            })
    void textFromOutside_isEscapedEverywhere(String path) {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.withText(HOSTILE))) {
            String html = dashboard.get(path, "Accept", "text/html").body();

            assertThat(html)
                    .contains("&lt;script&gt;alert(1)")
                    .doesNotContain("<script>alert")
                    .doesNotContain("<img src=x")
                    .contains("${7*7}");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/alerts",
                "/incidents/open",
                "/journeys",
                "/api",
                "/definitions",
                "/migrations",
                "/results",
                "/results/shopflow/page-load-time-p99",
                "/slos/checkout-success",
                "/cutovers/checkout",
                "/system",
                "/traces",
                "/traces/" + FakeEngine.TRACE_ID
            })
    void page_hasNothingThatThePolicyForbids(String path) {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            String html = dashboard.get(path).body();

            assertThat(html)
                    .doesNotContain(" style=")
                    .doesNotContain("<style")
                    .doesNotContainPattern("\\son\\w+=");
            Matcher script =
                    Pattern.compile("<script([^>]*)>(.*?)</script>", Pattern.DOTALL).matcher(html);
            assertThat(script.results().count()).isEqualTo(5);
            script.reset()
                    .results()
                    .forEach(
                            found -> {
                                assertThat(found.group(1)).contains("src=\"/assets/");
                                assertThat(found.group(2)).isEmpty();
                            });
        }
    }

    @Test
    void assets_areKeptForEver_underAnAddressOfTheirOwn() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.empty())) {
            Matcher address =
                    Pattern.compile("\"(/assets/[^\"]+)\"").matcher(dashboard.get("/").body());
            assertThat(address.results().count()).isGreaterThanOrEqualTo(8);
            address.reset()
                    .results()
                    .forEach(
                            found -> {
                                HttpResponse<String> asset = dashboard.get(found.group(1));
                                assertThat(asset.statusCode()).isEqualTo(200);
                                assertThat(asset.headers().firstValue("Cache-Control"))
                                        .hasValueSatisfying(
                                                v -> assertThat(v).contains("immutable"));
                            });
        }
    }

    @Test
    void notFound_isAPageForPeople_andAProblemForPrograms() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            HttpResponse<String> page = dashboard.get("/slos/none", "Accept", "text/html,*/*");
            HttpResponse<String> problem = dashboard.get("/slos/none");

            assertThat(page.statusCode()).isEqualTo(404);
            assertThat(text(page)).contains("there is no SLO \"none\"", "To the overview");
            assertThat(problem.statusCode()).isEqualTo(404);
            assertThat(problem.headers().firstValue("Content-Type"))
                    .hasValue("application/problem+json");
        }
    }

    @Test
    void trace_isShownAsATree_andAnUnknownOneSaysWhyNot() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            assertThat(text(dashboard.get("/traces/" + FakeEngine.TRACE_ID)))
                    .containsSubsequence(
                            "strangler-proxy",
                            "POST /checkout",
                            "failed",
                            "812 ms",
                            "OptimisticLockException");
            assertThat(text(dashboard.get("/traces/00000000000000000000000000000001")))
                    .contains("No span of this trace is kept");
            assertThat(dashboard.get("/traces/xyz").statusCode()).isEqualTo(400);
            assertThat(dashboard.get("/traces/" + FakeEngine.TRACE_ID + "?at=noon").statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void cutover_saysWhoApprovedAndLiftedWhat_andGivesItsEvidence() {
        FakeEngine engine = FakeEngine.shopFlow();
        int run = engine.cutover("cart").orElseThrow().run().orElseThrow().number();
        engine.approve(
                "cart",
                run,
                new Approval.Request(
                        1,
                        Optional.of("release-manager"),
                        Optional.empty(),
                        "ana",
                        "<b>looks</b> well",
                        Optional.of(FakeEngine.NOW.plusSeconds(3600))));
        try (Dashboard dashboard = Dashboard.of(engine)) {
            assertThat(text(dashboard.get("/cutovers/cart")))
                    .containsSubsequence(
                            "Approvals and overrides",
                            "Approved as release-manager at 10 % , by ana: <b>looks</b> well",
                            "10:40:00 , valid until 11:40:00",
                            "Decisions");
            assertThat(dashboard.get("/cutovers/cart").body())
                    .contains("href=\"/api/v1/cutovers/cart/runs/" + run + "/evidence\" download");
            assertThat(dashboard.get("/cutovers/auth").body())
                    .doesNotContain("Approvals and overrides", "/evidence\"");
        }
    }

    @Test
    void runThatWasBegunAgainstItsPlan_saysByWhomAndWhy() {
        FakeEngine engine = FakeEngine.shopFlow();
        engine.startRun("cart", "refused-2", "ana", Optional.of("the <b>traffic</b> doubles"));
        try (Dashboard dashboard = Dashboard.of(engine)) {
            assertThat(text(dashboard.get("/cutovers/cart")))
                    .containsSubsequence(
                            "refused-2, run 2 by ana",
                            "although its plan was refused",
                            "Approvals and overrides",
                            "Began the run although its plan was refused , by ana:",
                            "the <b>traffic</b> doubles",
                            "the deadline is 60 min",
                            "Decisions");
            JsonNode override = dashboard.json("/api/v1/cutovers/cart").at("/run/override");
            assertThat(override.at("/principal").asText()).isEqualTo("ana");
            assertThat(override.at("/reason").asText()).isEqualTo("the <b>traffic</b> doubles");
            assertThat(override.at("/refusals/0").asText()).contains("the deadline is 60 min");
            assertThat(dashboard.json("/api/v1/cutovers/catalog").at("/run/override").isNull())
                    .isTrue();
            assertThat(text(dashboard.get("/cutovers/catalog"))).doesNotContain("was refused");
        }
    }

    @Test
    void quantile_isComparedLikeAMetric_andEachSaysItsPartOfTheAllowance() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            // Weights of 0.7, 0.3 and 1.
            assertThat(text(dashboard.get("/cutovers/cart")))
                    .containsSubsequence(
                            "Errors",
                            "go needs its proof; has 35 % of the error allowance",
                            "Slow",
                            "can only stop the cutover; has 15 % of the error allowance",
                            "Latency p99",
                            "can only stop the cutover; has 50 % of the error allowance",
                            "P99 ms",
                            "Requests",
                            "Values: share of requests by value");
            JsonNode values = dashboard.json("/plots/cutovers/cart/latency-p99/values");
            assertThat(values.at("/series/0/values").size()).isGreaterThan(5);
            assertThat(dashboard.get("/plots/cutovers/cart/latency-p99/rates").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void valuesOfOneRoute_areChosenInTheAddress() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            assertThat(dashboard.get("/cutovers/cart?range=15m").body())
                    .contains(
                            "href=\"/cutovers/cart?range=15m\" aria-current=\"true\">All<",
                            "href=\"/cutovers/cart?range=15m&amp;route=%2Fcart%2Fitems\">");
            HttpResponse<String> page = dashboard.get("/cutovers/cart?route=%2Fcart%2Fitems");
            assertThat(page.body())
                    .contains(
                            "route=%2Fcart%2Fitems\" aria-current=\"true\">/cart/items<",
                            "href=\"/cutovers/cart?range=1h&amp;route=%2Fcart%2Fitems\"",
                            "/plots/cutovers/cart/slow/values?route=%2Fcart%2Fitems\"");
            assertThat(text(page)).contains("Values: share of requests by value, /cart/items");
            String values = "/plots/cutovers/cart/slow/values";
            assertThat(dashboard.json(values + "?route=%2Fcart%2Fitems").at("/at/0").asDouble())
                    .isLessThan(dashboard.json(values).at("/at/0").asDouble());
            assertThat(text(dashboard.get("/cutovers/cart?route=none")))
                    .contains("No values of none were measured.");
        }
    }

    @Test
    void equalDecisionsInARow_areTold_asOne() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            String page = text(dashboard.get("/cutovers/checkout"));

            assertThat(page)
                    .containsSubsequence(
                            "Decisions", "No go", "1 %", "times", "Hold", "1 %", "times");
            assertThat(page.substring(page.indexOf("Decisions"))).containsOnlyOnce("Hold");
        }
    }

    @Test
    void metric_saysHowSureItsRatioIs_andAgainstWhat() {
        FakeEngine engine = FakeEngine.shopFlow();
        Explanation.Metric errors =
                engine.explain("cart", OptionalDouble.empty()).orElseThrow().metrics().getFirst();
        String surely =
                "surely "
                        + Format.times(errors.ratioLow())
                        + " to "
                        + Format.times(errors.ratioHigh());
        try (Dashboard dashboard = Dashboard.of(engine)) {
            HttpResponse<String> page = dashboard.get("/cutovers/cart");
            assertThat(text(page))
                    .containsSubsequence(
                            "the legacy's share, " + surely + " :",
                            "The legacy's side is live, compared stratum by stratum.");
            assertThat(page.body()).contains("class=\"ruler-sure\"", ", " + surely + ", on");
            assertThat(text(dashboard.get("/cutovers/auth"))).doesNotContain("surely");
            assertThat(dashboard.json("/plots/cutovers/cart/errors/rates").get("lines"))
                    .extracting(line -> line.get("label").asText())
                    .anyMatch(label -> label.startsWith("no go over "))
                    .anyMatch(label -> label.startsWith("go under "));
        }
    }

    @Test
    void timeOfACutoversPlots_isInTheAddress() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            int all = dashboard.json("/plots/cutovers/cart/errors/rates").get("at").size();
            JsonNode quarter =
                    dashboard.json("/plots/cutovers/cart/errors/rates?range=15m").get("at");
            assertThat(quarter.size()).isPositive().isLessThan(all);
            assertThat(dashboard.get("/cutovers/cart?range=15m").body())
                    .contains(
                            "/plots/cutovers/cart/errors/rates?range=15m\"",
                            "href=\"/cutovers/cart?range=15m\" aria-current=\"true\"",
                            "href=\"/cutovers/cart?range=15m&amp;to=2026-02-14T10:25:00Z\""
                                    + " rel=\"prev\"");
            assertThat(dashboard.get("/cutovers/cart?range=28d").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void timeOfAnIncidentsPlots_isInTheAddress_andEndsSoonAfterIt() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            assertThat(dashboard.get("/incidents/past").body())
                    .contains("href=\"/incidents/past\" aria-current=\"true\"")
                    .containsPattern("href=\"/incidents/past\\?range=1d&amp;to=[^\"]*Z\"");
            assertThat(dashboard.get("/incidents/past?range=1d&to=2026-02-07T00:00:00Z").body())
                    .contains(
                            "/plots/slos/",
                            "range=1d&amp;to=2026-02-07T00:00:00Z",
                            "range=1d&amp;to=2026-02-06T00:00:00Z\" rel=\"prev\"");
        }
    }

    @Test
    void capacity_hasNoBudget() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            String page = text(dashboard.get("/slos/auth-capacity"));

            assertThat(page)
                    .contains("Not exercised", "12,904 /min", "15,000 /min")
                    .doesNotContain("Budget left");
        }
    }

    @Test
    void plotNumbers_areColumnsOfOneLength_withNullForGaps() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            for (String path :
                    new String[] {
                        "/plots/slos/pool-utilization/burn?objective=0",
                        "/plots/slos/checkout-success/budget",
                        "/plots/cutovers/cart/errors/rates",
                        "/plots/cutovers/cart/errors/evidence",
                        "/plots/cutovers/cart/slow/values"
                    }) {
                JsonNode plot = dashboard.json(path);
                assertThat(plot.get("at").size()).as(path).isGreaterThan(5);
                plot.get("series")
                        .forEach(
                                series ->
                                        assertThat(series.get("values").size())
                                                .as(path)
                                                .isEqualTo(plot.get("at").size()));
            }
            assertThat(dashboard.get("/plots/cutovers/cart/errors/values").statusCode())
                    .isEqualTo(404);
            assertThat(dashboard.get("/plots/slos/checkout-success/burn?objective=1").statusCode())
                    .isEqualTo(400);
            JsonNode gap = dashboard.json("/plots/slos/cold-start/burn").at("/series/0/values/0");
            assertThat(gap.isNull()).isTrue();
        }
    }

    @Test
    void budgetThatIsKnownByEstimateOnly_liesBetweenTwoLines() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            JsonNode series = dashboard.json("/plots/slos/checkout-latency/budget").get("series");
            assertThat(series)
                    .extracting(one -> one.get("role").asText())
                    .containsExactly("budget", "estimate", "estimate");
            assertThat(series.at("/1/values/0").asDouble()).isEqualTo(0.1);
            assertThat(series.at("/2/values/0").asDouble()).isEqualTo(0.3);
            assertThat(dashboard.json("/plots/slos/checkout-success/budget").get("series"))
                    .hasSize(1);
        }
    }

    /** What a page says, without its tags. */
    static String text(HttpResponse<String> page) {
        return page.body()
                .replaceAll("(?s)<head>.*?</head>", "")
                .replaceAll("<[^>]*>", " ")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#34;", "\"")
                .replace("&amp;", "&")
                .replaceAll("\\s+", " ");
    }
}
