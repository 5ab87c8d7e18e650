package io.sluice.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A whole server and a real browser: what was accepted is seen without asking for it. */
final class LiveUpdateTest {
    /** What is promised is 2 s; a machine that builds other things may take longer. */
    private static final double PATIENCE_MILLIS = 20_000;

    /** Good and bad ones, so that each changes the share that is shown. */
    private static final int[][] EVENTS = {
        {1, 0}, {0, 1}, {2, 0}, {0, 1}, {4, 0}, {0, 3}, {20, 0}, {0, 18}, {50, 0}
    };

    @TempDir private Path folder;

    @Test
    void acceptedEvent_isSeenOnOpenPages(TestReporter reporter) throws Exception {
        try (Scene scene =
                        new Scene(
                                folder,
                                new Sluice.Machine(
                                        Instant::now, System::nanoTime, _ -> Long.MAX_VALUE));
                Playwright playwright = playwright();
                Browser browser = chromium(playwright)) {
            Page page = browser.newPage();
            List<String> errors = new ArrayList<>();
            page.onConsoleMessage(message -> errors.add(message.text()));
            page.navigate(scene.url("/"));
            assertThat(page.locator("#live")).hasText("Live");
            Locator share = page.locator("tr[data-key=cart-success] .now");

            double[] millis = new double[EVENTS.length];
            for (int round = 0; round < EVENTS.length; round++) {
                String before = share.textContent();
                int good = EVENTS[round][0];
                int bad = EVENTS[round][1];
                assertThat(scene.send(Instant.now(), good, bad).statusCode()).isEqualTo(200);
                long accepted = System.nanoTime();
                assertThat(share)
                        .not()
                        .hasText(
                                before,
                                new LocatorAssertions.HasTextOptions().setTimeout(PATIENCE_MILLIS));
                millis[round] = (System.nanoTime() - accepted) / 1e6;
            }
            assertThat(share).containsText("77 %");
            Arrays.sort(millis);
            reporter.publishEntry(
                    "accepted to seen, ms",
                    "median %.0f, most %.0f, of %d"
                            .formatted(
                                    millis[millis.length / 2],
                                    millis[millis.length - 1],
                                    millis.length));
            assertThat(errors).isEmpty();
        }
    }

    static Playwright playwright() {
        return Playwright.create(
                new Playwright.CreateOptions()
                        .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    }

    /** An installed one; where there is none, tests that need it are skipped and say so. */
    static Browser chromium(Playwright playwright) {
        List<Path> found =
                Stream.of(
                                System.getenv("CHROMIUM"),
                                "/usr/bin/chromium",
                                "/usr/bin/chromium-browser",
                                "/usr/bin/google-chrome")
                        .filter(path -> path != null)
                        .map(Path::of)
                        .filter(Files::isExecutable)
                        .toList();
        assumeTrue(!found.isEmpty(), "no Chromium: install it, or name it in CHROMIUM");
        return playwright
                .chromium()
                .launch(
                        new BrowserType.LaunchOptions()
                                .setExecutablePath(found.getFirst())
                                .setArgs(List.of("--no-sandbox", "--disable-gpu")));
    }
}
