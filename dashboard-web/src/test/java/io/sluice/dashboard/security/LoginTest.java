package io.sluice.dashboard.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/** A person in a browser, over real HTTP. */
final class LoginTest {
    private static final String TOKEN = "reader-secret-0001";

    private Dashboard dashboard;

    @BeforeEach
    void start() {
        dashboard =
                Dashboard.of(
                        FakeEngine.shopFlow().withBrokenDefinition(),
                        Map.of(TOKEN, new Principal("ann", Set.of(Role.READ))));
    }

    @AfterEach
    void stop() {
        dashboard.close();
    }

    @Test
    void stranger_isAskedForAToken_andSeesNothingElse() {
        HttpResponse<String> page =
                dashboard.get("/slos/cart-errors?window=7d", "Accept", "text/html");

        assertThat(page.statusCode()).isEqualTo(303);
        assertThat(page.headers().firstValue("Location"))
                .hasValue("/login?next=%2Fslos%2Fcart-errors%3Fwindow%3D7d");
        HttpResponse<String> form = dashboard.get("/login?next=%2Fslos%2Fcart-errors");
        assertThat(form.statusCode()).isEqualTo(200);
        assertThat(form.body())
                .contains("name=\"next\" value=\"/slos/cart-errors\"", "type=\"password\"")
                .doesNotContain("not in force", "checkout-success", "href=\"/alerts\"");
        String style = form.body().replaceAll("(?s).*?href=\"(/assets/[^\"]*sluice.css)\".*", "$1");
        assertThat(dashboard.get(style).statusCode()).isEqualTo(200);
    }

    @Test
    void tokenBecomesACookie_whichIsEnoughUntilLogOut() {
        HttpResponse<String> in = logIn(TOKEN, "/results");

        assertThat(in.statusCode()).isEqualTo(303);
        assertThat(in.headers().firstValue("Location")).hasValue("/results");
        String cookie = in.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200");
        assertThat(cookie).doesNotContain(TOKEN);
        String pair = cookie.substring(0, cookie.indexOf(';'));
        HttpResponse<String> page = dashboard.get("/results", "Cookie", pair);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("ann", "Log out");

        HttpResponse<String> out =
                dashboard.send(
                        dashboard
                                .request("/logout", "Cookie", pair)
                                .POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(out.statusCode()).isEqualTo(303);
        assertThat(dashboard.get("/results", "Cookie", pair).statusCode()).isEqualTo(401);
    }

    @Test
    void sessionThatSomebodyChose_isNobodys_andIsNotTakenOver() {
        String chosen = "sluice=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

        HttpResponse<String> in = logIn(TOKEN, "/", "Cookie", chosen);

        assertThat(cookie(in)).startsWith("sluice=").isNotEqualTo(chosen);
        assertThat(dashboard.get("/results", "Cookie", chosen).statusCode()).isEqualTo(401);
        assertThat(dashboard.get("/results", "Cookie", cookie(in)).statusCode()).isEqualTo(200);
    }

    @Test
    void loggingInAgain_endsTheSessionBefore_andNoOther() {
        String elsewhere = cookie(logIn(TOKEN, "/"));
        String before = cookie(logIn(TOKEN, "/"));

        String after = cookie(logIn(TOKEN, "/", "Cookie", before));

        assertThat(dashboard.get("/results", "Cookie", before).statusCode()).isEqualTo(401);
        assertThat(dashboard.get("/results", "Cookie", after).statusCode()).isEqualTo(200);
        assertThat(dashboard.get("/results", "Cookie", elsewhere).statusCode()).isEqualTo(200);
    }

    private static String cookie(HttpResponse<String> in) {
        return in.headers().firstValue("Set-Cookie").orElseThrow().replaceAll(";.*", "");
    }

    @Test
    void cookieIsNoMoreThanItsToken() {
        String cookie = logIn(TOKEN, "/").headers().firstValue("Set-Cookie").orElseThrow();
        String pair = cookie.substring(0, cookie.indexOf(';'));

        assertThat(dashboard.get("/traces", "Cookie", pair).statusCode()).isEqualTo(403);
        assertThat(
                        dashboard
                                .post(
                                        "/api/v1/deployments",
                                        "{\"service\":\"cart\",\"version\":\"1\"}",
                                        "Cookie",
                                        pair)
                                .statusCode())
                .isEqualTo(403);
        assertThat(dashboard.get("/", "Cookie", "sluice=forged").statusCode()).isEqualTo(401);
    }

    @Test
    void wrongToken_isSaid_andTooManyAreSlowedDown() {
        HttpResponse<String> wrong = logIn("guess", "/results");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.body()).contains("nobody", "value=\"/results\"").doesNotContain("guess");
        assertThat(wrong.headers().firstValue("Set-Cookie")).isEmpty();

        for (int i = 1; i < LoginLimit.TRIES; i++) {
            assertThat(logIn("guess" + i, "/").statusCode()).isEqualTo(401);
        }
        HttpResponse<String> slowed = logIn(TOKEN, "/");
        assertThat(slowed.statusCode()).isEqualTo(429);
        assertThat(slowed.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void loginFromAnotherSite_isRefused() {
        HttpResponse<String> answer =
                dashboard.send(form(TOKEN, "/").header("Sec-Fetch-Site", "cross-site"));

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "//evil.example, /",
        "https://evil.example/, /",
        "/\\evil.example, /",
        "javascript:alert(1), /",
        "'', /",
        "/slos/cart-errors?window=7d, /slos/cart-errors?window=7d"
    })
    void afterwards_nobodyIsSentElsewhere(String next, String location) {
        assertThat(logIn(TOKEN, next).headers().firstValue("Location")).hasValue(location);
    }

    @Test
    void openPageWhoseSessionEnded_goesToTheForm() {
        HttpResponse<String> part = dashboard.get("/alerts", "HX-Request", "true");

        assertThat(part.statusCode()).isEqualTo(401);
        assertThat(part.headers().firstValue("HX-Redirect")).hasValue("/login?next=%2Falerts");
    }

    private HttpResponse<String> logIn(String token, String next, String... headers) {
        HttpRequest.Builder form = form(token, next);
        return dashboard.send(headers.length == 0 ? form : form.headers(headers));
    }

    private HttpRequest.Builder form(String token, String next) {
        return dashboard
                .request("/login", "Content-Type", "application/x-www-form-urlencoded")
                .POST(
                        HttpRequest.BodyPublishers.ofString(
                                "token="
                                        + URLEncoder.encode(token, StandardCharsets.UTF_8)
                                        + "&next="
                                        + URLEncoder.encode(next, StandardCharsets.UTF_8)));
    }
}
