package io.sluice.dashboard.pages;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.security.RequestGuard;
import io.sluice.engine.SloEngine;

import java.util.NoSuchElementException;

/** What a person attests of a migration, as a form that works without scripts. */
final class MigrationForms {
    private final SloEngine engine;

    MigrationForms(SloEngine engine) {
        this.engine = engine;
    }

    void attest(Context ctx) {
        Forms.require(ctx);
        String migration = ctx.pathParam("name");
        String criterion = Forms.requireText(ctx, "criterion");
        String phase = Forms.field(ctx, "phase").orElse("");
        engine.migration(migration)
                .flatMap(status -> status.attestedAs(phase, criterion))
                .ifPresent(role -> RequestGuard.requireApprover(ctx, role));
        try {
            engine.attest(
                    migration,
                    phase,
                    criterion,
                    RequestGuard.principal(ctx),
                    Forms.text(ctx, "note").orElse(""));
        } catch (NoSuchElementException e) {
            throw ProblemException.notFound("criterion", criterion);
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest(
                    "criterion", "nobody's word changes " + criterion, "one that is attested");
        } catch (IllegalStateException e) {
            throw ProblemException.of(HttpStatus.CONFLICT, "too much was said already");
        }
        Forms.seeOther(ctx, "/migrations/" + Links.segment(migration));
    }
}
