package io.sluice.dashboard.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;

/**
 * A bearer token.
 *
 * @param principal who holds it; written down with what they do
 * @param secret at least {@value #MIN_SECRET_LENGTH} characters
 */
public record Token(String principal, String secret, Set<Role> roles) {
    static final int MIN_SECRET_LENGTH = 16;

    public Token {
        roles = Set.copyOf(roles);
        if (principal.isBlank()) {
            throw new IllegalArgumentException("a token needs a principal");
        }
        if (secret.length() < MIN_SECRET_LENGTH) {
            throw new IllegalArgumentException(
                    "the token of "
                            + principal
                            + " has "
                            + secret.length()
                            + " characters, expected at least "
                            + MIN_SECRET_LENGTH);
        }
    }

    /** Takes the same time wherever the difference is. */
    boolean matches(String presented) {
        return MessageDigest.isEqual(
                secret.getBytes(StandardCharsets.UTF_8),
                presented.getBytes(StandardCharsets.UTF_8));
    }

    /** Without the secret, for logs. */
    @Override
    public String toString() {
        return "Token[principal=" + principal + ", roles=" + roles + "]";
    }
}
