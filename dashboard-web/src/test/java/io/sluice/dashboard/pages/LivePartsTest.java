package io.sluice.dashboard.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What an open page is sent of a change, and that it is then as if it had been opened anew. */
final class LivePartsTest {
    private static final String UPDATE = "Sluice-Holds";
    private static final int CHANGES = 200;

    private static Browser browser;

    @BeforeAll
    static void openBrowser() {
        browser = Chromium.shared();
    }

    @Test
    void oneOfAThousandObjectivesChanges_andOnlyItTravels() {
        FakeEngine engine = FakeEngine.large(1_000 - 18);
        try (Dashboard dashboard = Dashboard.of(engine);
                Page page = browser.newPage()) {
            awaitSparklines(engine, dashboard);
            page.navigate(dashboard.url("/"));
            assertThat(page.locator("#live")).hasText("Live");
            page.evaluate("() => document.querySelectorAll('tr').forEach(row => row.marked = 1)");

            Response update =
                    page.waitForResponse(
                            answer -> answer.request().headers().containsKey(UPDATE.toLowerCase()),
                            () -> engine.burn("auth-errors", 12_000, 0.09));

            assertThat(page.locator("h1")).containsText("2 objectives are burning their budgets");
            assertThat(page.locator("tr", new Page.LocatorOptions().setHasText("Auth errors")))
                    .containsText("Burning");
            assertThat(
                            page.evaluate(
                                    "() => [...document.querySelectorAll('tr')].every(r => r.marked)"))
                    .as("no row was drawn anew")
                    .isEqualTo(true);
            assertThat(page.locator("[data-same]")).hasCount(0);
            assertThat(update.body().length).isLessThan(20_000);
            assertThat(shown(page)).isEqualTo(reloaded(page));
        }
    }

    /**
     * Most of them are drawn behind the first reader's back; those that are drawn later would be
     * part of the update. Five objectives have none.
     */
    private static void awaitSparklines(FakeEngine engine, Dashboard dashboard) {
        long patience = System.nanoTime() + 60_000_000_000L;
        while (dashboard.get("/").body().split("<path d=\"M0", -1).length - 1 < 995) {
            assertThat(System.nanoTime()).as("waited long enough").isLessThan(patience);
            engine.changed();
        }
    }

    @Test
    void pageWhoseVersionIsForgotten_isWholeAgain() {
        FakeEngine engine = FakeEngine.shopFlow();
        try (Dashboard dashboard = Dashboard.of(engine);
                Page page = browser.newPage()) {
            page.navigate(dashboard.url("/"));
            assertThat(page.locator("#live")).hasText("Live");
            page.evaluate("() => { document.getElementById('page').dataset.version = 'f00'; }");

            engine.burn("auth-errors", 12_000, 0.09);

            assertThat(page.locator("h1")).containsText("2 objectives are burning their budgets");
            assertThat(shown(page)).isEqualTo(reloaded(page));
        }
    }

    @Test
    void pageThatLacksWhatTheServerTookItToHave_asksForAllOfIt() {
        FakeEngine engine = FakeEngine.shopFlow();
        try (Dashboard dashboard = Dashboard.of(engine);
                Page page = browser.newPage()) {
            page.navigate(dashboard.url("/"));
            assertThat(page.locator("#live")).hasText("Live");
            page.evaluate("() => document.querySelector('tr[data-key=cart-errors]').remove()");

            engine.burn("auth-errors", 12_000, 0.09);

            assertThat(page.locator("tr[data-key=cart-errors]")).hasCount(1);
            assertThat(page.locator("[data-same]")).hasCount(0);
        }
    }

