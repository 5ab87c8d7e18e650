package io.sluice.dashboard.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Pages in a real browser: seen, driven and audited. */
final class BrowserTest {
    static final List<String> PAGES =
            List.of(
                    "/",
                    "/?q=cart&state=met",
                    "/alerts",
                    "/incidents/open",
                    "/incidents/past",
                    "/journeys",
                    "/migrations",
                    "/results",
                    "/results?cutovers=cart&before=2026-01-01T00:00:00Z/2026-01-29T00:00:00Z",
                    "/results/shopflow/page-load-time-p99",
                    "/results/shopflow/deployment-frequency",
                    "/slos/checkout-success",
                    "/slos/checkout-success?range=1d&to=2026-02-14T09:30:00Z",
                    "/slos/auth-latency",
                    "/slos/auth-capacity",
                    "/slos/cold-start",
                    "/cutovers/checkout",
                    "/cutovers/checkout?range=15m&to=2026-02-14T10:30:00Z",
                    "/cutovers/cart",
                    "/cutovers/cart?route=%2Fcart%2Fitems",
                    "/cutovers/auth",
                    "/definitions",
                    "/definitions/source?file=business%2Fcheckout.yaml&line=6",
                    "/system",
                    "/traces",
                    "/traces?slo=checkout-latency&min=250&outcome=good&to=2026-02-14T09:30:00Z",
                    "/traces/" + FakeEngine.TRACE_ID,
                    "/api");

    private static Browser browser;
    private FakeEngine engine;
    private Dashboard dashboard;

    @BeforeAll
    static void openBrowser() {
        browser = Chromium.shared();
    }

    @BeforeEach
    void start() {
        engine = FakeEngine.shopFlow();
        dashboard = Dashboard.of(engine);
    }

    @AfterEach
    void stop() {
        dashboard.close();
    }

    /**
     * Every page at both widths and in both schemes. Layout and scheme do not depend on each other,
     * so two views do; {@code -Dsluice.views=all} asks for all four, and {@code
     * -Dsluice.pictures=true} for a picture of each.
     */
    static Stream<Arguments> views() {
        return PAGES.stream()
                .flatMap(
                        path ->
                                Stream.of(1440, 390)
                                        .flatMap(
                                                width ->
                                                        schemes(width)
                                                                .map(
                                                                        scheme ->
                                                                                Arguments.of(
                                                                                        path, width,
                                                                                        scheme))));
    }

    private static Stream<ColorScheme> schemes(int width) {
        return "all".equals(System.getProperty("sluice.views"))
                ? Stream.of(ColorScheme.LIGHT, ColorScheme.DARK)
                : Stream.of(width == 390 ? ColorScheme.DARK : ColorScheme.LIGHT);
    }

    @ParameterizedTest
    @MethodSource("views")
    void page_isWholeAndAccessible(String path, int width, ColorScheme scheme) {
        try (BrowserContext context = context(width, scheme)) {
            List<String> errors = new ArrayList<>();
            Page page = open(context, path, errors);

            Chromium.awaitPlots(page);
            assertThat(
                            page.evaluate(
                                    "() => document.documentElement.scrollWidth <="
                                            + " window.innerWidth"))
                    .as("no horizontal scrolling")
                    .isEqualTo(true);
            assertThat(violations(page))
                    .extracting(rule -> rule.getId() + ": " + rule.getNodes())
                    .isEmpty();
            assertThat(errors).isEmpty();
            if (Boolean.getBoolean("sluice.pictures")) {
                page.screenshot(
                        new Page.ScreenshotOptions()
                                .setFullPage(true)
                                .setPath(picture(path, width, scheme)));
            }
        }
    }

    /**
     * By all rules. A page of ours has no frames, so it is judged where it is ("legacy") and not
     * sent to a page of axe's; and what is in order is not listed.
     */
    private static List<Rule> violations(Page page) {
        AxeRunOptions options = new AxeRunOptions();
        options.setResultTypes(List.of("violations"));
        return new AxeBuilder(page).options(options).setLegacyMode(true).analyze().getViolations();
    }

    /** Where to look when a page is to be seen as the test saw it. */
    private static Path picture(String path, int width, ColorScheme scheme) {
        String name = path.equals("/") ? "overview" : path.substring(1);
        return Path.of(
                "target",
                "pictures",
                name.replaceAll("[^a-z0-9]+", "-")
                        + "-"
                        + width
                        + "-"
                        + scheme.name().toLowerCase(Locale.ROOT)
                        + ".png");
    }

