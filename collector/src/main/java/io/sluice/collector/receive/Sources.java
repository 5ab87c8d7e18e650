package io.sluice.collector.receive;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who may send, and as which source: what an answered receiver asks before it reads a body.
 *
 * <p>A source is one tenant: a request is a repeat only of one of the same source. A source that
 * the configuration does not name is an ordinary one.
 *
 * @param backfill the names of those that may send times up to 400 days old
 * @param tokens whose tokens are whose; without them everybody who reaches a receiver may send, and
 *     says himself which source he is
 */
public record Sources(Set<String> backfill, Optional<Tokens> tokens) {

    /** The header, or metadata, in which a sender says which source it is. */
    public static final String HEADER = "Sluice-Source";

    /** Everybody may send, and nobody old times. */
    public static final Sources ORDINARY = new Sources(Set.of());

    private static final String BEARER = "bearer ";

    /** Knows the tokens. Thread-safe. */
    @FunctionalInterface
    public interface Tokens {
        /** Whose a token is; takes as long if it is nobody's. */
        Optional<Holder> holder(String token);
    }

    /**
     * Who holds a token.
     *
     * @param name for messages
     * @param source what its requests are logged as; empty if it may not send at all
     */
    public record Holder(String name, Optional<String> source) {}

    public Sources {
        backfill = Set.copyOf(backfill);
    }

    /** Everybody may send. */
    public Sources(Set<String> backfill) {
        this(backfill, Optional.empty());
    }

    /**
     * The source of a request; empty if it has none.
     *
     * @param authorization the header or metadata of this name
     * @param claimed what the sender says in {@link #HEADER}
     * @throws NotAdmittedException if the request may not be taken; it must not be read either
     */
    public String admit(@Nullable String authorization, @Nullable String claimed)
            throws NotAdmittedException {
        if (tokens.isEmpty()) {
            return claimed == null ? "" : claimed;
        }
        Holder holder =
                bearer(authorization)
                        .flatMap(tokens.get()::holder)
                        .orElseThrow(
                                () ->
                                        new NotAdmittedException(
                                                false,
                                                authorization == null
                                                        ? "a token is needed: \"Authorization: Bearer …\""
                                                        : "the token is not known here"));
        String source =
                holder.source()
                        .orElseThrow(
                                () ->
                                        new NotAdmittedException(
                                                true, holder.name() + " lacks the role ingest"));
        if (claimed != null && !claimed.equals(source)) {
            throw new NotAdmittedException(
                    true, holder.name() + " sends as " + source + " and as no other source");
        }
        return source;
    }

    /** The scheme's name is in any case (RFC 9110, 11.1). */
    private static Optional<String> bearer(@Nullable String authorization) {
        return authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)
                ? Optional.of(authorization.substring(BEARER.length()).strip())
                : Optional.empty();
    }
}
