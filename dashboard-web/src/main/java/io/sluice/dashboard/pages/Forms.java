package io.sluice.dashboard.pages;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.http.Times;
import io.sluice.dashboard.security.RequestGuard;

import java.time.Instant;
import java.util.Optional;

/** What forms that people send have in common. */
final class Forms {
    private static final int MAX_TEXT_LENGTH = 200;
    private static final String FORM = "application/x-www-form-urlencoded";

    private Forms() {}

    /**
     * Every browser says where a form comes from, and {@link RequestGuard} has refused other sites.
     */
    static void require(Context ctx) {
        String type = Optional.ofNullable(ctx.contentType()).orElse("");
        if (!type.startsWith(FORM)) {
            throw ProblemException.of(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE, "a form is " + FORM + ", not " + type);
        }
        if (ctx.header("Origin") == null && ctx.header("Sec-Fetch-Site") == null) {
            throw ProblemException.of(
                    HttpStatus.FORBIDDEN,
                    "this form does not say where it comes from; programs use /api/v1");
        }
    }

    /** A field without the space around it; empty if nothing was written. */
    static Optional<String> field(Context ctx, String name) {
        return Optional.ofNullable(ctx.formParam(name))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    /** The same, at most 200 characters. */
    static Optional<String> text(Context ctx, String name) {
        Optional<String> text = field(ctx, name);
        if (text.isPresent() && text.get().length() > MAX_TEXT_LENGTH) {
            throw ProblemException.badRequest(
                    name,
                    "it has " + text.get().length() + " characters",
                    "at most " + MAX_TEXT_LENGTH);
        }
        return text;
    }

    static String requireText(Context ctx, String name) {
        return text(ctx, name)
                .orElseThrow(() -> ProblemException.badRequest(name, "it is empty", "a text"));
    }

    static Instant requireInstant(Context ctx, String name) {
        return Times.require(name, requireText(ctx, name));
    }

    /** Answers with the page that shows what was done. */
    static void seeOther(Context ctx, String path) {
        ctx.redirect(path, HttpStatus.SEE_OTHER);
    }
}
