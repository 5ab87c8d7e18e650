package io.sluice.dashboard.security;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who is logged in, in memory: a restart logs everybody out. Beyond the limit the oldest session
 * ends. Thread-safe.
 */
final class Sessions {
    /** A working day; after it the token is asked for again. */
    static final Duration LIFETIME = Duration.ofHours(12);

    static final int MAX_SESSIONS = 1_000;

    /** 256 bits, as OWASP's session management asks for at least 64. */
    private static final int ID_BYTES = 32;

    private record Session(Principal principal, Instant ends) {}

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Session> sessions = new LinkedHashMap<>();

    /** Begins a session. */
    synchronized String begin(Principal principal, Instant now) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(id);
        sessions.values().removeIf(session -> !now.isBefore(session.ends()));
        if (sessions.size() >= MAX_SESSIONS) {
            Iterator<String> oldest = sessions.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        sessions.put(text, new Session(principal, now.plus(LIFETIME)));
        return text;
    }

    /** Whose session this is, if it has not ended. */
    synchronized Optional<Principal> holder(String id, Instant now) {
        return Optional.ofNullable(sessions.get(id))
                .filter(session -> now.isBefore(session.ends()))
                .map(Session::principal);
    }

    /** Ends a session, if it is one. */
    synchronized void end(String id) {
        sessions.remove(id);
    }
}
