package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.sluice.collector.dogstatsd.DogStatsdLimits;
import io.sluice.collector.query.QueryLimits;
import io.sluice.collector.receive.CollectorLimits;
import io.sluice.collector.scrape.ScrapeLimits;
import io.sluice.dashboard.DashboardLimits;
import io.sluice.engine.EngineLimits;
import io.sluice.engine.fold.Replay;
import io.sluice.engine.limit.Limit;
import io.sluice.server.config.AllLimits;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Every limit has a name, a default, a row in the table, and an effect. */
final class LimitsTest {

    @TempDir private Path folder;
    private Path definitions;

    @BeforeEach
    void writeDefinitions() throws IOException {
        definitions = Files.createDirectory(folder.resolve("definitions"));
        Files.writeString(
                definitions.resolve("shop.yaml"),
                """
                apiVersion: openslo/v1
                kind: Service
                metadata: {name: cart}
                spec: {}
                ---
                apiVersion: openslo/v1
                kind: SLO
                metadata:
                  name: cart-success
                  labels: {tier: service}
                spec:
                  service: cart
                  indicator:
                    metadata: {name: cart-requests}
                    spec:
                      ratioMetric:
                        counter: true
                        bad:
                          metricSource:
                            type: spans
                            spec:
                              service: cart
                              where: [{attribute: http.response.status_code, atLeast: 500}]
                        total:
                          metricSource:
                            type: spans
                            spec: {service: cart, groupBy: url.path}
                  budgetingMethod: Occurrences
                  timeWindow: [{duration: 28d, isRolling: true}]
                  objectives: [{target: 0.99}]
                """);
    }

    private Sluice start(Map<String, Long> limits) throws Exception {
        return Sluice.start(
                folder.resolve("data"),
                AnyPorts.definitions(definitions),
                AnyPorts.config(limits),
                InstantSource.system());
    }

