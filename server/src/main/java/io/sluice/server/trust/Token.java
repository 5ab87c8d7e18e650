package io.sluice.server.trust;

import java.util.Set;

/**
 * A bearer token, as it is known here.
 *
 * @param name who holds it; written down with what they do
 * @param source what its requests are logged as, if it may send
 * @param approves the roles that its holder may approve a cutover's steps as
 */
public record Token(
        String name, TokenDigest digest, Set<Role> roles, String source, Set<String> approves) {
    public Token {
        roles = Set.copyOf(roles);
        approves = Set.copyOf(approves);
    }

    /** A token of one who approves nothing. */
    public Token(String name, TokenDigest digest, Set<Role> roles, String source) {
        this(name, digest, roles, source, Set.of());
    }
}
