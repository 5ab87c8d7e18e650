package io.sluice.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.Test;

/** What orchestrators and Prometheus ask. */
final class SystemRoutesTest {
    @Test
    void healthReadinessAndMetrics_areTold() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.empty())) {
            assertThat(dashboard.get("/healthz").statusCode()).isEqualTo(200);
            assertThat(dashboard.get("/readyz").statusCode()).isEqualTo(200);
            assertThat(dashboard.get("/metrics").body()).isEqualTo("sluice_up 1\n");
        }
    }

    @Test
    void serverThatIsNotReady_isAliveAllTheSame() {
        try (Dashboard dashboard = Dashboard.notReady(FakeEngine.empty())) {
            assertThat(dashboard.get("/healthz").statusCode()).isEqualTo(200);
            assertThat(dashboard.get("/readyz").statusCode()).isEqualTo(503);
        }
    }
}