    /**
     * The script that the pages load, against made up pages whose keyed elements come and go. They
     * are put into the API's page, which asks for nothing by itself: an answer that comes later
     * would miss the places it was meant for.
     */
    @Test
    void anyChange_leavesThePageAsIfOpenedAnew() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow());
                Page page = browser.newPage()) {
            List<String> errors = new ArrayList<>();
            page.onPageError(errors::add);
            page.onConsoleMessage(message -> errors.add(message.text()));
            page.navigate(dashboard.url("/api"));
            Random random = new Random(7);
            List<Integer> held = MadeUp.any(random);
            Parts before = Parts.of(MadeUp.page(held));
            for (int change = 0; change < CHANGES; change++) {
                List<Integer> now = MadeUp.changed(held, random);
                Parts after = before.next(MadeUp.page(now));
                Object result =
                        page.evaluate(
                                """
                                ({ before, update, after }) => {
                                  const main = (html) => new DOMParser().parseFromString(html, 'text/html').querySelector('main');
                                  const target = document.getElementById('page');
                                  target.replaceChildren(...main(before).childNodes);
                                  htmx.swap(target, update, { swapStyle: 'morph' }, { select: '#page', contextElement: target });
                                  return [target.innerHTML, main(after).innerHTML];
                                }
                                """,
                                Map.of(
                                        "before", text(before.document()),
                                        "update", text(after.since(before.outline())),
                                        "after", text(after.document())));
                List<?> pages = (List<?>) result;
                assertThat(pages.getFirst())
                        .as("from %s to %s, %s", held, now, errors)
                        .isEqualTo(pages.getLast());
                held = now;
                before = after;
            }
            assertThat(errors).isEmpty();
        }
    }

    /** Sections of rows; a row is a number, whose last digit is its value and the rest its key. */
    private static final class MadeUp {
        private static final int KEYS = 12;

        static List<Integer> any(Random random) {
            List<Integer> rows = new ArrayList<>();
            for (int key = 0; key < KEYS; key++) {
                rows.add(10 * key + random.nextInt(3));
            }
            return rows;
        }

        /** Some rows get another value, one goes, one comes, and sometimes two change places. */
        static List<Integer> changed(List<Integer> rows, Random random) {
            List<Integer> now = new ArrayList<>(rows);
            for (int i = 0; i < now.size(); i++) {
                if (random.nextInt(6) == 0) {
                    now.set(i, now.get(i) / 10 * 10 + random.nextInt(3));
                }
            }
            if (random.nextBoolean() && now.size() > 2) {
                now.remove(random.nextInt(now.size()));
            }
            int key = random.nextInt(KEYS);
            if (now.stream().noneMatch(row -> row / 10 == key)) {
                now.add(random.nextInt(now.size() + 1), 10 * key);
            }
            if (random.nextInt(3) == 0) {
                int from = random.nextInt(now.size());
                now.add(random.nextInt(now.size()), now.remove(from));
            }
            return now;
        }

        /** Four rows a section, so that rows wander between sections, too. */
        static byte[] page(List<Integer> rows) {
            StringBuilder html =
                    new StringBuilder("<body><main id=\"page\" hx-ext=\"morph\" data-version=\"");
            html.append("0000000000000000\">\n<h1>").append(rows.size()).append("</h1>\n");
            for (int begin = 0; begin < rows.size(); begin += 4) {
                html.append("<section data-key=\"s").append(begin).append("\"><table><tbody>\n");
                for (int row : rows.subList(begin, Math.min(begin + 4, rows.size()))) {
                    html.append("<tr data-key=\"k%d\"><td>%d</td></tr>\n".formatted(row / 10, row));
                }
                html.append("</tbody></table></section>\n");
            }
            html.append("<p data-key=\"as-of\">now</p>\n</main></body>");
            return html.toString().getBytes(StandardCharsets.UTF_8);
        }
    }

    /** Times are in it, so both are of one moment of the engine's clock. */
    private static Object shown(Page page) {
        return page.evaluate(
                "() => document.getElementById('page').innerHTML.replace(/ open=\"\"/g, '')");
    }

    private static Object reloaded(Page page) {
        page.reload();
        assertThat(page.locator("#live")).hasText("Live");
        return shown(page);
    }

    private static String text(byte[] html) {
        return new String(html, StandardCharsets.UTF_8);
    }
}
