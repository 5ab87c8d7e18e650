package io.sluice.dashboard.pages;

import io.javalin.http.Context;
import io.sluice.dashboard.api.ResultsWindows;
import io.sluice.dashboard.openapi.Query;
import io.sluice.engine.SloEngine;
import io.sluice.engine.results.Results;
import io.sluice.engine.time.Interval;

import java.util.List;
import java.util.Optional;

/**
 * Which times a page of results sets against each other, as its address says it; the words are the
 * API's. A field that was left empty was not asked.
 */
record ResultsChoice(Results.Windows windows) {
    /** As each table says itself. */
    static final ResultsChoice OF_TABLE = new ResultsChoice(Results.Windows.OF_TABLE);

    static ResultsChoice of(Context ctx, SloEngine engine) {
        return new ResultsChoice(
                new Results.Windows(
                        given(ctx, "before", ResultsWindows.BEFORE),
                        given(ctx, "after", ResultsWindows.AFTER),
                        given(ctx, "cutovers", ResultsWindows.CUTOVERS)
                                .map(names -> ResultsWindows.cutovers(names, engine))
                                .orElse(List.of())));
    }

    private static <T> Optional<T> given(Context ctx, String name, Query<T> query) {
        return "".equals(ctx.queryParam(name)) ? Optional.empty() : query.find(ctx);
    }

    /** The same, by one cutover's times. */
    static ResultsChoice ofCutover(String name) {
        return new ResultsChoice(
                new Results.Windows(Optional.empty(), Optional.empty(), List.of(name)));
    }

    boolean isByHand() {
        return windows.before().isPresent() || windows.after().isPresent();
    }

    /** As a part of an address: {@code &cutovers=cart}, or nothing. */
    String query() {
        return windows.before().map(time -> "&before=" + written(time)).orElse("")
                + windows.after().map(time -> "&after=" + written(time)).orElse("")
                + (windows.cutovers().isEmpty()
                        ? ""
                        : "&cutovers=" + Links.segment(String.join(",", windows.cutovers())));
    }

    /** As a field of a form holds it. */
    static String written(Interval time) {
        return time.from() + "/" + time.to();
    }

    /** A path, and what was chosen. */
    String on(String path) {
        return Links.asked(path, query());
    }
}
