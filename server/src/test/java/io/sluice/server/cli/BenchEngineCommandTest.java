package io.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.engine.bench.EngineBench;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;

final class BenchEngineCommandTest {
    private static final EngineBench.Sizes FEW =
            new EngineBench.Sizes(20, Duration.ofHours(3), List.of(1), 3, 1);

    @Test
    void rowsAreJsonForPrograms() throws IOException {
        StringWriter out = new StringWriter();
        int exitCode =
                new CommandLine(new BenchEngineCommand(FEW, FEW))
                        .setOut(new PrintWriter(out, true))
                        .execute("--json");
        assertThat(exitCode).isZero();
        JsonNode rows = new ObjectMapper().readTree(out.toString()).path("results");
        assertThat(rows).isNotEmpty();
        for (JsonNode row : rows) {
            assertThat(row.path("name").asText()).isNotBlank();
            assertThat(row.path("value").isNumber()).isTrue();
            assertThat(row.path("unit").asText()).isNotBlank();
        }
    }
}
