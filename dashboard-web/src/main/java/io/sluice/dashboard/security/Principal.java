package io.sluice.dashboard.security;

import java.util.EnumSet;
import java.util.Set;

/**
 * Who asks, and what they may.
 *
 * @param name written down with what they do
 */
public record Principal(String name, Set<Role> roles) {
    /** Whoever asks from this machine while there are no tokens. */
    static final Principal LOCAL = new Principal("local", EnumSet.allOf(Role.class));

    public Principal {
        roles = Set.copyOf(roles);
        if (name.isBlank()) {
            throw new IllegalArgumentException("a principal needs a name");
        }
    }
}
