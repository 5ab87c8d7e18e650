package io.sluice.dashboard.security;

import java.util.Optional;

/** Knows whose a token is. Thread-safe. */
@FunctionalInterface
public interface Tokens {
    /** Whoever holds the token; takes as long if nobody does. */
    Optional<Principal> holder(String token);
}
