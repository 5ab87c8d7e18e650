package io.sluice.dashboard.api;

import static io.sluice.dashboard.openapi.Operation.get;

import io.javalin.http.Context;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.openapi.Operation;
import io.sluice.dashboard.openapi.Query;
import io.sluice.dashboard.security.Role;
import io.sluice.engine.SloEngine;
import io.sluice.engine.TraceReader;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Traces, while the ingest log holds them. */
final class TraceRoutes {
    private static final Pattern TRACE_ID = Pattern.compile("[0-9a-fA-F]{32}");

    private static final Query<String> SLO =
            Query.text("slo")
                    .required()
                    .says("The SLO whose first objective decides what is good.");
    private static final Query<String> OUTCOME =
            Query.oneOf("outcome", "bad", "good").unlessGiven("bad");
    private static final Query<String> SIDE =
            Query.oneOf("side", "baseline", "candidate")
                    .says("Of the cutover that compares the same SLI.");
    private static final Query<String> ROUTE =
            Query.text("route").says("Only events of this group of the SLO.");
    private static final Query<Double> MIN_VALUE =
            Query.nonNegative("minValue")
                    .says(
                            "Only events whose judged value is at least this, in the indicator's"
                                    + " unit.");
    private static final Query<Instant> FROM =
            Query.instant("from").says("An hour before ?to unless given.");
    private static final Query<Instant> TO = Query.instant("to").says("Now unless given.");

    /** Of bodies, for one page: about a second's work. */
    private static final long MAX_SEARCHED_BYTES = 64L << 20;

    private static final Query<Integer> LIMIT =
            Query.integer("limit", 1, 1_000)
                    .unlessGiven(50)
                    .says(
                            "When so many are found, no further record of the log is read; a page"
                                    + " may hold more.");
    private static final Query<Long> BEFORE =
            Query.number("before").says("Goes on where a page ended: its member `before`.");
    private static final Query<Instant> NEAR =
            Query.instant("near")
                    .says(
                            "A time of the trace; all of the log is looked through unless it is"
                                    + " given.");

    private final SloEngine engine;
    private final TraceReader traces;

    TraceRoutes(SloEngine engine, TraceReader traces) {
        this.engine = engine;
        this.traces = traces;
    }

    List<Operation> operations() {
        return List.of(
                get(
                                "/traces",
                                "findTraces",
                                "Traces with events that an SLO counts, newest first: every one"
                                        + " with a bad event, or one in a hundred of the good"
                                        + " ones")
                        .roles(Role.READ_TRACES)
                        .takes(SLO, OUTCOME, SIDE, ROUTE, MIN_VALUE, FROM, TO, LIMIT, BEFORE)
                        .answers(TraceViews.Page.class, this::traces),
                get(
                                "/traces/{id}",
                                "getTrace",
                                "One trace with its log records, while the log holds it; what is"
                                        + " on the redaction list is taken out")
                        .roles(Role.READ_TRACES)
                        .path("id", "32 hex digits.", TRACE_ID.pattern())
                        .takes(NEAR)
                        .answers(TraceViews.Whole.class, this::trace));
    }

    private TraceViews.Page traces(Context ctx) {
        String slo = SLO.get(ctx);
        if (engine.slo(slo).isEmpty()) {
            throw ProblemException.notFound("SLO", slo);
        }
        TraceReader.Counted counted =
                engine.counted(slo, SIDE.find(ctx))
                        .orElseThrow(
                                () ->
                                        ProblemException.badRequest(
                                                SIDE.where(),
                                                "no cutover compares the SLI of " + slo,
                                                "no side, or an SLO of a compared SLI"));
        Instant to = TO.find(ctx).orElseGet(engine::now);
        Instant from = FROM.find(ctx).orElseGet(() -> to.minus(Duration.ofHours(1)));
        if (!from.isBefore(to)) {
            throw ProblemException.badRequest(
                    FROM.where(), "it is " + from + ", and ?to is " + to, "a time before ?to");
        }
        return TraceViews.Page.of(
                traces.find(
                        new TraceReader.Query(
                                counted,
                                OUTCOME.get(ctx).equals("good")
                                        ? TraceReader.Outcome.GOOD
                                        : TraceReader.Outcome.BAD,
                                ROUTE.find(ctx),
                                MIN_VALUE
                                        .find(ctx)
                                        .map(OptionalDouble::of)
                                        .orElseGet(OptionalDouble::empty),
                                from,
                                to,
                                LIMIT.get(ctx),
                                MAX_SEARCHED_BYTES,
                                BEFORE.find(ctx)
                                        .map(OptionalLong::of)
                                        .orElseGet(OptionalLong::empty))));
    }

    private TraceViews.Whole trace(Context ctx) {
        String id = ctx.pathParam("id");
        if (!TRACE_ID.matcher(id).matches()) {
            throw ProblemException.badRequest("the path", "this is no trace id", "32 hex digits");
        }
        Optional<Instant> near = NEAR.find(ctx);
        TraceReader.Trace trace = traces.trace(id, near);
        if (trace.spans().isEmpty() && trace.logs().isEmpty()) {
            throw ProblemException.notFound("trace", id);
        }
        return TraceViews.Whole.of(id, trace);
    }
}
