package io.sluice.dashboard.api;

import static io.sluice.dashboard.openapi.Operation.delete;
import static io.sluice.dashboard.openapi.Operation.get;
import static io.sluice.dashboard.openapi.Operation.post;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.http.SharedAnswers;
import io.sluice.dashboard.openapi.Operation;
import io.sluice.dashboard.openapi.Query;
import io.sluice.dashboard.security.RequestGuard;
import io.sluice.engine.SloEngine;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.alert.Incident;
import io.sluice.engine.alert.Silence;
import io.sluice.engine.time.Interval;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Alerts, and what people do about them: take incidents on, mark missed ones, and silence. */
final class IncidentRoutes {
    private static final Duration DEFAULT_RANGE = Duration.ofDays(28);

    private static final Query<Instant> FROM =
            Query.instant("from").says("28 days before ?to unless given.");
    private static final Query<Instant> TO = Query.instant("to").says("Now unless given.");

    private final SloEngine engine;
    private final SharedAnswers shared;

    IncidentRoutes(SloEngine engine, SharedAnswers shared) {
        this.engine = engine;
        this.shared = shared;
    }

    List<Operation> operations() {
        return List.of(
                get("/alerts", "listAlerts", "Every alert that is or was active, newest first")
                        .takes(Paging.LIMIT, Paging.CURSOR)
                        .shared(shared)
                        .answers(AlertView.Page.class, this::alerts),
                get(
                                "/incidents",
                                "listIncidents",
                                "Incidents that began in a time, with the means of their times")
                        .takes(FROM, TO, Paging.LIMIT, Paging.CURSOR)
                        .answers(IncidentView.Page.class, this::incidents),
                post(
                                "/incidents",
                                "markMissedIncident",
                                "Keeps that something should have been told and was not;"
                                        + " backtests are held against it")
                        .reads(Bodies.MissedIncident.class)
                        .creates(IncidentView.class, this::markMissed),
                post(
                                "/incidents/{id}/acknowledge",
                                "acknowledgeIncident",
                                "Takes an open incident on; receivers that know of it hear so")
                        .answers(IncidentView.class, this::acknowledge),
                get("/silences", "listSilences", "Silences that are not over")
                        .takes(Paging.LIMIT, Paging.CURSOR)
                        .answers(SilenceView.Page.class, this::silences),
                post(
                                "/silences",
                                "silence",
                                "Tells nobody of alerts for a time; who still fires when it ends"
                                        + " is told then")
                        .reads(Bodies.NewSilence.class)
                        .creates(SilenceView.class, this::silence),
                delete("/silences/{id}", "endSilence", "Ends a silence")
                        .answersNothing(this::endSilence));
    }

    /** Inactive conditions are no alerts. */
    private AlertView.Page alerts(Context ctx) {
        Paging.Page<Alert> page =
                Paging.of(
                        ctx,
                        engine.alerts().stream()
                                .filter(alert -> alert.state() != Alert.State.INACTIVE)
                                .toList(),
                        alert ->
                                Paging.newestFirst(alert.conditionTrueAt().orElse(Instant.EPOCH))
                                        + alert.key());
        return new AlertView.Page(page.map(AlertView::of), page.next());
    }

    private IncidentView.Page incidents(Context ctx) {
        Instant to = TO.find(ctx).orElseGet(engine::now);
        Instant from = FROM.find(ctx).orElseGet(() -> to.minus(DEFAULT_RANGE));
        Interval range = interval(FROM.where(), from, to);
        List<Incident> all = engine.incidents(range.from(), range.to());
        return IncidentView.Page.of(
                all,
                Paging.of(
                        ctx,
                        all,
                        incident -> Paging.oldestFirst(incident.beganAt()) + incident.id()));
    }

    private IncidentView markMissed(Context ctx, Bodies.MissedIncident body) {
        Interval time =
                interval(
                        "$.from",
                        Params.instant("$.from", body.from()),
                        Params.instant("$.to", body.to()));
        String slo = Params.text("$.slo", body.slo());
        String note = body.note() == null ? "" : Params.text("$.note", body.note());
        try {
            return IncidentView.of(engine.markMissed(slo, time, note, RequestGuard.principal(ctx)));
        } catch (NoSuchElementException e) {
            throw ProblemException.notFound("SLO", slo);
        }
    }

    private IncidentView acknowledge(Context ctx) {
        String id = ctx.pathParam("id");
        return engine.acknowledge(id, RequestGuard.principal(ctx))
                .map(IncidentView::of)
                .orElseThrow(() -> ProblemException.notFound("open incident", id));
    }

    private SilenceView.Page silences(Context ctx) {
        Paging.Page<Silence> page =
                Paging.of(
                        ctx,
                        engine.silences(),
                        silence -> Paging.oldestFirst(silence.from()) + silence.id());
        return new SilenceView.Page(page.map(SilenceView::of), page.next());
    }

    private SilenceView silence(Context ctx, Bodies.NewSilence body) {
        Instant from = Params.optionalInstant("$.from", body.from()).orElseGet(engine::now);
        Interval time = interval("$.until", from, Params.instant("$.until", body.until()));
        Optional<String> slo = Optional.ofNullable(body.slo());
        try {
            return SilenceView.of(
                    engine.silence(
                            slo,
                            time,
                            Params.text("$.reason", body.reason()),
                            RequestGuard.principal(ctx)));
        } catch (NoSuchElementException e) {
            throw ProblemException.notFound("SLO", slo.orElse(""));
        } catch (IllegalStateException e) {
            throw ProblemException.of(HttpStatus.CONFLICT, String.valueOf(e.getMessage()));
        }
    }

    private void endSilence(Context ctx) {
        String id = ctx.pathParam("id");
        if (!engine.endSilence(id)) {
            throw ProblemException.notFound("silence", id);
        }
    }

    private static Interval interval(String where, Instant from, Instant to) {
        if (!from.isBefore(to)) {
            throw ProblemException.badRequest(
                    where, "it is from " + from + " to " + to, "a beginning before the end");
        }
        return new Interval(from, to);
    }
}
