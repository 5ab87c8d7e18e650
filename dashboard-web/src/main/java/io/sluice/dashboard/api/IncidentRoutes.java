package io.sluice.dashboard.api;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.Json;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.security.RequestGuard;
import io.sluice.engine.SloEngine;
import io.sluice.engine.alert.Incident;
import io.sluice.engine.alert.Silence;
import io.sluice.engine.backtest.Interval;

import java.time.Duration;
import java.time.Instant;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/** What people do about alerts: take incidents on, mark missed ones, and silence. */
final class IncidentRoutes {
    private static final Duration DEFAULT_RANGE = Duration.ofDays(28);

    private final SloEngine engine;

    IncidentRoutes(SloEngine engine) {
        this.engine = engine;
    }

    void incidents(Context ctx) {
        Params.requireOnly(ctx, Set.of("from", "to"));
        Instant to = Params.instant(ctx, "to", engine.now());
        Instant from = Params.instant(ctx, "from", to.minus(DEFAULT_RANGE));
        Interval range = interval("?from", from, to);
        Json.write(
                ctx,
                HttpStatus.OK,
                IncidentView.Page.of(engine.incidents(range.from(), range.to())));
    }

    void markMissed(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        var body = Json.read(ctx, Bodies.MissedIncident.class);
        Interval time =
                interval(
                        "$.from",
                        Params.instant("$.from", Params.text("$.from", body.from())),
                        Params.instant("$.to", Params.text("$.to", body.to())));
        String slo = Params.text("$.slo", body.slo());
        String note = body.note() == null ? "" : Params.text("$.note", body.note());
        try {
            Incident missed = engine.markMissed(slo, time, note, RequestGuard.principal(ctx));
            Json.write(ctx, HttpStatus.CREATED, IncidentView.of(missed));
        } catch (NoSuchElementException e) {
            throw ProblemException.notFound("SLO", slo);
        }
    }

    void acknowledge(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        String id = ctx.pathParam("id");
        Incident incident =
                engine.acknowledge(id, RequestGuard.principal(ctx))
                        .orElseThrow(() -> ProblemException.notFound("open incident", id));
        Json.write(ctx, HttpStatus.OK, IncidentView.of(incident));
    }

    void silences(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        Json.write(
                ctx,
                HttpStatus.OK,
                new SilenceView.Page(engine.silences().stream().map(SilenceView::of).toList()));
    }

    void silence(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        var body = Json.read(ctx, Bodies.NewSilence.class);
        Instant from = Params.optionalInstant("$.from", body.from()).orElseGet(engine::now);
        Interval time =
                interval(
                        "$.until",
                        from,
                        Params.instant("$.until", Params.text("$.until", body.until())));
        Optional<String> slo = Optional.ofNullable(body.slo());
        try {
            Silence silence =
                    engine.silence(
                            slo,
                            time,
                            Params.text("$.reason", body.reason()),
                            RequestGuard.principal(ctx));
            Json.write(ctx, HttpStatus.CREATED, SilenceView.of(silence));
        } catch (NoSuchElementException e) {
            throw ProblemException.notFound("SLO", slo.orElse(""));
        } catch (IllegalStateException e) {
            throw ProblemException.of(HttpStatus.CONFLICT, String.valueOf(e.getMessage()));
        }
    }

    void endSilence(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        String id = ctx.pathParam("id");
        if (!engine.endSilence(id)) {
            throw ProblemException.notFound("silence", id);
        }
        ctx.status(HttpStatus.NO_CONTENT);
    }

    private static Interval interval(String where, Instant from, Instant to) {
        if (!from.isBefore(to)) {
            throw ProblemException.badRequest(
                    where, "it is from " + from + " to " + to, "a beginning before the end");
        }
        return new Interval(from, to);
    }
}
