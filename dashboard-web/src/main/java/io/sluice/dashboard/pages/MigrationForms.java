package io.sluice.dashboard.pages;

import io.javalin.http.Context;
import io.sluice.dashboard.api.Attestations;
import io.sluice.engine.SloEngine;

/** What a person attests of a migration, as a form that works without scripts. */
final class MigrationForms {
    private final SloEngine engine;

    MigrationForms(SloEngine engine) {
        this.engine = engine;
    }

    void attest(Context ctx) {
        Forms.require(ctx);
        Attestations.take(
                engine,
                ctx,
                new Attestations.Word(
                        Forms.field(ctx, "phase").orElse(""),
                        Forms.requireText(ctx, "criterion"),
                        Forms.text(ctx, "note").orElse("")),
                "criterion");
        Forms.seeOther(ctx, "/migrations/" + Links.segment(ctx.pathParam("name")));
    }
}
