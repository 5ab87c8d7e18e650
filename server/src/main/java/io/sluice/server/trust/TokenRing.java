package io.sluice.server.trust;

import io.sluice.collector.receive.Sources;
import io.sluice.dashboard.security.Principal;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** All tokens, as receivers and pages ask for them. Thread-safe. */
public final class TokenRing {

    private final List<Token> tokens;

    /** At least one. */
    public TokenRing(List<Token> tokens) {
        this.tokens = List.copyOf(tokens);
    }

    /** Who sends with this token; also those who may not. */
    public Optional<Sources.Holder> sender(String token) {
        return find(token)
                .map(
                        known ->
                                new Sources.Holder(
                                        known.name(),
                                        known.roles().contains(Role.INGEST)
                                                ? Optional.of(known.source())
                                                : Optional.empty()));
    }

    /** Who looks at pages, or asks the API, with this token; also those who may not. */
    public Optional<Principal> principal(String token) {
        return find(token)
                .map(known -> new Principal(known.name(), pageRoles(known), known.approves()));
    }

    /** Every token is compared, whichever fits, so that time tells nothing. */
    private Optional<Token> find(String presented) {
        TokenDigest digest = TokenDigest.of(presented);
        Optional<Token> found = Optional.empty();
        for (Token token : tokens) {
            if (token.digest().equals(digest)) {
                found = Optional.of(token);
            }
        }
        return found;
    }

    private static Set<io.sluice.dashboard.security.Role> pageRoles(Token token) {
        return token.roles().stream()
                .flatMap(role -> pageRole(role).stream())
                .collect(
                        Collectors.toCollection(
                                () -> EnumSet.noneOf(io.sluice.dashboard.security.Role.class)));
    }

    private static Optional<io.sluice.dashboard.security.Role> pageRole(Role role) {
        return switch (role) {
            case INGEST -> Optional.empty();
            case GATE -> Optional.of(io.sluice.dashboard.security.Role.GATE);
            case READ -> Optional.of(io.sluice.dashboard.security.Role.READ);
            case READ_TRACES -> Optional.of(io.sluice.dashboard.security.Role.READ_TRACES);
            case OPERATE -> Optional.of(io.sluice.dashboard.security.Role.OPERATE);
        };
    }
}
