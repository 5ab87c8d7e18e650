package io.sluice.server.report;

import io.sluice.definitions.yaml.Problem;

import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * Tells problems to people: one line that editors and terminals can follow to the place, the line
 * of the file with a caret under the exact column, and what was expected.
 *
 * <pre>
 * slos/cart.yaml:12:3: error: unknown key `budgetingMetod`, did you mean `budgetingMethod`?
 *       budgetingMetod: Occurrences
 *       ^
 *     at spec.budgetingMetod; expected description, service or budgetingMethod
 * </pre>
 */
public final class ProblemText {
    private static final String INDENT = "    ";

    private final Ansi ansi;
    private final SourceLines lines = new SourceLines();

    /**
     * @param ansi whether to colour; automatic means on a terminal and without NO_COLOR
     */
    public ProblemText(Ansi ansi) {
        this.ansi = ansi;
    }

    /** Prints every problem. */
    public void print(List<Problem> problems, PrintWriter out) {
        problems.forEach(problem -> print(problem, out));
    }

    private void print(Problem problem, PrintWriter out) {
        String place = problem.file() + ":" + problem.line() + ":" + problem.column() + ":";
        String severity = problem.severity().name().toLowerCase(Locale.ROOT) + ":";
        out.println(
                styled(place, Style.bold)
                        + " "
                        + styled(severity, Style.bold, colour(problem.severity()))
                        + " "
                        + problem.message());
        lines.of(problem)
                .map(line -> Excerpt.of(line, problem.column()))
                .ifPresent(
                        excerpt -> {
                            out.println(INDENT + excerpt.line());
                            out.println(
                                    INDENT + styled(excerpt.caret(), colour(problem.severity())));
                        });
        String at = problem.path().isEmpty() ? "" : "at " + problem.path();
        String expected = problem.expected().isEmpty() ? "" : "expected " + problem.expected();
        if (!at.isEmpty() || !expected.isEmpty()) {
            out.println(INDENT + at + (at.isEmpty() || expected.isEmpty() ? "" : "; ") + expected);
        }
    }

    /** Not picocli's markup, which would take an {@code @} of the file for its own. */
    private String styled(String text, IStyle... styles) {
        return ansi.enabled() ? Style.on(styles) + text + Style.reset.on() : text;
    }

    private static Style colour(Problem.Severity severity) {
        return switch (severity) {
            case ERROR -> Style.fg_red;
            case WARNING -> Style.fg_yellow;
            case NOTE -> Style.fg_cyan;
        };
    }
}