    private static String get(Sluice sluice, String path) throws Exception {
        String api =
                sluice.addresses().stream()
                        .filter(address -> address.name().equals("api"))
                        .findFirst()
                        .orElseThrow()
                        .text();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(api + path)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static JsonNode limit(Sluice sluice, String name) throws Exception {
        for (JsonNode limit :
                new ObjectMapper().readTree(get(sluice, "/api/v1/system")).path("limits")) {
            if (limit.path("name").asText().equals(name)) {
                return limit;
            }
        }
        throw new AssertionError("no limit " + name);
    }

    @Test
    void theseAreAllLimits_andTheirDefaults() {
        assertThat(AllLimits.LIST)
                .extracting(
                        limit ->
                                limit.name()
                                        + " "
                                        + limit.usual()
                                        + (limit.settable() ? "" : " always"))
                .containsExactly(
                        "httpConnections 2000",
                        "grpcConnections 2000",
                        "dogstatsdConnections 1000",
                        "bodyBytes 67108864",
                        "decompressedBytes 67108864",
                        "bytesInFlight 134217728",
                        "bodyArrival 60 always",
                        "headerArrival 45 always",
                        "nesting 64 always",
                        "future 600 always",
                        "age 172800 always",
                        "backfillAge 34560000 always",
                        "groupsPerRequest 10000 always",
                        "servicesPerRequest 1000 always",
                        "exemplars 4 always",
                        "dogstatsdDatagram 65535 always",
                        "dogstatsdSocketBuffer 8388608 always",
                        "dogstatsdBatches 16 always",
                        "scrapeSamples 200000 always",
                        "scrapeLabels 64 always",
                        "scrapeBody 16777216 always",
                        "scrapeTargets 1000 always",
                        "queryAnswer 16777216 always",
                        "querySeries 1000 always",
                        "queryPoints 10000 always",
                        "bytesToApply 67108864",
                        "series 100000",
                        "groupsPerSli 2000",
                        "repeatRequests 2000000",
                        "repeatHorizon 900 always",
                        "streamMemory 172800 always",
                        "logBytes 20000000000",
                        "diskReserve 134217728",
                        "logAge 604800",
                        "incidentAge 34560000",
                        "countsInMemory 201326592",
                        "sketchBuckets 320 always",
                        "apiConnections 1000",
                        "livePages 256 always",
                        "apiBodyBytes 1048576 always");
    }

    @Test
    void everyLimitThatIsDeclared_hasARow() throws IllegalAccessException {
        List<Limit> declared = new ArrayList<>();
        for (Class<?> part :
                List.of(
                        CollectorLimits.class,
                        DogStatsdLimits.class,
                        ScrapeLimits.class,
                        QueryLimits.class,
                        EngineLimits.class,
                        DashboardLimits.class)) {
            for (Field field : part.getDeclaredFields()) {
                if (field.getType() == Limit.class) {
                    field.setAccessible(true);
                    declared.add((Limit) field.get(null));
                }
            }
        }
        assertThat(declared).hasSizeGreaterThan(20).containsExactlyElementsOf(AllLimits.LIST);
    }

    @Test
    void theManualHasEveryLimitThatCanBeConfigured() throws IOException {
        assertThat(Files.readAllLines(Path.of("..", "docs", "configuration.md")))
                .containsSubsequence(
                        AllLimits.LIST.stream()
                                .filter(Limit::settable)
                                .map(LimitsTest::manualRow)
                                .toList());
    }

    private static String manualRow(Limit limit) {
        long usual = limit.usual();
        String written =
                switch (limit.unit()) {
                    case COUNT -> Long.toString(usual);
                    case BYTES ->
                            usual % (1 << 20) == 0
                                    ? (usual >> 20) + " MiB"
                                    : usual / 1_000_000_000 + " GB";
                    case SECONDS -> Duration.ofSeconds(usual).toDays() + "d";
                };
        return "| `%s` | %s | %s | %s |"
                .formatted(limit.name(), limit.what(), written, limit.then());
    }

    @Test
    void aRunningServer_showsEveryLimit_withTheBoundInForce() throws Exception {
        try (Sluice sluice = start(Map.of("httpConnections", 7L, "logBytes", 5_000_000L))) {
            List<String> shown = new ArrayList<>();
            new ObjectMapper()
                    .readTree(get(sluice, "/api/v1/system"))
                    .path("limits")
                    .forEach(limit -> shown.add(limit.path("name").asText()));
            assertThat(shown)
                    .containsExactlyElementsOf(AllLimits.LIST.stream().map(Limit::name).toList());
            assertThat(limit(sluice, "httpConnections").path("bound").asLong()).isEqualTo(7);
            assertThat(limit(sluice, "httpConnections").path("usual").asLong()).isEqualTo(2000);
            assertThat(limit(sluice, "logBytes").path("bound").asLong()).isEqualTo(5_000_000);
            assertThat(limit(sluice, "logBytes").path("inUse").asLong()).isPositive();

            String metrics = get(sluice, "/metrics");
            for (Limit limit : AllLimits.LIST) {
                assertThat(metrics).contains("sluice_limit_bound{limit=\"" + limit.name() + "\"} ");
            }
            assertThat(metrics)
                    .contains(
                            "sluice_limit_in_use{limit=\"grpcConnections\"} 0.0",
                            "sluice_limit_reached{limit=\"bytesInFlight\"} 0.0");
        }
    }

    /** One request a span, so that the order of the log is the order of the routes. */
    private static void send(Sluice sluice, int from, int to) {
        String otlp =
                sluice.addresses().stream()
                        .filter(address -> address.name().equals("otlp-http"))
                        .findFirst()
                        .orElseThrow()
                        .text();
        try (SdkTracerProvider provider =
                SdkTracerProvider.builder()
                        .setResource(
                                Resource.create(
                                        Attributes.of(
                                                AttributeKey.stringKey("service.name"), "cart")))
                        .addSpanProcessor(
                                SimpleSpanProcessor.create(
                                        OtlpHttpSpanExporter.builder()
                                                .setEndpoint(otlp + "/v1/traces")
                                                .build()))
                        .build()) {
            for (int i = from; i < to; i++) {
                provider.get("test")
                        .spanBuilder("GET")
                        .setSpanKind(SpanKind.SERVER)
                        .setAttribute("url.path", "/" + i)
                        .startSpan()
                        .end();
                provider.forceFlush().join(10, java.util.concurrent.TimeUnit.SECONDS);
            }
        }
    }

    private static long reached(Sluice sluice, String name) throws Exception {
        return limit(sluice, name).path("reached").asLong();
    }

    @Test
    void limitsOfApply_areInTheLog_soThatAReplayIsTheSame_evenAfterTheyChange() throws Exception {
        try (Sluice sluice = start(Map.of("series", 5L))) {
            send(sluice, 0, 10);
            Scene.await(() -> reached(sluice, "series") > 0);
            assertThat(limit(sluice, "series").path("bound").asLong()).isEqualTo(5);
        }
        try (Sluice sluice = start(Map.of("series", 50L, "groupsPerSli", 8L))) {
            send(sluice, 10, 20);
            Scene.await(() -> reached(sluice, "groupsPerSli") > 0);
        }

        Replay.Result replayed = OfflineReplay.run(folder.resolve("data"), _ -> {});

        assertThat(replayed.compared()).isPositive();
        assertThat(replayed.different()).isZero();
    }
}
