package io.sluice.dashboard.security;

import java.util.EnumSet;
import java.util.Set;

/**
 * Who asks, and what they may.
 *
 * @param name written down with what they do
 * @param approves the roles that they may approve a cutover's steps as
 */
public record Principal(String name, Set<Role> roles, Set<String> approves) {
    /** Whoever asks from this machine while there are no tokens; may approve as anybody. */
    static final Principal LOCAL = new Principal("local", EnumSet.allOf(Role.class));

    /** Who approves nothing. */
    public Principal(String name, Set<Role> roles) {
        this(name, roles, Set.of());
    }

    boolean mayApproveAs(String role) {
        return equals(LOCAL) || approves.contains(role);
    }

    public Principal {
        roles = Set.copyOf(roles);
        approves = Set.copyOf(approves);
        if (name.isBlank()) {
            throw new IllegalArgumentException("a principal needs a name");
        }
    }
}
