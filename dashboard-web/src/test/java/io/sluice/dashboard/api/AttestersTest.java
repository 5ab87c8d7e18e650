package io.sluice.dashboard.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;
import io.sluice.dashboard.security.Principal;
import io.sluice.dashboard.security.Role;

import org.junit.jupiter.api.Test;

import java.net.http.HttpRequest;
import java.util.Map;
import java.util.Set;

/** What only a person can know is taken from a token that may speak as the criterion's role. */
class AttestersTest {
    private static final String WORD = "{\"phase\":\"off\",\"criterion\":\"rollback-path\"}";

    private static int attest(Dashboard guarded, String token) {
        return guarded.send(
                        guarded.request(
                                        "/api/v1/migrations/shopflow/attestations",
                                        "Authorization",
                                        "Bearer " + token,
                                        "Content-Type",
                                        "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(WORD)))
                .statusCode();
    }

    @Test
    void aRolesWord_isTakenFromItsHolder_andFromNobodyElse() {
        Map<String, Principal> holders =
                Map.of(
                        "operator-secret-01",
                        new Principal("olga", Set.of(Role.READ, Role.OPERATE)),
                        "manager-secret-001",
                        new Principal(
                                "max", Set.of(Role.READ, Role.OPERATE), Set.of("release-manager")),
                        "engineer-secret-01",
                        new Principal("eve", Set.of(Role.READ, Role.OPERATE), Set.of("sre")),
                        "reader-secret-0001",
                        new Principal("rita", Set.of(Role.READ), Set.of("release-manager")));
        try (Dashboard guarded = Dashboard.of(FakeEngine.shopFlow(), holders)) {
            assertThat(attest(guarded, "operator-secret-01")).isEqualTo(403);
            assertThat(attest(guarded, "engineer-secret-01")).isEqualTo(403);
            assertThat(attest(guarded, "reader-secret-0001")).isEqualTo(403);
            assertThat(attest(guarded, "manager-secret-001")).isEqualTo(201);
        }
    }
}
