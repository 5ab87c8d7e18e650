package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Whose items are refused, by which rule, and who sends most: as the API tells it. */
final class TopOffendersTest {

    @TempDir private Path folder;

    private static List<String> offenders(Scene scene) throws Exception {
        List<String> told = new ArrayList<>();
        for (JsonNode one :
                new ObjectMapper().readTree(scene.get("/api/v1/system").body()).path("offenders")) {
            told.add(
                    "%s %s %s %d"
                            .formatted(
                                    one.path("what").asText(),
                                    one.path("who").asText(),
                                    one.path("rule").asText(),
                                    one.path("count").asLong()));
        }
        return told;
    }

    @Test
    void whoIsRefusedMost_isNamedWithItsServiceAndTheRule() throws Exception {
        Sluice.Machine machine =
                new Sluice.Machine(InstantSource.system(), System::nanoTime, _ -> Long.MAX_VALUE);
        try (Scene scene = new Scene(folder, machine)) {
            Instant now = Instant.now();
            assertThat(scene.send(now, 3, 0).statusCode()).isEqualTo(200);
            scene.send(now.plus(Duration.ofHours(1)), 7, 0);
            scene.send(now.minus(Duration.ofDays(3)), 2, 0);
            scene.send(now.minus(Duration.ofDays(3)), 2, 0);
            Scene.await(() -> scene.counted() == 3);

            assertThat(offenders(scene))
                    .contains(
                            "REFUSED_ITEMS otlp-http, service cart future 7",
                            "REFUSED_ITEMS otlp-http, service cart too_old 4",
                            "NEW_SERIES services that are heard of  1")
                    .anyMatch(one -> one.startsWith("BYTES otlp-http, service cart  "));
            assertThat(scene.get("/system").body())
                    .contains("Who causes most", "otlp-http, service cart");
        }
    }
}
