package io.sluice.dashboard.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An installed Chromium, never a downloaded one. Where there is none, tests that need it are
 * skipped and say so; the system property or environment variable {@code CHROMIUM} names one that
 * lies elsewhere.
 */
final class Chromium implements AutoCloseable {
    private static final List<String> USUAL_PLACES =
            List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

    private static final List<String> QUIET =
            List.of(
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--no-first-run");

    private static @Nullable Chromium shared;

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Path executable) {
        playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(executable)
                                        .setArgs(QUIET));
    }

    /** The one of all tests of this JVM, which run one after the other; nobody closes it. */
    static Browser shared() {
        if (shared == null) {
            Chromium opened = open();
            Runtime.getRuntime().addShutdownHook(new Thread(opened::close));
            shared = opened;
        }
        return shared.browser;
    }

    static Chromium open() {
        List<Path> found =
                Stream.concat(
                                Stream.of(System.getProperty("CHROMIUM"), System.getenv("CHROMIUM"))
                                        .filter(path -> path != null),
                                USUAL_PLACES.stream())
                        .map(Path::of)
                        .filter(Files::isExecutable)
                        .toList();
        assumeTrue(!found.isEmpty(), "no Chromium: install it, or name it in CHROMIUM");
        return new Chromium(found.getFirst());
    }

    /** Returns once every plot of a page is drawn; fails if one is not. */
    static void awaitPlots(Page page) {
        page.locator("[data-plot]")
                .all()
                .forEach(plot -> assertThat(plot.locator("canvas")).isVisible());
    }

    Browser browser() {
        return browser;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
