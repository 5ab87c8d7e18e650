package io.sluice.server.trust;

import java.util.Set;

/**
 * A bearer token, as it is known here.
 *
 * @param name who holds it; written down with what they do
 * @param source what its requests are logged as, if it may send
 */
public record Token(String name, TokenDigest digest, Set<Role> roles, String source) {
    public Token {
        roles = Set.copyOf(roles);
    }
}
