package io.sluice.dashboard.pages;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.Csv;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.security.RequestGuard;
import io.sluice.engine.SloEngine;
import io.sluice.engine.alert.Incident;
import io.sluice.engine.time.Interval;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What people do about alerts, as forms that work without scripts: take an incident on, silence,
 * end a silence, and keep that one was missed. Who may is checked by {@link RequestGuard}, as is
 * where a form comes from; a form that does not say so is refused here. Each answers with the page
 * that shows what was done.
 */
final class AlertRoutes {
    /** How long a silence may be, as its form says it. */
    static final Map<String, Duration> SILENCES =
            TimeRange.lengths("1h", "4h", "8h", "1d", "3d", "7d");

    private final SloEngine engine;

    AlertRoutes(SloEngine engine) {
        this.engine = engine;
    }

    void register(RoutesConfig routes) {
        routes.get("/alerts/incidents.csv", this::csv);
        routes.post("/incidents/{id}/acknowledge", this::acknowledge);
        routes.post("/incidents/missed", this::missed);
        routes.post("/silences", this::silence);
        routes.post("/silences/{id}/end", this::endSilence);
    }

    private void csv(Context ctx) {
        Csv csv =
                Csv.of(
                        "id",
                        "slo",
                        "severity",
                        "missed",
                        "beganAt",
                        "detectedAt",
                        "deliveredAt",
                        "acknowledgedAt",
                        "acknowledgedBy",
                        "resolvedAt",
                        "timeToDetectSeconds",
                        "timeToAcknowledgeSeconds",
                        "timeToResolveSeconds",
                        "note");
        AlertsPage.incidents(engine, TimeRange.of(ctx, TimeRange.LONG))
                .forEach(incident -> add(csv, incident));
        csv.answer(ctx, "incidents");
    }

    private static void add(Csv csv, Incident incident) {
        csv.row(
                incident.id(),
                incident.slo(),
                incident.severity(),
                incident.missed(),
                incident.beganAt(),
                incident.detectedAt(),
                incident.deliveredAt(),
                incident.acknowledgedAt(),
                incident.acknowledgedBy(),
                incident.resolvedAt(),
                incident.timeToDetect().map(AlertRoutes::seconds),
                incident.timeToAcknowledge().map(AlertRoutes::seconds),
                incident.timeToResolve().map(AlertRoutes::seconds),
                incident.note());
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    /** Whose incident is over meanwhile sees that it is. */
    private void acknowledge(Context ctx) {
        Forms.require(ctx);
        String id = ctx.pathParam("id");
        if (engine.acknowledge(id, RequestGuard.principal(ctx)).isEmpty()
                && engine.incident(id).isEmpty()) {
            throw ProblemException.notFound("incident", id);
        }
        String next = Forms.field(ctx, "next").orElse("");
        Forms.seeOther(
                ctx, next.equals("incident") ? "/incidents/" + Links.segment(id) : "/alerts");
    }

    private void silence(Context ctx) {
        Forms.require(ctx);
        String length = Forms.field(ctx, "length").orElse("");
        if (!SILENCES.containsKey(length)) {
            throw ProblemException.badRequest(
                    "length", "this is " + length, String.join(", ", SILENCES.keySet()));
        }
        Instant now = engine.now();
        Interval time = new Interval(now, now.plus(SILENCES.getOrDefault(length, Duration.ZERO)));
        Optional<String> slo = Forms.field(ctx, "slo");
        try {
            engine.silence(
                    slo, time, Forms.requireText(ctx, "reason"), RequestGuard.principal(ctx));
        } catch (NoSuchElementException e) {
            throw unknown(slo.orElse(""));
        } catch (IllegalStateException e) {
            throw ProblemException.of(HttpStatus.CONFLICT, String.valueOf(e.getMessage()));
        }
        Forms.seeOther(ctx, "/alerts#silences");
    }

    /** One that is over already is what was wanted. */
    private void endSilence(Context ctx) {
        Forms.require(ctx);
        engine.endSilence(ctx.pathParam("id"));
        Forms.seeOther(ctx, "/alerts#silences");
    }

    private void missed(Context ctx) {
        Forms.require(ctx);
        Instant from = Forms.requireInstant(ctx, "from");
        Instant to = Forms.requireInstant(ctx, "to");
        if (!from.isBefore(to)) {
            throw ProblemException.badRequest(
                    "to", "it is from " + from + " to " + to, "a beginning before the end");
        }
        String slo = Forms.requireText(ctx, "slo");
        try {
            Incident missed =
                    engine.markMissed(
                            slo,
                            new Interval(from, to),
                            Forms.text(ctx, "note").orElse(""),
                            RequestGuard.principal(ctx));
            Forms.seeOther(ctx, "/incidents/" + Links.segment(missed.id()));
        } catch (NoSuchElementException e) {
            throw unknown(slo);
        }
    }

    private static ProblemException unknown(String slo) {
        return ProblemException.badRequest(
                "slo", "there is no objective " + slo, "the name of one, as in its page's address");
    }
}
