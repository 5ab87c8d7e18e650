package io.sluice.dashboard.pages;

import io.sluice.definitions.yaml.Problem;

import java.time.Instant;
import java.util.List;

/**
 * What is around every page.
 *
 * @param title of the browser's tab
 * @param path where the page asks for itself again
 * @param section which entry of the navigation is lit; empty for none
 * @param at the instant that the page tells of
 * @param problems of a definition change that is not in force
 */
public record Chrome(
        String title,
        String path,
        String section,
        Instant at,
        List<Problem> problems,
        Assets assets) {
    public Chrome {
        problems = List.copyOf(problems);
    }

    /** {@code 10:40:00}. */
    public String time() {
        return Format.time(at);
    }
}
