package io.sluice.dashboard.api;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.security.RequestGuard;
import io.sluice.engine.SloEngine;
import io.sluice.engine.migration.MigrationStatus;

import java.util.NoSuchElementException;

/** Takes a person's word for what only a person can know; one way for API and pages. */
public final class Attestations {
    private Attestations() {}

    /**
     * What somebody says of a migration.
     *
     * @param phase of the criterion; empty for a goal
     * @param note for people; may be empty
     */
    public record Word(String phase, String criterion, String note) {}

    /**
     * Takes the word of whoever asks, for a criterion of the path's migration.
     *
     * @param where the criterion's place in the request
     * @throws ProblemException with 404 if there is no such criterion, 403 if it is another role's
     *     to say, 400 if it is measured, 409 if too much was said already
     */
    public static MigrationStatus.Attested take(
            SloEngine engine, Context ctx, Word word, String where) {
        String migration = ctx.pathParam("name");
        engine.migration(migration)
                .orElseThrow(() -> ProblemException.notFound("migration", migration))
                .attestedAs(word.phase(), word.criterion())
                .ifPresent(role -> RequestGuard.requireApprover(ctx, role));
        try {
            return engine.attest(
                    migration,
                    word.phase(),
                    word.criterion(),
                    RequestGuard.principal(ctx),
                    word.note());
        } catch (NoSuchElementException e) {
            throw ProblemException.notFound("criterion", word.criterion());
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest(
                    where,
                    word.criterion() + " is measured; nobody's word changes it",
                    "a criterion that is attested");
        } catch (IllegalStateException e) {
            throw ProblemException.of(HttpStatus.CONFLICT, "too much was said already");
        }
    }
}