    @Test
    void change_isShownInPlace_withoutReload() {
        try (BrowserContext context = context(1440, ColorScheme.LIGHT)) {
            List<String> errors = new ArrayList<>();
            Page page = open(context, "/", errors);
            assertThat(page.locator("#live")).hasText("Live");
            page.locator("#ingest-rows summary").click();
            Locator focused = page.locator("a[href='/slos/cart-errors']").first();
            focused.focus();
            page.evaluate("() => { window.marked = true; window.scrollTo(0, 400); }");
            double place = focused.boundingBox().y;

            engine.burn("auth-errors", 12_000, 0.09);

            assertThat(page.locator("h1")).containsText("2 objectives are burning their budgets");
            assertThat(page.locator("tr", new Page.LocatorOptions().setHasText("Auth errors")))
                    .containsText("Burning");
            assertThat(page.locator("#ingest-rows")).hasAttribute("open", "");
            assertThat(focused).isFocused();
            assertThat(focused.boundingBox().y).isCloseTo(place, offset(1.0));
            assertThat(page.evaluate("() => window.marked")).isEqualTo(true);
            assertThat(errors).isEmpty();
        }
    }

    @Test
    void plot_takesNewNumbers_withoutBeingDrawnAnew() {
        try (BrowserContext context = context(1440, ColorScheme.LIGHT)) {
            Page page = open(context, "/slos/auth-errors", new ArrayList<>());
            assertThat(page.locator("#burn-0 canvas")).isVisible();
            assertThat(page.locator("#live")).hasText("Live");
            page.evaluate("() => { document.querySelector('#burn-0 canvas').marked = true; }");

            var numbers =
                    page.waitForResponse(
                            answer -> answer.url().contains("/plots/slos/auth-errors/burn"),
                            () -> engine.burn("auth-errors", 12_000, 0.09));

            assertThat(numbers.ok()).isTrue();
            assertThat(page.locator("h1")).containsText("Burning");
            assertThat(page.evaluate("() => document.querySelector('#burn-0 canvas').marked"))
                    .isEqualTo(true);
        }
    }

    @Test
    void decision_isShownWhenItFalls() {
        try (BrowserContext context = context(390, ColorScheme.DARK)) {
            Page page = open(context, "/cutovers/cart", new ArrayList<>());
            assertThat(page.locator(".verdict-word")).hasText("Hold");
            assertThat(page.locator("#live")).hasText("Live");

            engine.finishCart();

            assertThat(page.locator(".verdict-word")).hasText("Done");
            assertThat(page).hasTitle("Done: Product Catalog · Sluice");
        }
    }

    @Test
    void serverThatGoesAway_isSaid() {
        try (BrowserContext context = context(1440, ColorScheme.LIGHT)) {
            Page page = open(context, "/", new ArrayList<>());
            assertThat(page.locator("#live")).hasText("Live");

            dashboard.close();

            assertThat(page.locator("#live")).hasText("Reconnecting");
            assertThat(page.locator("h1")).containsText("Checkout success");
        }
    }

