package io.sluice.dashboard.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;

/** What stands beside a plot's axes. */
final class PlotLabelsTest {
    /**
     * Notes texts that end at a place, with where they begin, and texts in the middle, with how far
     * they go over the edge; and words of lines, with where and how long they are, and dashed
     * lines.
     */
    private static final String NOTE_LABELS =
            """
            window.labels = [];
            window.times = new Map();
            const draw = CanvasRenderingContext2D.prototype.fillText;
            CanvasRenderingContext2D.prototype.fillText = function (text, x, ...rest) {
              if (this.textAlign === 'right') {
                const begin = this.getTransform().e + x - this.measureText(text).width;
                window.labels.push({ text, begin });
              }
              if (this.textAlign === 'center' && this.canvas.closest('#budget-0')) {
                const half = this.measureText(text).width / 2;
                window.times.set(this.getTransform().e + x + half - this.canvas.width, text);
              }
              if (text.startsWith('no go over')) {
                const place = [x, rest[0], this.measureText(text).width];
                window.words.set(place.join(), place);
              }
              return draw.call(this, text, x, ...rest);
            };
            window.words = new Map();
            window.across = new Map();
            const line = CanvasRenderingContext2D.prototype.lineTo;
            CanvasRenderingContext2D.prototype.lineTo = function (x, y) {
              if (String(this.getLineDash()) === '4,4' && this.canvas.closest('#budget-0')) window.across.set(y, [y]);
              return line.call(this, x, y);
            };
            """;

    @ParameterizedTest
    @CsvSource({"1, -100, '−10,000 %'", "2, -100, '−10,000 %'", "1, -1000000, '−100,000,000 %'"})
    void longestLabelOfAnAxis_isNotCut(double scale, double least, String longest) {
        String columns = columns("1770000000, 1770100000, 1770200000", least / 2, least);
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow());
                BrowserContext context =
                        Chromium.shared()
                                .newContext(
                                        new Browser.NewContextOptions()
                                                .setDeviceScaleFactor(scale))) {
            Page page = budget(context, dashboard, columns);

            List<?> texts = (List<?>) page.evaluate("() => labels.map((label) => label.text)");
            assertThat(texts.stream().map(Object::toString)).contains(longest);
            assertThat(page.evaluate("() => Math.min(...labels.map((label) => label.begin))"))
                    .asString()
                    .satisfies(begin -> assertThat(Double.parseDouble(begin)).isNotNegative());
        }
    }

    /** Minutes of a cutover, whose last full one is not over. */
    @ParameterizedTest
    @CsvSource({
        "1440, 1770000026, 1770000287, 08:12",
        "390, 1770000026, 1770000287, 08:12",
        "1440, 1770000002, 1770000058, 08:10:30"
    })
    void timesBelow_areAllDifferentAndWithinThePlot(int width, long first, long last, String one) {
        String columns = columns(first + ", " + (first + last) / 2 + ", " + last, 0.5, 0);
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow());
                BrowserContext context =
                        Chromium.shared()
                                .newContext(
                                        new Browser.NewContextOptions()
                                                .setTimezoneId("Asia/Kolkata")
                                                .setViewportSize(width, 900))) {
            Page page = budget(context, dashboard, columns);

            List<?> texts = (List<?>) page.evaluate("() => [...times.values()]");
            assertThat(texts.stream().map(Object::toString)).contains(one).doesNotHaveDuplicates();
            assertThat(page.evaluate("() => Math.max(...times.keys())"))
                    .asString()
                    .satisfies(end -> assertThat(Double.parseDouble(end)).isNotPositive());
        }
    }

    /**
     * Margins that are near each other, as far up as three quarters of the plot, and at its edges.
     */
    @ParameterizedTest
    @CsvSource({
        "1440, '0.7, 0.7'",
        "1440, '0.7, 0.705'",
        "1440, '0.7, 0.72'",
        "1440, '0.7, 0.75'",
        "390, '0.7, 0.72'",
        "390, '0.02, 0.03'",
        "390, '1, 1.001'",
        "1440, '0.7, 0.71, 0.72'",
        "1440, '0.4, 0.41, 0.42, 0.43, 0.44, 0.45'",
        "390, '0.4, 0.41, 0.42, 0.43, 0.44, 0.45'"
    })
    void wordsOfLines_areNotOverEachOther_norStruckOutByALine(int width, String values) {
        List<String> lines = new ArrayList<>();
        for (String value : values.split(", ", -1)) {
            lines.add(
                    """
                    {"value": %s, "label": "no go over %s×", "role": "bad"}
                    """
                            .formatted(value, value));
        }
        String columns =
                columns("1770000000, 1770100000, 1770200000", 0.5, 0)
                        .replace("\"lines\": []", "\"lines\": " + lines);
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow());
                BrowserContext context =
                        Chromium.shared()
                                .newContext(
                                        new Browser.NewContextOptions()
                                                .setViewportSize(width, 900))) {
            Page page = budget(context, dashboard, columns);

            List<List<Double>> words = numbers(page.evaluate("() => [...words.values()]"));
            List<List<Double>> across = numbers(page.evaluate("() => [...across.values()]"));
            assertThat(across).hasSize((int) lines.stream().distinct().count());
            assertThat(words).hasSizeGreaterThanOrEqualTo(Math.min(2, lines.size()));
            for (List<Double> one : words) {
                assertThat(across)
                        .noneMatch(
                                y -> y.getFirst() > one.get(1) && y.getFirst() < one.get(1) + 11);
                assertThat(words)
                        .filteredOn(other -> other != one)
                        .noneMatch(
                                other ->
                                        other.get(0) < one.get(0) + one.get(2)
                                                && one.get(0) < other.get(0) + other.get(2)
                                                && Math.abs(other.get(1) - one.get(1)) < 11);
            }
        }
    }

    /** The budget stays just above a line, where words would stand otherwise. */
    @Test
    void wordsOfALine_areNotOverACurve() {
        String columns =
                columns("1770000000, 1770100000, 1770200000", 1, 1)
                        .replace(
                                "\"lines\": []",
                                """
                                "lines": [{"value": 0.97, "label": "no go over it", "role": "bad"},
                                          {"value": 0.8, "label": "", "role": "bad"}]
                                """);
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow());
                BrowserContext context =
                        Chromium.shared()
                                .newContext(
                                        new Browser.NewContextOptions()
                                                .setViewportSize(1440, 900))) {
            Page page = budget(context, dashboard, columns);

            List<List<Double>> words = numbers(page.evaluate("() => [...words.values()]"));
            List<List<Double>> across = numbers(page.evaluate("() => [...across.values()]"));
            double line = across.stream().mapToDouble(List::getFirst).min().orElseThrow();
            assertThat(words).hasSize(1);
            assertThat(words.getFirst().get(1)).as("below it").isGreaterThan(line);
        }
    }

    /** Lists of numbers, as a script gives them. */
    private static List<List<Double>> numbers(Object lists) {
        return ((List<?>) lists)
                .stream()
                        .map(
                                one ->
                                        ((List<?>) one)
                                                .stream()
                                                        .map(n -> ((Number) n).doubleValue())
                                                        .toList())
                        .toList();
    }

    private static String columns(String at, double second, double third) {
        return """
               {"x": "time", "y": "percent", "at": [%s],
                "series": [{"label": "Budget left", "role": "budget", "values": [1, %s, %s]}],
                "lines": [], "marks": [], "bands": []}
               """
                .formatted(at, second, third);
    }

    /** A page with the plot of a budget, drawn from these columns. */
    private static Page budget(BrowserContext context, Dashboard dashboard, String columns) {
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
        return page;
    }
}
