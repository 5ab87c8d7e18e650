package io.sluice.dashboard.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

final class SessionsTest {
    private static final Instant NOW = Instant.parse("2026-02-14T10:00:00Z");
    private static final Principal READER = new Principal("ann", Set.of(Role.READ));

    @Test
    void session_lastsAWorkingDay_orUntilItIsEnded() {
        Sessions sessions = new Sessions();
        String one = sessions.begin(READER, NOW);
        String other = sessions.begin(READER, NOW);

        assertThat(one).hasSize(43).isNotEqualTo(other);
        assertThat(sessions.holder(one, NOW.plus(Sessions.LIFETIME).minusMillis(1)))
                .contains(READER);
        assertThat(sessions.holder(one, NOW.plus(Sessions.LIFETIME))).isEmpty();
        sessions.end(other);
        assertThat(sessions.holder(other, NOW)).isEmpty();
        assertThat(sessions.holder("", NOW)).isEmpty();
    }

    @Test
    void beyondTheLimit_theOldestEnds() {
        Sessions sessions = new Sessions();
        String first = sessions.begin(READER, NOW);
        Set<String> later = new HashSet<>();
        for (int i = 0; i < Sessions.MAX_SESSIONS; i++) {
            later.add(sessions.begin(READER, NOW));
        }

        assertThat(sessions.holder(first, NOW)).isEmpty();
        assertThat(later).allMatch(id -> sessions.holder(id, NOW).isPresent());
    }

    @Test
    void wrongTokens_areSlowedDownByAddress() {
        LoginLimit limit = new LoginLimit();
        for (int i = 0; i < LoginLimit.TRIES; i++) {
            assertThat(limit.toWait("10.0.0.1", NOW)).isZero();
            limit.failed("10.0.0.1", NOW);
        }

        assertThat(limit.toWait("10.0.0.1", NOW)).isEqualTo(LoginLimit.FORGIVEN_AFTER);
        assertThat(limit.toWait("10.0.0.2", NOW)).isZero();
        assertThat(limit.toWait("10.0.0.1", NOW.plus(LoginLimit.FORGIVEN_AFTER))).isZero();
        limit.failed("10.0.0.1", NOW.plus(Duration.ofHours(1)));
        assertThat(limit.toWait("10.0.0.1", NOW.plus(Duration.ofHours(1)))).isZero();
    }
}