    @Test
    void withoutScripts_everythingIsThere() {
        try (BrowserContext context =
                browser.newContext(new Browser.NewContextOptions().setJavaScriptEnabled(false))) {
            Page page = context.newPage();
            page.navigate(dashboard.url("/slos/checkout-success"));

            assertThat(page.locator("h1")).containsText("Checkout success");
            assertThat(page.locator("noscript svg path").first()).isVisible();
            assertThat(page.locator(".windows tbody tr")).hasCount(7);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pagesOwnEntry_isInSightOnANarrowScreen(boolean scripts) {
        try (BrowserContext context =
                browser.newContext(
                        new Browser.NewContextOptions()
                                .setViewportSize(390, 900)
                                .setJavaScriptEnabled(scripts))) {
            Page page = context.newPage();
            for (String path : List.of("/", "/results", "/system", "/api")) {
                page.navigate(dashboard.url(path));
                BoundingBox entry = page.locator(".top nav [aria-current]").boundingBox();
                assertThat(entry.x).as(path).isNotNegative();
                assertThat(entry.x + entry.width).as(path).isLessThanOrEqualTo(390);
                assertThat(page.locator(".brand").boundingBox().y).as(path).isNotNegative();
            }
        }
    }

    @Test
    void withoutScripts_anIncidentIsAcknowledged_andAnObjectiveSilenced() {
        try (BrowserContext context =
                browser.newContext(new Browser.NewContextOptions().setJavaScriptEnabled(false))) {
            Page page = context.newPage();
            page.navigate(dashboard.url("/alerts"));
            Locator trouble =
                    page.locator(
                            ".trouble", new Page.LocatorOptions().setHasText("Checkout success"));

            trouble.locator("button", named("Acknowledge")).click();
            assertThat(trouble).containsText("local acknowledged it");
            assertThat(trouble.locator("button", named("Acknowledge"))).hasCount(0);

            trouble.locator("summary").click();
            trouble.locator("input[name=reason]").fill("known, being mended");
            trouble.locator("button", named("Tell nobody")).click();
            assertThat(trouble).containsText("Nobody is told until");
            assertThat(page.locator(".silence")).containsText("known, being mended");

            page.locator(".silence button").click();
            assertThat(page.locator(".silence")).hasCount(0);
        }
    }

    private static Locator.LocatorOptions named(String text) {
        return new Locator.LocatorOptions().setHasText(text);
    }

    @Test
    void acknowledgement_isShownToOtherReaders() {
        try (BrowserContext context = context(1440, ColorScheme.LIGHT)) {
            List<String> errors = new ArrayList<>();
            Page page = open(context, "/alerts", errors);
            assertThat(page.locator("#live")).hasText("Live");
            Locator first = page.locator(".trouble").first();
            first.locator("summary").click();
            first.locator("input[name=reason]").fill("half a sen");

            engine.acknowledge("open", "ben");

            assertThat(first).containsText("ben acknowledged it");
            assertThat(first.locator("button", named("Acknowledge"))).hasCount(0);
            assertThat(first.locator("input[name=reason]")).hasValue("half a sen");
            assertThat(errors).isEmpty();
        }
    }

    @Test
    void keyboard_reachesThePageFirst_andThenItsLinks() {
        try (BrowserContext context = context(1440, ColorScheme.LIGHT)) {
            Page page = open(context, "/", new ArrayList<>());

            page.keyboard().press("Tab");
            assertThat(page.locator(".skip")).isFocused();
            page.keyboard().press("Enter");
            page.keyboard().press("Tab");
            assertThat(page.locator(".alert-name").first()).isFocused();
            page.keyboard().press("Enter");
            assertThat(page).hasURL(dashboard.url("/slos/checkout-success"));
        }
    }

    @Test
    void numbersOfAPlot_areATableToo_andStayOpenWhileTheyChange() {
        try (BrowserContext context = context(1440, ColorScheme.LIGHT)) {
            List<String> errors = new ArrayList<>();
            Page page = open(context, "/slos/auth-errors", errors);
            assertThat(page.locator("#burn-0 canvas")).isVisible();
            assertThat(page.locator("#live")).hasText("Live");
            page.locator("#burn-0-numbers summary").click();
            Locator newest = page.locator("#burn-0-numbers tbody tr").first();
            assertThat(newest).containsText("×");
            String before = newest.textContent();

            engine.burn("auth-errors", 12_000, 0.09);

            assertThat(newest).not().hasText(before);
            assertThat(page.locator("#burn-0-numbers")).hasAttribute("open", "");
            assertThat(errors).isEmpty();
        }
    }

    @Test
    void plotsOfAPage_pointAtTheSameTime() {
        try (BrowserContext context = context(1440, ColorScheme.LIGHT)) {
            Page page = open(context, "/slos/checkout-success?range=1d", new ArrayList<>());
            assertThat(page.locator("#burn-0 canvas")).isVisible();

            page.locator("#budget-0 .u-over").hover();

            assertThat(page.locator("#budget-0 .key-at")).not().isEmpty();
            assertThat(page.locator("#burn-0 .key-at")).not().isEmpty();
        }
    }

    @Test
    void times_areTheReaders_andUtcIsSaidToWhoeverPoints() {
        try (BrowserContext context =
                browser.newContext(new Browser.NewContextOptions().setTimezoneId("Asia/Kolkata"))) {
            List<String> errors = new ArrayList<>();
            Page page = open(context, "/alerts", errors);
            Locator began = page.locator(".trouble time").first();
            assertThat(began).hasText("15:47:00");
            assertThat(began).hasAttribute("title", "14 Feb 2026, 10:17:00 UTC");
            assertThat(page.locator(".incidents tbody time").last()).hasText("6 Feb, 13:10");
            assertThat(page.locator(".as-of")).hasText("As of 16:10:00 GMT+5:30");
            assertThat(page.locator("#live")).hasText("Live");

            engine.acknowledge("open", "ben");

            assertThat(page.locator(".taken")).hasText("ben acknowledged it 15:52:00");
            assertThat(began).hasText("15:47:00");

            page.navigate(dashboard.url("/slos/checkout-success"));
            page.locator("#burn-0-numbers summary").click();
            assertThat(page.locator("#burn-0-numbers thead")).containsText("Time, GMT+5:30");
            assertThat(page.locator("#burn-0-numbers tbody tr").first())
                    .containsText("14 Feb 16:10");
            assertThat(errors).isEmpty();
        }
    }

    @Test
    void filter_keepsWhatAReaderTypes_whileThePageChanges() {
        try (BrowserContext context = context(1440, ColorScheme.LIGHT)) {
            Page page = open(context, "/", new ArrayList<>());
            assertThat(page.locator("#live")).hasText("Live");
            page.locator("input[name=q]").fill("cart");

            engine.burn("auth-errors", 12_000, 0.09);

            assertThat(page.locator("h1")).containsText("2 objectives are burning their budgets");
            assertThat(page.locator("input[name=q]")).hasValue("cart");
            page.keyboard().press("Enter");
            assertThat(page.locator(".filter-shown")).containsText("3 of 18 objectives");
        }
    }

    @Test
    void traces_areFoundByForm_andFollowedToTheirLogs() {
        try (BrowserContext context = context(1440, ColorScheme.LIGHT)) {
            List<String> errors = new ArrayList<>();
            Page page = open(context, "/traces", errors);

            page.locator("select[name=slo]").selectOption("cart-errors");
            page.locator("input[name=route]").fill("/cart & more");
            page.locator("button[type=submit]").click();

            // The log is looked through bit by bit until a page is full.
            assertThat(page.locator("#said"))
                    .hasText("2 traces that spent budget of Cart errors, newest first.");
            assertThat(page.locator("#found tr")).hasCount(2);
            assertThat(page.locator("#found tr").first()).containsText("/cart & more");
            assertThat(page.locator("#found tr").last()).containsText(FakeEngine.OLDER_TRACE_ID);
            assertThat(page.locator("#found time").last())
                    .hasAttribute("title", Pattern.compile("UTC"));
            page.locator("tbody a").first().click();
            assertThat(page.locator(".span").first()).containsText("strangler-proxy");
            assertThat(page.locator(".log")).containsText("version is 17");
            assertThat(page.locator("#live")).isEmpty();
            assertThat(errors).isEmpty();
        }
    }

    @Test
    void hostileText_isOnlyText() {
        try (Dashboard hostile =
                        Dashboard.of(
                                FakeEngine.withText(
                                        "<img src=x"
                                                + " onerror=alert(1)>\"'><script>alert(2)</script>"));
                BrowserContext context = context(1440, ColorScheme.LIGHT)) {
            List<String> errors = new ArrayList<>();
            Page page = context.newPage();
            page.onConsoleMessage(message -> errors.add(message.text()));
            page.onDialog(
                    dialog -> {
                        errors.add(dialog.message());
                        dialog.dismiss();
                    });
            for (String path : List.of("/", "/slos/text", "/cutovers/text", "/results")) {
                page.navigate(hostile.url(path));
                assertThat(page.locator("#live")).hasText("Live");
                assertThat(page.locator("img[src=x]")).hasCount(0);
            }
            for (String path : List.of("/traces", "/traces/" + FakeEngine.TRACE_ID)) {
                page.navigate(hostile.url(path));
                assertThat(page.locator("main")).containsText("<script>alert(2)");
                assertThat(page.locator("img[src=x]")).hasCount(0);
            }
            assertThat(errors).isEmpty();
        }
    }

    private BrowserContext context(int width, ColorScheme scheme) {
        return browser.newContext(
                new Browser.NewContextOptions().setViewportSize(width, 900).setColorScheme(scheme));
    }

    private Page open(BrowserContext context, String path, List<String> errors) {
        Page page = context.newPage();
        page.onConsoleMessage(message -> errors.add(message.type() + ": " + message.text()));
        page.onPageError(errors::add);
        page.navigate(dashboard.url(path));
        return page;
    }
}
