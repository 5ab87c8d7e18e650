package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.sluice.definitions.DefinitionLoader;
import io.sluice.server.cli.SluiceCommand;
import io.sluice.server.config.ServerConfig;
import io.sluice.server.trust.Role;
import io.sluice.server.trust.Token;
import io.sluice.server.trust.TokenDigest;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The whole server, wired as it is shipped, with real clients on real sockets. */
final class SluiceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path folder;
    private Path definitions;
    private String token = "none is needed";
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void writeDefinitions() throws IOException {
        definitions = Files.createDirectory(folder.resolve("definitions"));
        Files.writeString(definitions.resolve("shop.yaml"), slo("0.99"));
    }

    @Test
    void spansOfARealSdk_areCountedOnBothPorts_andAfterARestart() throws Exception {
        try (Sluice sluice = start(AnyPorts.CONFIG)) {
            export(
                    OtlpHttpSpanExporter.builder()
                            .setEndpoint(address(sluice, "otlp-http") + "/v1/traces")
                            .setCompression("gzip")
                            .build(),
                    70,
                    5);
            export(
                    OtlpGrpcSpanExporter.builder()
                            .setEndpoint("http://" + address(sluice, "otlp-grpc"))
                            .build(),
                    30,
                    2);
            await(() -> objective(sluice).path("total").asLong() == 107);
            assertThat(objective(sluice).path("good").asLong()).isEqualTo(100);
        }
        try (Sluice again = start(AnyPorts.CONFIG)) {
            assertThat(objective(again).path("total").asLong()).isEqualTo(107);
            assertThat(objective(again).path("good").asLong()).isEqualTo(100);
            String ours = "{objective=\"0\",slo=\"shop-errors\"} ";
            String windows = "{objective=\"0\",slo=\"shop-errors\",window=\"";
            String counter = "{measure=\"[0-9a-f]+\",objective=\"0\",slo=\"shop-errors\"} ";
            assertThat(metrics(again))
                    .contains(
                            "# TYPE sluice_slo_good gauge\nsluice_slo_good" + ours + "100\n",
                            "\nsluice_slo" + ours + "107\n",
                            "\nsluice_slo_target" + ours + "0.99\n",
                            "\nsluice_slo_budget_remaining_ratio" + ours + "-5.542056",
                            "# TYPE sluice_slo_burn_rate gauge\nsluice_slo_burn_rate" + windows,
                            "\nsluice_ready 1.0\n")
                    // Whether it fires by then is a matter of a second.
                    .containsPattern(
                            "\nsluice_alerts_firing\\{severity=\"page\",slo=\"shop-errors\"} [01]\n")
                    .containsPattern(
                            "# TYPE sluice_slo_events_total counter\nsluice_slo_events_total"
                                    + counter.replace("{", "\\{")
                                    + "107\n")
                    .containsPattern(
                            "sluice_slo_good_events_total" + counter.replace("{", "\\{") + "100\n");
        }
    }

    @Test
    void nothingMeasured_isNotGood() throws Exception {
        try (Sluice sluice = start(AnyPorts.CONFIG)) {
            assertThat(objective(sluice).path("state").asText()).isEqualTo("UNMEASURED");
            assertThat(objective(sluice).path("sli").isNull()).isTrue();
        }
    }

    @Test
    void changedDefinitions_areInForce_andBadOnesAreNot() throws Exception {
        try (Sluice sluice = start(AnyPorts.CONFIG)) {
            Files.writeString(definitions.resolve("shop.yaml"), slo("0.9"));
            await(() -> objective(sluice).path("target").asDouble() == 0.9);
            Files.writeString(definitions.resolve("shop.yaml"), slo("1.5"));
            await(
                    () ->
                            metrics(sluice)
                                    .contains(
                                            "sluice_definitions_problems{severity=\"error\"} 1.0"));
            assertThat(objective(sluice).path("target").asDouble()).isEqualTo(0.9);
            assertThat(metrics(sluice)).contains("sluice_definitions_last_reload_successful 0.0");
            assertThat(get(sluice, "/")).contains("shop.yaml:", "is not in force");

            Files.writeString(definitions.resolve("shop.yaml"), slo("0.95"));
            await(() -> objective(sluice).path("target").asDouble() == 0.95);
            await(() -> metrics(sluice).contains("sluice_definitions_last_reload_successful 1.0"));
            assertThat(metrics(sluice))
                    .contains("sluice_definitions_problems{severity=\"error\"} 0.0")
                    .containsPattern("sluice_definitions_slos\\{digest=\"[0-9a-f]{64}\"} 1.0");
            assertThat(get(sluice, "/")).doesNotContain("is not in force");
        }
    }

    @Test
    void aPlan_tellsWhatASaveWillChange_untilTheSaveIsInForce() throws Exception {
        try (Sluice sluice = start(AnyPorts.CONFIG)) {
            export(
                    OtlpHttpSpanExporter.builder()
                            .setEndpoint(address(sluice, "otlp-http") + "/v1/traces")
                            .build(),
                    9,
                    1);
            await(() -> objective(sluice).path("total").asLong() == 10);
            Path wanted = Files.createDirectory(folder.resolve("wanted"));
            Files.writeString(wanted.resolve("shop.yaml"), slo("0.95"));
            Files.writeString(
                    wanted.resolve("sloth.yaml"),
                    """
                    version: prometheus/v1
                    service: till
                    slos:
                      - name: availability
                        objective: 99.5
                        sli:
                          events:
                            error_query: sum(rate(errors_total[{{.window}}]))
                            total_query: sum(rate(requests_total[{{.window}}]))
                        alerting: {name: TillBurns}
                    """);

            Told drift = plan(sluice, wanted);
            assertThat(drift.code()).isEqualTo(3);
            assertThat(drift.text())
                    .contains(
                            "+ Service till",
                            "+ SLO till-availability",
                            "objectives[0].target: 0.99 → 0.95",
                            "series: 1 kept, 1 folded anew from the log, 0 no longer counted");

            for (String name : List.of("shop.yaml", "sloth.yaml")) {
                Files.copy(
                        wanted.resolve(name),
                        definitions.resolve(name),
                        StandardCopyOption.REPLACE_EXISTING);
            }
            await(() -> plan(sluice, wanted).code() == 0);
            assertThat(objective(sluice).path("target").asDouble()).isEqualTo(0.95);
            assertThat(objective(sluice).path("total").asLong()).isEqualTo(10);
            assertThat(get(sluice, "/api/v1/slos/till-availability"))
                    .contains("\"state\":\"UNMEASURED\"");
        }
    }

    /** Half an hour of failures, after a day with one event, as the server has counted them. */
    @Test
    void aPlan_tellsWhatWouldFire_andWhatTheTrafficIsTooLittleFor() throws Exception {
        try (Sluice sluice = start(AnyPorts.CONFIG)) {
            Instant now = Instant.now();
            List<Instant> failures =
                    Stream.iterate(now, at -> at.minusSeconds(60)).limit(30).toList();
            export(
                    OtlpHttpSpanExporter.builder()
                            .setEndpoint(address(sluice, "otlp-http") + "/v1/traces")
                            .build(),
                    List.of(now.minus(Duration.ofHours(30))),
                    failures);
            await(() -> objective(sluice).path("total").asLong() == 31);

            Path wanted = Files.createDirectory(folder.resolve("wanted"));
            Files.writeString(
                    wanted.resolve("shop.yaml"),
                    slo("0.999").stripTrailing()
                            + "\n"
                            + alerts("held", "20m", "1")
                            + alerts("too-long", "50m", "1")
                            + alerts("guarded", "20m", "100"));
            Told told = plan(sluice, wanted);

            assertThat(told.text())
                    .contains("would fire now: PAGE shop-errors/0/held/held\n")
                    .doesNotContain("would fire now: PAGE shop-errors/0/too-long/too-long")
                    .doesNotContain("would fire now: PAGE shop-errors/0/guarded/guarded")
                    .contains("at this traffic: shop-errors objectives[0]: one failure spends more")
                    .contains(
                            "at this traffic: shop-errors objectives[0] held/held: any one failure"
                                    + " fires it: 1h bring 1 events")
                    .contains(
                            "at this traffic: shop-errors objectives[0] guarded/guarded: not even a"
                                    + " total outage fires it: no 1h of the last 7d brought more"
                                    + " than 30 events, it takes 100");
        }
    }

    private static String alerts(String name, String held, String minimum) {
        String lead = name.equals("held") ? "  alertPolicies:\n" : "";
        return lead
                + """
                    - kind: AlertPolicy
                      metadata: {name: %1$s}
                      spec:
                        conditions:
                          - kind: AlertCondition
                            metadata: {name: %1$s, annotations: {sluice.dev/minimum-bad-events: "%3$s"}}
                            spec:
                              severity: page
                              condition: {kind: burnrate, op: gt, threshold: 14.4, lookbackWindow: 1h, alertAfter: %2$s}
                        notificationTargets: [{kind: AlertNotificationTarget, metadata: {name: t}, spec: {target: t}}]
                """
                        .formatted(name, held, minimum);
    }

    @Test
    void aRunsEvidence_isExportedAndVerified_andAChangeInItIsTold() throws Exception {
        Files.writeString(
                definitions.resolve("cutover.yaml"),
                """
                apiVersion: sluice.dev/v1
                kind: Cutover
                metadata: {name: checkout}
                spec:
                  service: shop
                  baseline: {where: [{attribute: side, equals: legacy}]}
                  candidate: {where: [{attribute: side, equals: platform}]}
                  metrics:
                    - name: errors
                      indicator:
                        metadata: {name: errors}
                        spec:
                          ratioMetric:
                            bad: {metricSource: {type: spans, spec: {service: shop, where: [{attribute: code, atLeast: 500}]}}}
                            total: {metricSource: {type: spans, spec: {service: shop}}}
                  steps: [{share: 0.1, goMargin: 2, minimumDuration: 1m}]
                  objectives: [shop-errors]
                """);
        Path file = folder.resolve("evidence.jsonl");
        try (Sluice sluice = start(AnyPorts.CONFIG)) {
            post(sluice, "/api/v1/cutovers/checkout/runs", "{\"revision\":\"v2\"}");
            post(sluice, "/api/v1/cutovers/checkout/runs/1/steps", "{\"index\":0,\"share\":0.1}");
            await(
                    () -> {
                        Told exported =
                                run(
                                        "evidence",
                                        "export",
                                        "checkout",
                                        "--server",
                                        address(sluice, "api"),
                                        "--out",
                                        file.toString());
                        assertThat(exported.code()).isZero();
                        return Files.readString(file).contains("NO_DATA");
                    });
            assertThat(
                            run("evidence", "export", "nothing", "--server", address(sluice, "api"))
                                    .code())
                    .isEqualTo(2);
        }
        Told verified = run("evidence", "verify", file.toString());
        assertThat(verified.text()).contains("verified: checkout run 1 (v2)", "HOLD", "head: ");
        assertThat(verified.code()).isZero();

        Files.writeString(
                file, Files.readString(file).replace("\"verdict\":\"HOLD\"", "\"verdict\":\"GO\""));
        Told changed = run("evidence", "verify", file.toString());
        assertThat(changed.code()).isEqualTo(1);
        assertThat(changed.text()).contains("evidence.jsonl:2: ", "verdict is \"GO\"");
        assertThat(run("evidence", "verify", folder.resolve("none").toString()).code())
                .isEqualTo(3);
        Files.writeString(file, "hello");
        assertThat(run("evidence", "verify", file.toString()).code()).isEqualTo(3);
        assertThat(run("evidence", "verify").code()).isEqualTo(2);
    }

    /** What the command line answered. */
    private record Told(int code, String text) {}

    private static Told run(String... arguments) {
        StringWriter out = new StringWriter();
        int code =
                new CommandLine(new SluiceCommand())
                        .setColorScheme(
                                CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(new StringWriter()))
                        .execute(arguments);
        return new Told(code, out.toString());
    }

    private void post(Sluice sluice, String path, String json) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address(sluice, "api")).resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build();
        assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isBetween(200, 201);
    }

    private static Told plan(Sluice sluice, Path files) {
        StringWriter out = new StringWriter();
        int code =
                new CommandLine(new SluiceCommand())
                        .setColorScheme(
                                CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                        .setOut(new PrintWriter(out))
                        .execute("plan", "--server", address(sluice, "api"), files.toString());
        return new Told(code, out.toString());
    }

    @Test
    void portInUse_isOneLineThatSaysWhatToDo() throws Exception {
        try (Sluice first = start(AnyPorts.CONFIG)) {
            int taken = URI.create(address(first, "api")).getPort();
            ServerConfig same =
                    new ServerConfig(
                            new ServerConfig.Listen("127.0.0.1", Set.of(), taken, 0, 0, 0),
                            List.of(),
                            Map.of(),
                            Set.of(),
                            ServerConfig.Alerting.NONE,
                            List.of(),
                            ServerConfig.Tls.NONE);
            assertThatThrownBy(
                            () ->
                                    Sluice.start(
                                                    folder.resolve("other"),
                                                    found(),
                                                    same,
                                                    InstantSource.system())
                                            .close())
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("in use")
                    .hasMessageContaining("--config");
        }
    }

    @Test
    void secondServerOnOneDataFolder_isRefused_andTheFirstGoesOn() throws Exception {
        try (Sluice first = start(AnyPorts.CONFIG)) {
            assertThatThrownBy(() -> start(AnyPorts.CONFIG).close())
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("in use by another Sluice")
                    .hasMessageContaining(Long.toString(ProcessHandle.current().pid()))
                    .hasMessageContaining("--data");
            assertThatThrownBy(() -> OfflineReplay.run(folder.resolve("data"), offset -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by another Sluice");
            assertThat(objective(first).path("state").asText()).isEqualTo("UNMEASURED");
        }
        start(AnyPorts.CONFIG).close();
    }

    @Test
    void damagedStore_isToldWithWhatToDo_andNothingIsServed() throws Exception {
        start(AnyPorts.CONFIG).close();
        Path store = folder.resolve("data").resolve("sluice.db");
        byte[] whole = Files.readAllBytes(store);

        Files.write(store, Arrays.copyOf(whole, whole.length / 2));
        assertStartRefused(store, "is damaged");

        byte[] noise = whole.clone();
        Arrays.fill(noise, 8192, noise.length, (byte) 0xA5);
        Files.write(store, noise);
        assertStartRefused(store, "is damaged");

        Files.write(store, new byte[0]);
        assertStartRefused(store, "is empty");

        Files.write(store, whole);
        start(AnyPorts.CONFIG).close();
    }

    @Test
    void storeWhoseLogIsGone_isRefused() throws Exception {
        start(AnyPorts.CONFIG).close();
        Path log = folder.resolve("data").resolve("log");
        try (Stream<Path> files = Files.list(log)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }

        assertThatThrownBy(() -> start(AnyPorts.CONFIG).close())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("does not belong together")
                .hasMessageContaining("restore the newest backup");
    }

    private void assertStartRefused(Path store, String what) {
        assertThatThrownBy(() -> start(AnyPorts.CONFIG).close())
                .isInstanceOf(StartException.class)
                .hasMessageContaining(store + " " + what)
                .hasMessageContaining("restore the newest backup")
                .hasMessageNotContaining("\n");
    }

    @Test
    void ownMetrics_countWhatWasAccepted() throws Exception {
        try (Sluice sluice = start(AnyPorts.CONFIG)) {
            export(
                    OtlpHttpSpanExporter.builder()
                            .setEndpoint(address(sluice, "otlp-http") + "/v1/traces")
                            .build(),
                    3,
                    0);
            assertThat(metrics(sluice))
                    .contains(
                            "sluice_ingest_accepted_total{receiver=\"otlp-http\",signal=\"spans\"}"
                                    + " 3.0");
        }
    }

    @Test
    void tokens_areAskedForAtEveryDoor() throws Exception {
        ServerConfig guarded =
                new ServerConfig(
                        AnyPorts.CONFIG.listen(),
                        List.of(),
                        Map.of(),
                        Set.of(),
                        ServerConfig.Alerting.NONE,
                        List.of(
                                token("shop", "a token that may send", Role.INGEST),
                                token("oncall", "a token that may read", Role.READ)),
                        ServerConfig.Tls.NONE);
        try (Sluice sluice = start(guarded)) {
            export(
                    OtlpHttpSpanExporter.builder()
                            .setEndpoint(address(sluice, "otlp-http") + "/v1/traces")
                            .addHeader("Authorization", "Bearer a token that may send")
                            .build(),
                    2,
                    1);
            export(
                    OtlpGrpcSpanExporter.builder()
                            .setEndpoint("http://" + address(sluice, "otlp-grpc"))
                            .addHeader("Authorization", "Bearer a token that may send")
                            .build(),
                    3,
                    1);
            export(
                    OtlpGrpcSpanExporter.builder()
                            .setEndpoint("http://" + address(sluice, "otlp-grpc"))
                            .addHeader("Authorization", "Bearer a token that may read")
                            .build(),
                    5,
                    0);
            assertThat(status(sluice, "/api/v1/slos", null)).isEqualTo(401);
            assertThat(status(sluice, "/api/v1/slos", "a token that may send")).isEqualTo(403);
            assertThat(status(sluice, "/metrics", null)).isEqualTo(401);
            assertThat(status(sluice, "/readyz", null)).isEqualTo(200);
            token = "a token that may read";
            await(() -> objective(sluice).path("total").asLong() == 7);
            assertThat(metrics(sluice))
                    .contains(
                            "sluice_ingest_rejected_total{reason=\"unauthorized\",receiver=\"otlp-grpc\",signal=\"requests\"}"
                                    + " 1.0");
        }
    }

    private static Token token(String name, String secret, Role role) {
        return new Token(name, TokenDigest.of(secret), Set.of(role), name);
    }

    private int status(Sluice sluice, String path, @Nullable String bearer) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address(sluice, "api")).resolve(path));
        if (bearer != null) {
            request.header("Authorization", "Bearer " + bearer);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private Sluice start(ServerConfig config) throws StartException {
        return Sluice.start(folder.resolve("data"), found(), config, InstantSource.system());
    }

    private Sluice.DefinitionsFolder found() {
        return new Sluice.DefinitionsFolder(
                definitions, new DefinitionLoader().load(List.of(definitions)));
    }

    private static void export(SpanExporter exporter, int good, int bad) {
        Instant now = Instant.now();
        export(exporter, Collections.nCopies(good, now), Collections.nCopies(bad, now));
    }

    /** A span that ends at each of these times. */
    private static void export(SpanExporter exporter, List<Instant> good, List<Instant> bad) {
        try (SdkTracerProvider provider =
                SdkTracerProvider.builder()
                        .setResource(
                                Resource.create(
                                        Attributes.of(
                                                AttributeKey.stringKey("service.name"), "shop")))
                        .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
                        .build()) {
            Tracer tracer = provider.get("test");
            good.forEach(at -> span(tracer, 200, at));
            bad.forEach(at -> span(tracer, 500, at));
            provider.forceFlush().join(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static void span(Tracer tracer, int status, Instant at) {
        tracer.spanBuilder("GET /")
                .setSpanKind(SpanKind.SERVER)
                .setAttribute("http.response.status_code", status)
                .setStartTimestamp(at)
                .startSpan()
                .end(at);
    }

    private JsonNode objective(Sluice sluice) throws Exception {
        return new ObjectMapper()
                .readTree(get(sluice, "/api/v1/slos/shop-errors"))
                .path("objectives")
                .path(0);
    }

    private String metrics(Sluice sluice) throws Exception {
        return get(sluice, "/metrics");
    }

    private String get(Sluice sluice, String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address(sluice, "api")).resolve(path))
                        .header("Authorization", "Bearer " + token)
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private static String address(Sluice sluice, String name) {
        return sluice.addresses().stream()
                .filter(address -> address.name().equals(name))
                .map(Sluice.Address::text)
                .findFirst()
                .orElseThrow();
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        Instant until = Instant.now().plus(PATIENCE);
        while (!condition.call()) {
            assertThat(Instant.now()).as("waited long enough").isBefore(until);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static String slo(String target) {
        return """
        apiVersion: openslo/v1
        kind: Service
        metadata: {name: shop}
        spec: {description: a shop}
        ---
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: shop-errors, labels: {tier: service}}
        spec:
          service: shop
          indicator:
            metadata: {name: shop-requests}
            spec:
              ratioMetric:
                bad:
                  metricSource:
                    type: spans
                    spec:
                      service: shop
                      kind: server
                      where:
                        - {attribute: http.response.status_code, atLeast: 500}
                total:
                  metricSource: {type: spans, spec: {service: shop, kind: server}}
          budgetingMethod: Occurrences
          timeWindow: [{duration: 28d, isRolling: true}]
          objectives: [{target: %s}]
        """
                .formatted(target);
    }
}
