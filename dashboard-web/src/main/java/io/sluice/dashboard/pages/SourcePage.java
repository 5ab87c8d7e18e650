package io.sluice.dashboard.pages;

import io.javalin.http.Context;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.SloEngine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A definition file that is in force, line by line.
 *
 * @param part which lines are shown; empty for all
 */
public record SourcePage(String file, String part, List<Line> lines) {
    /** Of a longer file, so many lines around the one that is meant. */
    private static final int SHOWN = 1_000;

    /**
     * One line.
     *
     * @param meant whether the address names it
     */
    public record Line(int number, String text, boolean meant) {}

    /** A file's address. */
    static String address(String file) {
        return "/definitions/source?file=" + Links.segment(file);
    }

    /** The address of a line of it. */
    static String address(String file, int line) {
        return address(file) + "&line=" + line + "#L" + line;
    }

    static SourcePage of(SloEngine engine, Context ctx) {
        String path = Optional.ofNullable(ctx.queryParam("file")).orElse("");
        SourceFile file =
                engine.definitions().files().stream()
                        .filter(one -> one.path().equals(path))
                        .findFirst()
                        .orElseThrow(() -> ProblemException.notFound("definition file", path));
        List<String> text = file.text().lines().toList();
        int meant = line(ctx, text.size());
        int first =
                text.size() <= SHOWN ? 0 : Math.clamp(meant - SHOWN / 2, 0, text.size() - SHOWN);
        int end = Math.min(text.size(), first + SHOWN);
        List<Line> lines = new ArrayList<>();
        for (int i = first; i < end; i++) {
            lines.add(new Line(i + 1, text.get(i), i + 1 == meant));
        }
        return new SourcePage(
                path,
                lines.size() < text.size()
                        ? "Lines " + (first + 1) + " to " + end + " of " + text.size()
                        : "",
                lines);
    }

    /** The line that is meant; 0 for none. */
    private static int line(Context ctx, int lines) {
        String line = ctx.queryParam("line");
        if (line == null) {
            return 0;
        }
        try {
            int number = Integer.parseInt(line);
            if (number >= 1 && number <= lines) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, with the numbers that are out of range.
        }
        throw ProblemException.badRequest("?line", "this is " + line, "1 to " + lines);
    }
}
