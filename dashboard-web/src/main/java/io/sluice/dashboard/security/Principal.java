package io.sluice.dashboard.security;

import java.util.EnumSet;
import java.util.Set;

/** Who asks, and what they may. */
record Principal(String name, Set<Role> roles) {
    /** Whoever asks from this machine while there are no tokens. */
    static final Principal LOCAL = new Principal("local", EnumSet.allOf(Role.class));

    Principal {
        roles = Set.copyOf(roles);
    }
}
