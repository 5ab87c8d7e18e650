package io.sluice.dashboard.pages;

import io.javalin.http.Context;
import io.sluice.dashboard.http.ProblemException;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What forms that ask for a page have in common; their fields are in its address. */
final class Asked {
    private Asked() {}

    /**
     * Refuses what a form does not have: it would silently ask for another page than was meant.
     *
     * @throws ProblemException with 400
     */
    static void requireOnly(Context ctx, List<String> fields) {
        ctx.queryParamMap().keySet().stream()
                .filter(name -> !fields.contains(name))
                .sorted()
                .findFirst()
                .ifPresent(
                        name -> {
                            throw ProblemException.badRequest(
                                    "?" + name,
                                    "there is no such parameter",
                                    String.join(", ", fields));
                        });
    }

    /** A field; empty if it was left empty. */
    static Optional<String> field(Context ctx, String name) {
        return Optional.ofNullable(ctx.queryParam(name)).filter(value -> !value.isEmpty());
    }

    /**
     * Refuses what is none of these.
     *
     * @throws ProblemException with 400
     */
    static String requireOneOf(Set<String> all, String name, String value) {
        if (!all.contains(value)) {
            throw wrong(name, value, String.join(", ", all));
        }
        return value;
    }

    /** What to throw for a field that says something else. */
    static ProblemException wrong(String name, String value, String expected) {
        return ProblemException.badRequest("?" + name, "this is " + value, expected);
    }
}
