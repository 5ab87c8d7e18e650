package io.sluice.dashboard.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

/** Pages on paper, printed by somebody whose screen is dark. */
final class PrintTest {
    /** What is left of A4 between its margins, in pixels. */
    private static final int PAPER_WIDTH = 703;

    private static final int PAPER_HEIGHT = 1031;

    private static Browser browser;
    private static Dashboard dashboard;

    @BeforeAll
    static void open() {
        browser = Chromium.shared();
        dashboard = Dashboard.of(FakeEngine.shopFlow());
    }

    @AfterAll
    static void close() {
        if (dashboard != null) {
            dashboard.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/slos/checkout-success?range=1d",
                "/cutovers/checkout",
                "/cutovers/cart",
                "/results",
                "/migrations",
                "/incidents/past"
            })
    void page_saysWhereAndWhenItWas_withoutWhatIsToBePressed(String path) {
        try (BrowserContext context = dark()) {
            Page page = drawn(context, path);
            page.pdf(new Page.PdfOptions().setFormat("A4").setPath(picture(path)));
            print(page);

            assertThat(page.locator(".printed")).hasText(dashboard.url(path));
            assertThat(page.locator(".printed")).isVisible();
            assertThat(page.locator(".as-of")).isVisible();
            assertThat(
                            page.evaluate(
                                    "() => getComputedStyle(document.querySelector('.as-of time'),"
                                            + " '::after').content"))
                    .asString()
                    .contains("14 Feb 2026, 10:40:00 UTC")
                    .isNotEmpty();
            for (Locator control : page.locator("nav, button, input, summary").all()) {
                if (control.evaluate("e => !e.closest('.ingest')").equals(true)) {
                    assertThat(control).isHidden();
                }
            }
            assertThat(page.evaluate("() => getComputedStyle(document.body).color"))
                    .isEqualTo("rgb(21, 25, 29)");
            assertThat(page.evaluate("() => document.documentElement.scrollWidth"))
                    .as("nothing is cut")
                    .isEqualTo(PAPER_WIDTH);
        }
    }

    @Test
    void plots_areDrawnInPapersColours_andNotWiderThanIt() {
        try (BrowserContext context = dark()) {
            Page page = drawn(context, "/slos/checkout-success?range=1d");
            Locator canvas = page.locator("#budget-0 canvas");
            assertThat(drawnIn(canvas, "#66c4d2")).isPositive();

            print(page);

            assertThat(drawnIn(canvas, "#66c4d2")).isZero();
            assertThat(drawnIn(canvas, "#0d6c7a")).isPositive();
            for (Locator each : page.locator(".plot canvas").all()) {
                assertThat(each.boundingBox().x + each.boundingBox().width)
                        .isLessThanOrEqualTo(PAPER_WIDTH);
                assertThat(((Number) each.evaluate("canvas => canvas.width")).doubleValue())
                        .as("dots of a pixel")
                        .isGreaterThan(2.5 * each.boundingBox().width);
            }

            page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.SCREEN));
            page.evaluate("() => window.dispatchEvent(new Event('afterprint'))");
            assertThat(drawnIn(canvas, "#66c4d2")).isPositive();
            page.setViewportSize(1440, 900);
            page.waitForFunction(
                    "() => [...document.querySelectorAll('.plot canvas')].every("
                            + "canvas => canvas.width === Math.round(canvas.getBoundingClientRect().width))");
        }
    }

    /** So a verdict stands beside what it was made from. */
    @ParameterizedTest
    @ValueSource(strings = {"/cutovers/checkout", "/cutovers/cart"})
    void cutoversFirstPage_hasTheFirstMetricsPlots(String path) {
        try (BrowserContext context = dark()) {
            Page page = drawn(context, path);
            print(page);

            BoundingBox plots = page.locator(".metric-grid").first().boundingBox();
            assertThat(plots.y + plots.height).isLessThan(PAPER_HEIGHT);
        }
    }

    private static BrowserContext dark() {
        return browser.newContext(
                new Browser.NewContextOptions()
                        .setViewportSize(1440, 900)
                        .setTimezoneId("Asia/Kolkata")
                        .setColorScheme(ColorScheme.DARK));
    }

    private static Page drawn(BrowserContext context, String path) {
        Page page = context.newPage();
        page.navigate(dashboard.url(path));
        Chromium.awaitPlots(page);
        return page;
    }

    /** As a browser does: it says that it is about to, and then makes its media paper. */
    private static void print(Page page) {
        page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))");
        page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
        page.setViewportSize(PAPER_WIDTH, 1000);
    }

    /** How many of a canvas's pixels have this colour, but for what smoothing makes of it. */
    private static int drawnIn(Locator canvas, String colour) {
        return (Integer)
                canvas.evaluate(
                        """
                        (canvas, colour) => {
                          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                          const wanted = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
                          let count = 0;
                          for (let i = 0; i < data.length; i += 4) {
                            if (data[i + 3] > 100 && wanted.every((part, p) => Math.abs(data[i + p] - part) < 6)) count++;
                          }
                          return count;
                        }
                        """,
                        colour);
    }

    /** Where to look when a page is to be seen on paper. */
    private static Path picture(String path) {
        String name = path.equals("/") ? "overview" : path.substring(1);
        return Path.of("target", "pictures", name.replaceAll("[^a-z0-9]+", "-") + ".pdf");
    }
}
