package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.config.ServerConfig;
import io.sluice.server.trust.Role;
import io.sluice.server.trust.Token;
import io.sluice.server.trust.TokenDigest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;
import java.util.Set;

final class OpenDoorsTest {

    private static ServerConfig listening(String host, Token... tokens) {
        return new ServerConfig(
                new ServerConfig.Listen(host, Set.of(), 8080, 4318, 4317, 8125),
                List.of(),
                Map.of(),
                Set.of(),
                ServerConfig.Alerting.NONE,
                List.of(tokens),
                ServerConfig.Tls.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "localhost", "127.0.0.2"})
    void loopback_isNobodyElsesDoor(String host) {
        assertThat(OpenDoors.warnings(listening(host))).isEmpty();
    }

    @Test
    void widerWithoutTokens_isToldInPlainWords() {
        assertThat(OpenDoors.warnings(listening("0.0.0.0")))
                .anySatisfy(w -> assertThat(w).contains("0.0.0.0 without tokens", "`tokens`"))
                .anySatisfy(w -> assertThat(w).contains("DogStatsD", "UDP 0.0.0.0:8125"));
    }

    @Test
    void widerWithTokens_leavesUdp() {
        Token token = new Token("a", TokenDigest.of("0123456789abcdef"), Set.of(Role.READ), "a");
        assertThat(OpenDoors.warnings(listening("0.0.0.0", token)))
                .singleElement()
                .satisfies(w -> assertThat(w).contains("DogStatsD"));
    }
}
