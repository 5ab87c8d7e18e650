package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.definitions.DefinitionLoader;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the Grafana dashboard of the integrations asks for is what a running server tells. */
final class GrafanaDashboardTest {
    private static final Path FILE =
            Path.of("..", "examples", "integrations", "grafana-dashboard.json");

    private static final Pattern SELECTOR =
            Pattern.compile("\\b((?:sluice|jvm|process)_[a-z_]+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHED = Pattern.compile("(\\w+)\\s*[=!]~?\\s*\"");
    private static final Pattern GROUPED = Pattern.compile("\\b(?:by|without) \\(([^)]*)\\)");
    private static final Pattern IN_LEGEND = Pattern.compile("\\{\\{(\\w+)}}");
    private static final Pattern VALUES = Pattern.compile("label_values\\(([a-z_]+), (\\w+)\\)");
    private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");

    private static Map<String, Set<String>> told = Map.of();

    @BeforeAll
    static void scrape(@TempDir Path folder) throws Exception {
        Path definitions = Path.of("..", "slo-definitions", "shopflow");
        try (Sluice sluice =
                Sluice.start(
                        folder,
                        new Sluice.DefinitionsFolder(
                                definitions, new DefinitionLoader().load(List.of(definitions))),
                        AnyPorts.CONFIG,
                        InstantSource.system())) {
            String metrics = metrics(sluice);
            // What was never refused has no reason to show.
            refuse(sluice);
            for (int look = 0; look < 500 && !metrics.contains("ingest_rejected"); look++) {
                metrics = metrics(sluice);
            }
            told = labels(metrics);
        }
    }

    @AfterAll
    static void forget() {
        told = Map.of();
    }

    private static void refuse(Sluice sluice) throws IOException {
        byte[] garbage = "no metric".getBytes(StandardCharsets.UTF_8);
        int port = Integer.parseInt(AnyPorts.address(sluice, "dogstatsd").replaceAll(".*:", ""));
        try (DatagramSocket udp = new DatagramSocket()) {
            udp.send(
                    new DatagramPacket(
                            garbage, garbage.length, new InetSocketAddress("127.0.0.1", port)));
        }
    }

    private static String metrics(Sluice sluice) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(AnyPorts.uri(sluice, "api").resolve("/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** The labels of each metric, of all its series together. */
    private static Map<String, Set<String>> labels(String metrics) {
        Map<String, Set<String>> labels = new HashMap<>();
        metrics.lines()
                .map(SAMPLE::matcher)
                .filter(sample -> sample.matches())
                .forEach(
                        sample -> {
                            Set<String> of =
                                    labels.computeIfAbsent(sample.group(1), _ -> new TreeSet<>());
                            if (sample.group(2) != null) {
                                of.addAll(found(LABEL, sample.group(2)));
                            }
                        });
        return labels;
    }

    /** Every query with the legend of its panel. */
    static Stream<Arguments> queries() throws IOException {
        List<Arguments> queries = new ArrayList<>();
        for (JsonNode target : dashboard().findValues("targets")) {
            for (JsonNode query : target) {
                queries.add(
                        Arguments.of(
                                query.path("expr").asText(), query.path("legendFormat").asText()));
            }
        }
        assertThat(queries).hasSizeGreaterThan(10);
        return queries.stream();
    }

    @ParameterizedTest
    @MethodSource("queries")
    void metricsAndLabelsOfAQuery_areThere(String query, String legend) {
        List<MatchResult> selectors = SELECTOR.matcher(query).results().toList();
        assertThat(selectors).isNotEmpty();
        Set<String> shared = new TreeSet<>(found(IN_LEGEND, legend));
        for (String group : found(GROUPED, query)) {
            shared.addAll(List.of(group.split(",\\s*")));
        }
        for (MatchResult selector : selectors) {
            Set<String> asked = new TreeSet<>(shared);
            if (selector.group(2) != null) {
                asked.addAll(found(MATCHED, selector.group(2)));
            }
            assertThat(told).containsKey(selector.group(1));
            assertThat(told.get(selector.group(1))).as(selector.group(1)).containsAll(asked);
        }
    }

    @ParameterizedTest
    @MethodSource("variables")
    void whatAVariableIsChosenFrom_isThere(String metric, String label) {
        assertThat(told).containsKey(metric);
        assertThat(told.get(metric)).contains(label);
    }

    static Stream<Arguments> variables() throws IOException {
        return VALUES.matcher(dashboard().path("templating").toString())
                .results()
                .map(found -> Arguments.of(found.group(1), found.group(2)));
    }

    private static JsonNode dashboard() throws IOException {
        return new ObjectMapper().readTree(Files.readString(FILE));
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).toList();
    }
}
