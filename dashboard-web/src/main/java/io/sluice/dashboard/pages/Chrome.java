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
 * @param live whether the page follows what changes
 * @param at the instant that the page tells of
 * @param problems of a definition change that is not in force
 * @param troubles what keeps Sluice from taking in or storing anything; none is told to strangers
 * @param known whether the reader is known; strangers see no way on
 * @param mayOperate whether the reader may change something
 * @param user who is logged in; empty for nobody, where nobody has to
 */
public record Chrome(
        String title,
        String path,
        String section,
        boolean live,
        Instant at,
        List<Problem> problems,
        List<String> troubles,
        boolean known,
        boolean mayOperate,
        String user,
        Assets assets) {
    /** As many as can be read without losing sight of the page; the first is often the cause. */
    private static final int FIRST = 3;

    public Chrome {
        problems = List.copyOf(problems);
        troubles = troubles.stream().map(Sentences::sentence).toList();
    }

    /** Whether they are told above the page; the system's page begins with the first. */
    public boolean showsTroubles() {
        return troubles.size() > (section.equals("system") ? 1 : 0);
    }

    /** The errors, since they are what keeps the change out, or as many of them as a page bears. */
    public List<Problem> firstProblems() {
        return problems.stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .limit(FIRST)
                .toList();
    }

    /** The words of the link to all of them. */
    public String allProblems() {
        return problems.size() == 1 ? "More about it" : "All " + problems.size() + " problems";
    }

    /** {@code 14 Feb 2026, 10:40:00 UTC}. */
    public String utc() {
        return Format.utc(at);
    }

    /** {@code 10:40:00}. */
    public String time() {
        return Format.time(at);
    }
}
