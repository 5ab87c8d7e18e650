package io.sluice.dashboard.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.Test;

import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is written down of who changed what. */
final class AuditTest {
    private static final String OPERATOR = "operator-secret-01";
    private static final String GATE = "gate-secret-000001";

    private static final Map<String, Principal> HOLDERS =
            Map.of(
                    OPERATOR,
                    new Principal("pilot", Set.of(Role.READ, Role.OPERATE)),
                    GATE,
                    new Principal("flagger", Set.of(Role.GATE)));

    @Test
    void changesAndLogins_areTold_asksAndReadsAreNot_andNoSecretIs() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow(), HOLDERS)) {
            String bearer = "Bearer " + OPERATOR;
            String hook = "{\"checksum\":\"cart-9\",\"metadata\":{\"cutover\":\"cart\"}}";
            dashboard.get("/api/v1/slos", "Authorization", bearer);
            dashboard.post(
                    "/api/v1/cutovers/auth/runs",
                    "{\"revision\":\"secret-revision\"}",
                    "Authorization",
                    bearer);
            dashboard.post("/flagger/keys/" + OPERATOR + "/start", hook);
            dashboard.post("/flagger/keys/" + GATE + "/confirm", hook);
            dashboard.post("/flagger/keys/" + OPERATOR + "/no-such-hook", hook);
            dashboard.post("/api/v1/deployments", "{}", "Authorization", "Bearer " + GATE);
            logIn(dashboard, OPERATOR);
            logIn(dashboard, "wrong-secret-00001");

            var answer = dashboard.get("/api/v1/audit", "Authorization", bearer);

            JsonNode entries = Dashboard.parse(answer.body()).get("entries");
            assertThat(entries)
                    .extracting(
                            entry ->
                                    entry.get("who").asText()
                                            + " "
                                            + entry.get("what").asText()
                                            + " "
                                            + entry.get("status").asInt())
                    .containsExactly(
                            "null POST /login 401",
                            "pilot POST /login 303",
                            "flagger POST /api/v1/deployments 403",
                            "pilot POST /flagger/keys/…/no-such-hook 404",
                            "pilot POST /flagger/keys/…/start 200",
                            "pilot POST /api/v1/cutovers/auth/runs 201");
            assertThat(entries)
                    .allSatisfy(
                            entry -> {
                                assertThat(entry.get("from").asText()).isEqualTo("127.0.0.1");
                                assertThat(entry.get("at").asText()).startsWith("2026-02-14T");
                            });
            assertThat(answer.body()).doesNotContain("secret");
        }
    }

    private static void logIn(Dashboard dashboard, String token) {
        dashboard.send(
                dashboard
                        .request("/login", "Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("token=" + token)));
    }

    @Test
    void aLoginByWhomTheBrowserKnew_isToldOnce_andOfWhoeverItIs() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow(), HOLDERS)) {
            String bearer = "Bearer " + OPERATOR;
            for (String token : List.of(GATE, "wrong-secret-00001")) {
                dashboard.send(
                        dashboard
                                .request(
                                        "/login",
                                        "Content-Type",
                                        "application/x-www-form-urlencoded",
                                        "Authorization",
                                        bearer)
                                .POST(HttpRequest.BodyPublishers.ofString("token=" + token)));
            }

            var answer = dashboard.get("/api/v1/audit", "Authorization", bearer);

            assertThat(Dashboard.parse(answer.body()).get("entries"))
                    .extracting(entry -> entry.get("who").asText() + entry.get("status").asInt())
                    .containsExactly("null401", "flagger303");
        }
    }

    @Test
    void olderOnesAreForgotten_andTheRestIsNewestFirst() {
        AuditLog log = new AuditLog(() -> Instant.EPOCH);
        for (int i = 0; i < AuditLog.MAX_ENTRIES + 5; i++) {
            log.write("somebody", "POST /" + i, 200, "127.0.0.1");
        }

        assertThat(log.newestFirst()).hasSize(AuditLog.MAX_ENTRIES);
        assertThat(log.newestFirst().getFirst().number()).isEqualTo(AuditLog.MAX_ENTRIES + 4);
        assertThat(log.newestFirst().getLast().number()).isEqualTo(5);
    }
}
