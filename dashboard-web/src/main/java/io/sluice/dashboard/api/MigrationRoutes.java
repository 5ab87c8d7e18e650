package io.sluice.dashboard.api;

import static io.sluice.dashboard.openapi.Operation.get;
import static io.sluice.dashboard.openapi.Operation.post;

import io.javalin.http.Context;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.openapi.Operation;
import io.sluice.dashboard.security.Role;
import io.sluice.engine.SloEngine;
import io.sluice.engine.migration.MigrationStatus;

import java.util.List;
import java.util.Objects;

/** Migrations: phases, criteria, and the gate to switching the old system off. */
final class MigrationRoutes {
    private final SloEngine engine;

    MigrationRoutes(SloEngine engine) {
        this.engine = engine;
    }

    List<Operation> operations() {
        return List.of(
                get("/migrations", "listMigrations", "Every migration, in name order")
                        .roles(Role.GATE, Role.READ)
                        .takes(Paging.LIMIT, Paging.CURSOR)
                        .answers(MigrationView.Page.class, this::migrations),
                get(
                                "/migrations/{name}",
                                "getMigration",
                                "Its phases and their criteria, each with its evidence, and whether"
                                        + " the old system may be switched off")
                        .roles(Role.GATE, Role.READ)
                        .answers(MigrationView.class, this::migration),
                post(
                                "/migrations/{name}/attestations",
                                "attest",
                                "Says that a criterion is met that only a person can know; the token"
                                        + " must be one that approves as the criterion's role")
                        .reads(Bodies.Attestation.class)
                        .creates(MigrationView.AttestedView.class, this::attest));
    }

    private MigrationView.Page migrations(Context ctx) {
        Paging.Page<MigrationStatus> page =
                Paging.of(ctx, engine.migrations(), status -> status.migration().name());
        return new MigrationView.Page(page.map(MigrationView::of), page.next());
    }

    private MigrationView migration(Context ctx) {
        String name = ctx.pathParam("name");
        return engine.migration(name)
                .map(MigrationView::of)
                .orElseThrow(() -> ProblemException.notFound("migration", name));
    }

    private MigrationView.AttestedView attest(Context ctx, Bodies.Attestation body) {
        return MigrationView.AttestedView.of(
                Attestations.take(
                        engine,
                        ctx,
                        new Attestations.Word(
                                Objects.requireNonNullElse(body.phase(), ""),
                                Params.text("$.criterion", body.criterion()),
                                body.note() == null ? "" : Params.text("$.note", body.note())),
                        "$.criterion"));
    }
}
