package io.sluice.dashboard.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** Who gets an answer, over real HTTP. */
final class RequestGuardTest {
    private static final String DEPLOYMENT = "{\"service\":\"cart\",\"version\":\"1\"}";

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
    @ValueSource(
            strings = {
                "localhost",
                "localhost:%d",
                "127.0.0.1:%d",
                "[::1]:%d",
                "LOCALHOST:80",
                "sluice.example",
                "Sluice.Example:8080"
            })
    void ownHost_isAnswered(String host) throws IOException {
        assertThat(raw(host.formatted(dashboard.port()))).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:%d",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "10.0.0.1",
                "[::2]"
            })
    void foreignHost_isMisdirected(String host) throws IOException {
        assertThat(raw(host.formatted(dashboard.port())))
                .startsWith("HTTP/1.1 421")
                .contains("application/problem+json");
    }

    @Test
    void changeFromAnotherSitesPage_isRefused() {
        for (String[] headers :
                new String[][] {
                    {"Sec-Fetch-Site", "cross-site"},
                    {"Sec-Fetch-Site", "same-site"},
                    {"Origin", "https://evil.example"},
                    {"Origin", "null"},
                    {"Origin", "http://127.0.0.1"},
                }) {
            assertThat(dashboard.post("/api/v1/deployments", DEPLOYMENT, headers).statusCode())
                    .isEqualTo(403);
        }
        assertThat(engine.deployments()).isEmpty();
    }

    @Test
    void changeFromOurOwnPage_orFromAProgram_isTaken() {
        String own = "http://127.0.0.1:" + dashboard.port();

        assertThat(dashboard.post("/api/v1/deployments", DEPLOYMENT).statusCode()).isEqualTo(201);
        assertThat(
                        dashboard
                                .post(
                                        "/api/v1/deployments",
                                        DEPLOYMENT,
                                        "Sec-Fetch-Site",
                                        "same-origin",
                                        "Origin",
                                        own)
                                .statusCode())
                .isEqualTo(201);
    }

    @Test
    void everyAnswer_carriesAPolicyWithoutInlineScriptOrStyle() {
        for (String path : new String[] {"/", "/api/v1/slos", "/nothing", "/healthz"}) {
            var headers = dashboard.get(path).headers();

            assertThat(headers.firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(
                            policy ->
                                    assertThat(policy)
                                            .contains(
                                                    "default-src 'none'",
                                                    "script-src 'self'",
                                                    "frame-ancestors 'none'")
                                            .doesNotContain("unsafe-"));
            assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
        }
        for (String path : new String[] {"/", "/metrics", "/api/v1/traces?slo=cart-errors"}) {
            assertThat(dashboard.get(path).headers().firstValue("Cache-Control"))
                    .as(path)
                    .hasValue("no-store");
        }
    }

    @Test
    void tokens_decideWhoMayDoWhat() {
        Map<String, Principal> holders =
                Map.of(
                        "reader-secret-0001",
                        new Principal("wallboard", Set.of(Role.READ)),
                        "operator-secret-01",
                        new Principal("cutover-automation", Set.of(Role.READ, Role.OPERATE)));
        try (Dashboard guarded = Dashboard.of(engine, holders)) {
            HttpResponse<String> nobody = guarded.get("/api/v1/slos");
            assertThat(nobody.statusCode()).isEqualTo(401);
            assertThat(nobody.headers().firstValue("WWW-Authenticate"))
                    .hasValueSatisfying(v -> assertThat(v).contains("Bearer"));
            assertThat(guarded.get("/healthz").statusCode()).isEqualTo(200);
            assertThat(guarded.get("/metrics").statusCode()).isEqualTo(401);
            assertThat(guarded.get("/nothing").statusCode()).isEqualTo(401);
            assertThat(status(guarded, "Bearer reader-secret-0002")).isEqualTo(401);
            assertThat(status(guarded, "Bearer")).isEqualTo(401);
            assertThat(status(guarded, "Basic %%%")).isEqualTo(401);
            assertThat(status(guarded, "Digest reader-secret-0001")).isEqualTo(401);

            assertThat(status(guarded, "Bearer reader-secret-0001")).isEqualTo(200);
            assertThat(status(guarded, "bearer reader-secret-0001")).isEqualTo(200);
            assertThat(status(guarded, "Basic " + basic("anyone:reader-secret-0001")))
                    .isEqualTo(200);

            assertThat(
                            guarded.post(
                                            "/api/v1/deployments",
                                            DEPLOYMENT,
                                            "Authorization",
                                            "Bearer reader-secret-0001")
                                    .statusCode())
                    .isEqualTo(403);
            assertThat(
                            guarded.get(
                                            "/traces/" + FakeEngine.TRACE_ID,
                                            "Authorization",
                                            "Bearer reader-secret-0001")
                                    .statusCode())
                    .isEqualTo(403);
            assertThat(
                            guarded.get(
                                            "/api/v1/traces",
                                            "Authorization",
                                            "Bearer reader-secret-0001")
                                    .statusCode())
                    .isEqualTo(403);

            String bearer = "Bearer operator-secret-01";
            assertThat(
                            guarded.post(
                                            "/api/v1/cutovers/auth/runs",
                                            "{\"revision\":\"a\"}",
                                            "Authorization",
                                            bearer)
                                    .statusCode())
                    .isEqualTo(201);
            assertThat(engine.cutover("auth").orElseThrow().run().orElseThrow().principal())
                    .isEqualTo("cutover-automation");
        }
    }

    private static int status(Dashboard guarded, String authorization) {
        return guarded.get("/api/v1/slos", "Authorization", authorization).statusCode();
    }

    private static String basic(String pair) {
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** The client of the JDK will not send another Host. */
    private String raw(String host) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", dashboard.port())) {
            String request =
                    "GET /api/v1/alerts HTTP/1.1\r\nHost: "
                            + host
                            + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
