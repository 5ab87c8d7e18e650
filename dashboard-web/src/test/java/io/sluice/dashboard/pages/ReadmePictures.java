package io.sluice.dashboard.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;

/**
 * Makes the pictures that the README shows, from the shop in the middle of its migration. Not one
 * of the tests that always run, since its result is kept with the sources:
 *
 * <pre>
 * mvn -Dquick -DskipTests=false -Dtest=ReadmePictures -Dsurefire.failIfNoSpecifiedTests=false \
 *     -pl dashboard-web -am test</pre>
 */
final class ReadmePictures {
    private static final int WIDTH = 1280;

    @Test
    void overviewAndCutover() {
        try (Chromium chromium = Chromium.open();
                Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow());
                BrowserContext context =
                        chromium.browser()
                                .newContext(
                                        new Browser.NewContextOptions()
                                                .setViewportSize(WIDTH, 860)
                                                .setTimezoneId("UTC")
                                                .setColorScheme(ColorScheme.LIGHT))) {
            take(context, dashboard.url("/"), "overview");
            take(context, dashboard.url("/cutovers/checkout"), "cutover");
        }
    }

    private static void take(BrowserContext context, String address, String name) {
        Page page = context.newPage();
        page.navigate(address);
        assertThat(page.locator("#live")).hasText("Live");
        Chromium.awaitPlots(page);
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("docs", name + ".png")));
    }
}
