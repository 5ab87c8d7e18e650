package io.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

final class BenchCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int gate(String... options) {
        List<String> args = new ArrayList<>(List.of("bench", "gate", "--decision-seconds", "0"));
        args.addAll(Arrays.asList(options));
        return new CommandLine(new SluiceCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args.toArray(String[]::new));
    }

    @Test
    void rowsAreJsonForPrograms() throws IOException {
        assertThat(gate("--runs", "4", "--seed", "7", "--json")).isZero();
        JsonNode answer = new ObjectMapper().readTree(out.toString());
        assertThat(answer.path("seed").asLong()).isEqualTo(7);
        assertThat(answer.path("rows")).hasSizeGreaterThan(50);
        for (JsonNode row : answer.path("rows")) {
            assertThat(row.path("name").asText()).isNotBlank();
            assertThat(row.path("measure").asText()).isNotBlank();
            assertThat(row.path("unit").asText())
                    .isIn("share", "requests", "minutes", "factor", "ms");
            assertThat(row.path("runs").isIntegralNumber()).isTrue();
            assertThat(row.path("value").asDouble())
                    .isBetween(row.path("low95").asDouble(), row.path("high95").asDouble());
        }
    }

    @Test
    void rowsAreLinesForPeople() {
        assertThat(gate("--runs", "2")).isZero();
        assertThat(out.toString().lines())
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .startsWith("equal sides, 200 looks")
                                        .contains("false-no-go")
                                        .endsWith(", 2 runs"));
    }

    @Test
    void withoutRuns_itSaysWhatItExpects() {
        assertThat(gate("--runs", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--runs is 0; expected at least 1");
    }
}
