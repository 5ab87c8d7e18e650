package io.sluice.dashboard.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

/** Every page walked through by the Tab key alone. */
final class KeyboardTest {
    /** Regions that a browser lets scroll by itself are stations, too. */
    private static final int MORE_STATIONS = 20;

    /** Whether an element shows that it has the focus is asked while it has it. */
    private static final String WATCH =
            """
            () => {
              window.stations = [];
              document.addEventListener('focusin', ({ target }) => {
                const style = getComputedStyle(target);
                const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
                stations.push({ target, seen: outlined || style.boxShadow !== 'none' });
              });
              return wanted().length;
            }
            """;

    private static final String WANTED =
            """
            window.wanted = () => {
              const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
              return [...document.querySelectorAll(all)]
                  .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled);
            };
            """;

    private static final String RESULT =
            """
            () => {
              const told = (element) => element.outerHTML.slice(0, 120);
              return {
                missed: wanted().filter((e) => !stations.some((s) => s.target === e)).map(told),
                unseen: stations.filter((s) => !s.seen).map((s) => told(s.target)),
                first: told(stations[0].target),
              };
            }
            """;

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

    static List<String> pages() {
        return BrowserTest.PAGES;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everythingThatCanBeUsed_isReached_andShowsThatItIs(String path) {
        try (Page page = browser.newPage()) {
            page.addInitScript(WANTED);
            page.navigate(dashboard.url(path));
            int wanted = ((Number) page.evaluate(WATCH)).intValue();
            for (int press = 0; press < wanted + MORE_STATIONS; press++) {
                page.keyboard().press("Tab");
            }

            Map<?, ?> result = (Map<?, ?>) page.evaluate(RESULT);
            assertThat((List<?>) result.get("missed")).as("never reached").isEmpty();
            assertThat((List<?>) result.get("unseen")).as("no visible focus").isEmpty();
            assertThat(result.get("first").toString()).contains("class=\"skip\"");
        }
    }

    /** The link is the layout's, and so the same on every page. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "/cutovers/checkout"})
    void skipLink_leavesTheNavigationBehind_andShiftTabComesBack(String path) {
        try (Page page = browser.newPage()) {
            page.navigate(dashboard.url(path));
            page.keyboard().press("Tab");
            assertThat(page.locator(".skip")).isFocused();
            page.keyboard().press("Enter");
            assertThat(page.locator("#page")).isFocused();

            page.keyboard().press("Shift+Tab");

            assertThat(page.locator("header.top :focus")).hasCount(1);
        }
    }
}
