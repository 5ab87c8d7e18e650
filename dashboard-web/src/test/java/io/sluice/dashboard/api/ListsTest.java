package io.sluice.dashboard.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;
import io.sluice.dashboard.security.Principal;
import io.sluice.dashboard.security.Role;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** Pages of lists, answers that are kept, and answers that are compressed. */
final class ListsTest {
    private FakeEngine engine;
    private Dashboard dashboard;

    @BeforeEach
    void start() {
        engine = FakeEngine.shopFlow();
        dashboard = Dashboard.of(engine);
    }

    @AfterEach
    void stop() {
        dashboard.close();
    }

    @ParameterizedTest
    @CsvSource({
        "slos, /slos, 5",
        "slos, /slos, 1",
        "journeys, /journeys, 1",
        "alerts, /alerts, 1",
        "incidents, /incidents, 1",
        "cutovers, /cutovers, 2",
        "decisions, /cutovers/cart/decisions, 7",
        "counts, /counts, 10"
    })
    void pagesOneAfterAnother_areTheWholeList(String member, String path, int limit) {
        List<JsonNode> whole = items(dashboard.json(ApiRoutes.BASE + path + "?limit=1000"), member);
        List<JsonNode> paged = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            JsonNode page = dashboard.json(ApiRoutes.BASE + path + "?limit=" + limit + cursor);
            assertThat(page.get(member).size()).isBetween(whole.isEmpty() ? 0 : 1, limit);
            paged.addAll(items(page, member));
            cursor = page.get("next").isNull() ? "" : "&cursor=" + page.get("next").asText();
            pages++;
        } while (!cursor.isEmpty());

        assertThat(paged).isEqualTo(whole);
        assertThat(whole).isNotEmpty();
        assertThat(pages).isEqualTo((whole.size() + limit - 1) / limit);
    }

    private static List<JsonNode> items(JsonNode page, String member) {
        List<JsonNode> items = new ArrayList<>();
        page.get(member).forEach(items::add);
        return items;
    }

    @Test
    void whatComesMeanwhile_makesNothingElseBeMissedOrToldTwice() {
        silence("2026-02-14T11:00:00Z");
        silence("2026-02-14T13:00:00Z");
        JsonNode first = dashboard.json("/api/v1/silences?limit=1");
        silence("2026-02-14T10:50:00Z");
        silence("2026-02-14T12:00:00Z");

        JsonNode rest = dashboard.json("/api/v1/silences?cursor=" + first.get("next").asText());

        assertThat(first.at("/silences/0/from").asText()).isEqualTo("2026-02-14T11:00:00Z");
        assertThat(rest.findValuesAsText("from"))
                .containsExactly("2026-02-14T12:00:00Z", "2026-02-14T13:00:00Z");
        assertThat(rest.get("next").isNull()).isTrue();
    }

    private void silence(String from) {
        String body =
                "{\"from\":\"" + from + "\",\"until\":\"2026-02-15T00:00:00Z\",\"reason\":\"x\"}";
        assertThat(dashboard.post("/api/v1/silences", body).statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=1001", "limit=x", "cursor=***", "cursor=a&cursor=b"})
    void whatIsNoPage_isRefused(String query) {
        HttpResponse<String> answer = dashboard.get("/api/v1/slos?" + query);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Dashboard.parse(answer.body()).get("expected").asText()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/slos",
                "/api/v1/slos/checkout-success",
                "/api/v1/cutovers/checkout",
                "/api/v1/cutovers/checkout/decision",
                "/api/v1/journeys",
                "/api/v1/definitions",
                "/openapi.json"
            })
    void whoHasTheAnswer_isToldThatNothingIsNew_andAnythingNewIsTold(String path) {
        HttpResponse<String> first = dashboard.get(path);
        String tag = first.headers().firstValue("ETag").orElseThrow();

        HttpResponse<String> again = dashboard.get(path, "If-None-Match", tag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers().firstValue("ETag")).hasValue(tag);
        assertThat(again.headers().firstValue("Cache-Control")).hasValue("private, no-cache");
        assertThat(dashboard.get(path, "If-None-Match", "\"other\", " + tag).statusCode())
                .isEqualTo(304);
        assertThat(dashboard.get(path, "If-None-Match", "W/\"other\"").statusCode()).isEqualTo(200);
    }

    @Test
    void aChange_isANewAnswerAtOnce() {
        HttpResponse<String> before = dashboard.get("/api/v1/slos");
        String tag = before.headers().firstValue("ETag").orElseThrow();

        engine.burn("cart-errors", 100, 0.5);

        HttpResponse<String> after = dashboard.get("/api/v1/slos", "If-None-Match", tag);
        assertThat(after.statusCode()).isEqualTo(200);
        assertThat(after.body()).isNotEqualTo(before.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/slos", "/", "/api", "/openapi.json"})
    void longAnswers_areCompressedForWhoTakesThat(String path) throws Exception {
        HttpResponse<String> plain = dashboard.get(path, "Accept-Encoding", "identity");
        byte[] compressed;
        var answer =
                dashboard.sendForStream(
                        dashboard.request(path, "Accept-Encoding", "br;q=0.1, gzip").GET());
        try (var in = answer.body()) {
            compressed = in.readAllBytes();
        }

        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(answer.headers().allValues("Vary").toString()).contains("Accept-Encoding");
        assertThat(unzipped(compressed)).isEqualTo(plain.body());
        assertThat(dashboard.get(path, "Accept-Encoding", "gzip;q=0").headers().map())
                .doesNotContainKey("content-encoding");
    }

    private static String unzipped(byte[] bytes) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void readersOfOtherNamesAndRoles_shareNoOverview() {
        Map<String, Principal> holders =
                Map.of(
                        "ann-secret-0000001",
                        new Principal("ann", Set.of(Role.READ)),
                        "bob-secret-0000001",
                        new Principal("bob", Set.of(Role.READ, Role.OPERATE)));
        try (Dashboard guarded = Dashboard.of(FakeEngine.shopFlow(), holders)) {
            String ann = guarded.get("/", "Cookie", logIn(guarded, "ann-secret-0000001")).body();
            String bob = guarded.get("/", "Cookie", logIn(guarded, "bob-secret-0000001")).body();

            assertThat(ann).contains("<span>ann</span>").doesNotContain("<span>bob</span>");
            assertThat(bob).contains("<span>bob</span>").doesNotContain("<span>ann</span>");
        }
    }

    private static String logIn(Dashboard guarded, String token) {
        return guarded.send(
                        guarded.request(
                                        "/login",
                                        "Content-Type",
                                        "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString("token=" + token)))
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow()
                .replaceAll(";.*", "");
    }
}
