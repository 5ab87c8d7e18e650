package io.sluice.dashboard.api;

import io.javalin.http.Context;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.openapi.Query;
import io.sluice.engine.SloEngine;
import io.sluice.engine.results.Results;
import io.sluice.engine.time.Interval;

import java.util.Arrays;
import java.util.List;

/** Which times results set against each other, as an address says it; one way for API and pages. */
public final class ResultsWindows {
    /** By hand, the time before. */
    public static final Query<Interval> BEFORE =
            Query.interval("before", Interval::new)
                    .says("Unless given, up to where the cutovers began.");

    /** By hand, the time after. */
    public static final Query<Interval> AFTER =
            Query.interval("after", Interval::new)
                    .says("Unless given, since the cutovers had moved all traffic.");

    /** By cutover. */
    public static final Query<String> CUTOVERS =
            Query.text("cutovers")
                    .says(
                            "Names with commas between them: before ends where the first of them"
                                    + " began, and after begins where the last had moved all"
                                    + " traffic. Those of the table unless given.");

    private ResultsWindows() {}

    /**
     * Reads cutovers' names.
     *
     * @param names with commas between them
     * @throws ProblemException with 404 if there is no such cutover
     */
    public static List<String> cutovers(String names, SloEngine engine) {
        List<String> cutovers = Arrays.stream(names.split(",", -1)).map(String::strip).toList();
        for (String cutover : cutovers) {
            if (engine.cutover(cutover).isEmpty()) {
                throw ProblemException.notFound("cutover", cutover);
            }
        }
        return cutovers;
    }

    static Results.Windows of(Context ctx, SloEngine engine) {
        return new Results.Windows(
                BEFORE.find(ctx),
                AFTER.find(ctx),
                CUTOVERS.find(ctx).map(names -> cutovers(names, engine)).orElse(List.of()));
    }
}
