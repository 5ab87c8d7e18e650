package io.sluice.dashboard.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a scanner would send, byte by byte: clients of a library would not let it through. */
final class HostileRequestsTest {
    private static final String TOKEN = "reader-secret-0001";
    private static final String BEARER = "Authorization: Bearer " + TOKEN + "\r\n";

    private static FakeEngine engine;
    private static Dashboard dashboard;

    @BeforeAll
    static void start() {
        engine = FakeEngine.shopFlow();
        dashboard = Dashboard.of(engine, Map.of(TOKEN, new Principal("reader", Set.of(Role.READ))));
    }

    @AfterAll
    static void stop() {
        dashboard.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/login?next=/%0d%0aSet-Cookie:%20a=b",
                "/slos/x%0d%0aSet-Cookie:%20a=b",
                "/api/v1/slos/%0d%0aX-Evil:1",
                "/api/v1/slos?x=%0d%0aX-Evil:1",
                "/spinnaker/cutovers/x%0d%0aX-Evil:1"
            })
    void lineBreaksInAnAddress_startNoHeader(String address) throws IOException {
        String head = head(send("GET " + address + " HTTP/1.1", BEARER));

        assertThat(head.toLowerCase(Locale.ROOT)).doesNotContain("\r\nset-cookie", "\r\nx-evil");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../../../etc/passwd",
                "..%2f..%2f..%2fetc%2fpasswd",
                "%2e%2e/%2e%2e/openapi.json",
                "..%5c..%5cwindows",
                "%2fetc%2fpasswd",
                "sluice.css%00.html",
                "../sluice.css/../../DashboardServer.class"
            })
    void pathsThatLeaveTheAssets_findNothing(String name) throws IOException {
        String page = dashboard.get("/login").body();
        String base = page.replaceAll("(?s).*?href=\"(/assets/[^\"]*/)sluice.css\".*", "$1");

        assertThat(status(send("GET " + base + name + " HTTP/1.1", ""))).isIn(400, 401, 404);
    }

    @ParameterizedTest
    @CsvSource({
        "X-HTTP-Method-Override: DELETE, GET, 400",
        "x-http-method-override: POST, GET, 400",
        "X-HTTP-Method-Override: GET, POST, 400",
        "X-HTTP-Method: POST, GET, 200",
        "X-Method-Override: GET, POST, 403"
    })
    void methodIsTheRequestsOwn(String header, String method, int status) throws IOException {
        String answer = send(method + " /api/v1/silences HTTP/1.1", BEARER + header + "\r\n");

        // A reader may look, and may not change, whatever a header says.
        assertThat(status(answer)).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "TRACK", "CONNECT", "PUT", "PATCH", "PROPFIND", "QUERY"})
    void otherMethods_areNotTaken(String method) throws IOException {
        String answer = send(method + " /api/v1/slos HTTP/1.1", BEARER);

        assertThat(status(answer)).isIn(400, 404, 405, 501);
        assertThat(answer).doesNotContain(TOKEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/slos?access_token=" + TOKEN,
                "/api/v1/slos?token=" + TOKEN,
                "/api/v1/slos;token=" + TOKEN,
                "/flagger/keys/" + TOKEN + "/../../../api/v1/slos"
            })
    void tokenInAnAddress_isNone(String address) throws IOException {
        assertThat(status(send("GET " + address + " HTTP/1.1", ""))).isIn(400, 401, 404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cookie: sluice=" + TOKEN,
                "Cookie: __Host-sluice=" + TOKEN,
                "Authorization: Bearer " + TOKEN + " " + TOKEN,
                "Authorization: Bearer  ",
                "Authorization: bearer" + TOKEN,
                "Authorization: " + TOKEN,
                "Authorization: Bearer reader-secret-000",
                "Authorization: Bearer READER-SECRET-0001",
                "X-Forwarded-User: reader",
                "X-Forwarded-For: 127.0.0.1",
                "Proxy-Authorization: Bearer " + TOKEN
            })
    void whatIsNearlyAToken_isNone(String header) throws IOException {
        assertThat(status(send("GET /api/v1/slos HTTP/1.1", header + "\r\n"))).isEqualTo(401);
    }

    @Test
    void veryLongToken_isNone_andIsNotSaidAgain() throws IOException {
        String token = "x".repeat(5_000);
        String answer =
                send("GET /api/v1/slos HTTP/1.1", "Authorization: Bearer " + token + "\r\n");

        assertThat(status(answer)).isEqualTo(401);
        assertThat(answer).doesNotContain("xxxx");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET http://evil.example/api/v1/slos HTTP/1.1",
                "GET //evil.example/api/v1/slos HTTP/1.1"
            })
    void anotherAuthorityInTheAddress_isNotOurs(String request) throws IOException {
        assertThat(status(send(request, BEARER))).isIn(400, 404, 421);
    }

    @Test
    void twoHosts_orNone_areRefused() throws IOException {
        assertThat(status(send("GET /healthz HTTP/1.1", "Host: evil.example\r\n"))).isEqualTo(400);
        assertThat(status(raw("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n")))
                .isEqualTo(400);
    }

    @Test
    void oversizedAddressesAndHeaders_areProblems() throws IOException {
        String longQuery = "GET /api/v1/slos?" + "a".repeat(20_000) + "=1 HTTP/1.1";
        String longHeader = "X-Long: " + "a".repeat(20_000) + "\r\n";

        assertThat(send(longQuery, BEARER))
                .startsWith("HTTP/1.1 414")
                .contains("application/problem+json");
        assertThat(send("GET /api/v1/slos HTTP/1.1", BEARER + longHeader))
                .startsWith("HTTP/1.1 431")
                .contains("application/problem+json");
    }

    @Test
    void manyParameters_areRefusedByTheirFirst() throws IOException {
        String many = "GET /api/v1/slos?" + "a=1&".repeat(1_500) + "b=2 HTTP/1.1";

        assertThat(status(send(many, BEARER))).isIn(400, 414);
    }

    @Test
    void changesOfAForeignPage_areRefusedWithAValidCookieToo() {
        var in =
                dashboard.send(
                        dashboard
                                .request(
                                        "/login",
                                        "Content-Type",
                                        "application/x-www-form-urlencoded")
                                .POST(
                                        java.net.http.HttpRequest.BodyPublishers.ofString(
                                                "token=" + TOKEN)));
        String cookie = in.headers().firstValue("Set-Cookie").orElseThrow().replaceAll(";.*", "");

        assertThat(
                        dashboard
                                .post(
                                        "/logout",
                                        "",
                                        "Cookie",
                                        cookie,
                                        "Origin",
                                        "https://evil.example")
                                .statusCode())
                .isEqualTo(403);
        assertThat(dashboard.get("/", "Cookie", cookie).statusCode()).isEqualTo(200);
    }

    private static String send(String request, String headers) throws IOException {
        return raw(
                request
                        + "\r\nHost: 127.0.0.1\r\n"
                        + headers
                        + "Content-Length: 0\r\nConnection: close\r\n\r\n");
    }

    private static String raw(String bytes) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", dashboard.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.substring("HTTP/1.1 ".length()).substring(0, 3));
    }

    private static String head(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        return end < 0 ? answer : answer.substring(0, end);
    }
}
