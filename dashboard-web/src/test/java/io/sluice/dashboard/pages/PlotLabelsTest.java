package io.sluice.dashboard.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/** What stands beside a plot's axes. */
final class PlotLabelsTest {
    /** Notes every text that is drawn to end at a place, and where it begins. */
    private static final String NOTE_LABELS =
            """
            window.labels = [];
            const draw = CanvasRenderingContext2D.prototype.fillText;
            CanvasRenderingContext2D.prototype.fillText = function (text, x, ...rest) {
              if (this.textAlign === 'right') {
                const begin = this.getTransform().e + x - this.measureText(text).width;
                window.labels.push({ text, begin });
              }
              return draw.call(this, text, x, ...rest);
            };
            """;

    @ParameterizedTest
    @CsvSource({"1, -100, '−10,000 %'", "2, -100, '−10,000 %'", "1, -1000000, '−100,000,000 %'"})
    void longestLabelOfAnAxis_isNotCut(double scale, double least, String longest) {
        String columns =
                """
                {"x": "time", "y": "percent", "at": [1770000000, 1770100000, 1770200000],
                 "series": [{"label": "Budget left", "role": "budget", "values": [1, %s, %s]}],
                 "lines": [], "marks": [], "bands": []}
                """
                        .formatted(least / 2, least);
        try (Chromium chromium = Chromium.open();
                Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow());
                BrowserContext context =
                        chromium.browser()
                                .newContext(
                                        new Browser.NewContextOptions()
                                                .setDeviceScaleFactor(scale))) {
            context.addInitScript(NOTE_LABELS);
            Page page = context.newPage();
            page.route(
                    url -> url.contains("/budget?"),
                    route ->
                            route.fulfill(
                                    new Route.FulfillOptions()
                                            .setContentType("application/json")
                                            .setBody(columns)));
            page.navigate(dashboard.url("/slos/checkout-success"));
            assertThat(page.locator("#budget-0 canvas")).isVisible();

            List<?> texts = (List<?>) page.evaluate("() => labels.map((label) => label.text)");
            assertThat(texts.stream().map(Object::toString)).contains(longest);
            assertThat(page.evaluate("() => Math.min(...labels.map((label) => label.begin))"))
                    .asString()
                    .satisfies(begin -> assertThat(Double.parseDouble(begin)).isNotNegative());
        }
    }
}
