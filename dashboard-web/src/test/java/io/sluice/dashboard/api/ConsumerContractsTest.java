package io.sluice.dashboard.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What consumers expect, written from their side: the requests that they send, and of each answer
 * only what they read, as JSON Schema. Their files lie where the consumers are, in {@code
 * examples/contracts}.
 */
final class ConsumerContractsTest {
    private static final Path CONTRACTS = Path.of("..", "examples", "contracts");

    private static final SchemaRegistry SCHEMAS =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    @ParameterizedTest
    @ValueSource(strings = {"cutover-automation.json", "doors.json"})
    void consumerGetsWhatItReads(String file) throws IOException {
        JsonNode contract = Dashboard.parse(Files.readString(CONTRACTS.resolve(file)));

        assertThat(contract.get("interactions")).isNotEmpty();
        assertThat(broken(contract)).isEmpty();
    }

    @Test
    void whatIsNotAsExpected_isFound() throws IOException {
        String contract = Files.readString(CONTRACTS.resolve("doors.json"));

        assertThat(broken(Dashboard.parse(contract.replace("\"NO_GO\"", "\"GO\"")))).hasSize(2);
        assertThat(broken(Dashboard.parse(contract.replace("\"status\": 202", "\"status\": 200"))))
                .hasSize(1);
        assertThat(broken(Dashboard.parse(contract.replace("\"Location\"", "\"Elsewhere\""))))
                .hasSize(1);
    }

    private static List<String> broken(JsonNode contract) {
        List<String> broken = new ArrayList<>();
        Map<String, String> kept = new HashMap<>();
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            for (JsonNode interaction : contract.get("interactions")) {
                String path = interaction.get("path").asText();
                for (Map.Entry<String, String> value : kept.entrySet()) {
                    path = path.replace("{" + value.getKey() + "}", value.getValue());
                }
                HttpResponse<String> answer =
                        interaction.get("method").asText().equals("GET")
                                ? dashboard.get(path)
                                : dashboard.post(path, interaction.get("body").toString());
                List<String> found = differences(interaction, answer);
                found.forEach(
                        difference ->
                                broken.add(interaction.get("does").asText() + ": " + difference));
                interaction
                        .path("keep")
                        .properties()
                        .forEach(
                                keep ->
                                        kept.put(
                                                keep.getKey(),
                                                Dashboard.parse(answer.body())
                                                        .at(keep.getValue().asText())
                                                        .asText()));
            }
        }
        return broken;
    }

    private static List<String> differences(JsonNode interaction, HttpResponse<String> answer) {
        List<String> differences = new ArrayList<>();
        if (answer.statusCode() != interaction.get("status").asInt()) {
            differences.add(answer.statusCode() + " " + answer.body());
            return differences;
        }
        for (JsonNode header : interaction.path("headers")) {
            if (answer.headers().firstValue(header.asText()).isEmpty()) {
                differences.add("no header " + header.asText());
            }
        }
        if (interaction.has("answer")) {
            SCHEMAS.getSchema(interaction.get("answer"))
                    .validate(Dashboard.parse(answer.body()))
                    .forEach(error -> differences.add(error.toString()));
        }
        return differences;
    }
}
