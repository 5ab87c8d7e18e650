package io.sluice.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.ask.Access;
import io.sluice.collector.ask.Credentials;
import io.sluice.collector.dogstatsd.UnixSocket;
import io.sluice.collector.query.QueryServer;
import io.sluice.collector.scrape.ScrapeJob;
import io.sluice.collector.scrape.ScrapeTarget;
import io.sluice.collector.scrape.ScrapeTerms;
import io.sluice.definitions.yaml.Problem;
import io.sluice.server.notify.AlertmanagerForm;
import io.sluice.server.notify.PagerDutyForm;
import io.sluice.server.notify.Place;
import io.sluice.server.notify.SlackForm;
import io.sluice.server.notify.Target;
import io.sluice.server.notify.WebhookForm;
import io.sluice.server.trust.Role;
import io.sluice.server.trust.TlsFiles;
import io.sluice.server.trust.Token;
import io.sluice.server.trust.TokenDigest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

final class ConfigReaderTest {

    @TempDir private Path folder;

    private ConfigReader.Read read(String text) {
        return ConfigReader.read(
                "sluice.yaml",
                text,
                folder,
                Map.of("SHOP_TOKEN", "a token of the shop", "SHORT", "0123456789abcde"));
    }

    @Test
    void tls_isSetPortByPort_withFilesBesideTheConfiguration() {
        ServerConfig.Tls tls =
                read("""
                     tls:
                       api: {certificate: server.pem, key: server.key}
                       otlpGrpc: {certificate: /keys/server.pem, key: /keys/server.key, clientCa: ca.pem}
                     """)
                        .config()
                        .orElseThrow()
                        .tls();
        assertThat(tls)
                .isEqualTo(
                        new ServerConfig.Tls(
                                Optional.of(
                                        new TlsFiles(
                                                folder.resolve("server.pem"),
                                                folder.resolve("server.key"),
                                                Optional.empty())),
                                Optional.empty(),
                                Optional.of(
                                        new TlsFiles(
                                                Path.of("/keys/server.pem"),
                                                Path.of("/keys/server.key"),
                                                Optional.of(folder.resolve("ca.pem"))))));
    }

    @Test
    void dogstatsdSocket_hasAPathBesideTheConfiguration_andAMode() {
        assertThat(
                        read("listen: {dogstatsdSocket: {path: dsd.sock, mode: \"0722\"}}")
                                .config()
                                .orElseThrow()
                                .listen()
                                .dogstatsdSocket())
                .contains(
                        new UnixSocket(
                                folder.resolve("dsd.sock"),
                                PosixFilePermissions.fromString("rwx-w--w-")));
        assertThat(
                        read("listen: {dogstatsdSocket: {path: dsd.sock}}")
                                .config()
                                .orElseThrow()
                                .listen()
                                .dogstatsdSocket()
                                .orElseThrow()
                                .mode())
                .isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
        assertThat(read("listen: {dogstatsdSocket: {mode: \"0999\"}}").problems())
                .extracting(Problem::message)
                .containsExactlyInAnyOrder(
                        "`path` is missing in `dogstatsdSocket`", "`0999` is no mode");
    }

    @Test
    void limits_areCountsSizesAndTimes() {
        assertThat(
                        read("""
                             limits:
                               httpConnections: 5000
                               bytesInFlight: 256 MiB
                               bodyBytes: 1048576
                               logBytes: 5GB
                               logAge: 14d
                             """)
                                .config()
                                .orElseThrow()
                                .limits())
                .isEqualTo(
                        Map.of(
                                "httpConnections",
                                5000L,
                                "bytesInFlight",
                                256L << 20,
                                "bodyBytes",
                                1L << 20,
                                "logBytes",
                                5_000_000_000L,
                                "logAge",
                                14 * 86_400L));
    }

    @Test
    void limits_thatCannotBe_areNamedAtTheirPlace() {
        assertThat(
                        read("""
                             limits:
                               httpConnections: 0
                               bytesInFlight: much
                               bodyBytes: 1 GiB
                               nesting: 100
                               logAge: 1s
                             """)
                                .problems())
                .extracting(
                        problem ->
                                problem.line()
                                        + ": "
                                        + problem.message()
                                        + "; "
                                        + problem.expected())
                .containsExactlyInAnyOrder(
                        "2: `httpConnections` is out of range: 0; 1 to 1000000",
                        "3: `bytesInFlight` must be a size, not `much`; for example 64 MiB, 20 GB"
                                + " or 1048576",
                        "4: one body may have more bytes than all together; at most bytesInFlight,"
                                + " 134217728 bytes",
                        "5: `nesting` cannot be configured; it is 64, always",
                        "6: `logAge` is out of range: 1s; 1d to 400d");
    }

    @Test
    void tokens_areKnownByTheirDigest_whereverTheyAre() throws IOException {
        Files.writeString(folder.resolve("oncall.token"), "a token in a file\n");
        String digest = TokenDigest.of("a token nobody wrote down").hex();
        List<Token> tokens =
                read("""
                     tokens:
                       - {name: shop, env: SHOP_TOKEN, roles: [ingest], source: shop-collectors}
                       - {name: oncall, file: oncall.token, roles: [read, read-traces, operate]}
                       - {name: gateway, sha256: %s, roles: [ingest, read]}
                     """
                                .formatted(digest))
                        .config()
                        .orElseThrow()
                        .tokens();
        assertThat(tokens)
                .containsExactly(
                        new Token(
                                "shop",
                                TokenDigest.of("a token of the shop"),
                                Set.of(Role.INGEST),
                                "shop-collectors"),
                        new Token(
                                "oncall",
                                TokenDigest.of("a token in a file"),
                                Set.of(Role.READ, Role.READ_TRACES, Role.OPERATE),
                                "oncall"),
                        new Token(
                                "gateway",
                                TokenDigest.of("a token nobody wrote down"),
                                Set.of(Role.INGEST, Role.READ),
                                "gateway"));
        assertThat(tokens.toString()).doesNotContain(digest);
    }

    @Test
    void badTokens_areToldAtTheirPlace_withoutTheSecret() {
        ConfigReader.Read read =
                read(
                        """
                        tokens:
                          - {name: a, env: MISSING, roles: [read]}
                          - {name: b, env: SHORT, roles: [read]}
                          - {name: c, file: nowhere.token, roles: [read]}
                          - {name: d, sha256: abc, roles: [read]}
                          - {name: e, roles: [read]}
                          - {name: f, env: SHOP_TOKEN, roles: []}
                          - {name: g, env: SHOP_TOKEN, roles: [reed]}
                          - {name: a, sha256: "%s", roles: [read], source: x}
                        """
                                .formatted("0".repeat(64)));
        assertThat(read.config()).isEmpty();
        assertThat(read.problems())
                .extracting(p -> p.line() + ":" + p.column())
                .containsExactly(
                        "2:20", "3:20", "4:21", "5:23", "6:5", "7:39", "8:20", "8:40", "9:12",
                        "9:106");
        assertThat(read.problems().toString())
                .contains("MISSING", "15 characters", "`sluice token`", "the same token as f")
                .contains("did you mean `read`")
                .doesNotContain("0123456789abcde");
    }

    @Test
    void emptyFile_isTheDefault() {
        assertThat(read("").config()).contains(ServerConfig.DEFAULT);
    }

    @Test
    void defaults_listenOnLoopbackOnly() {
        assertThat(ServerConfig.DEFAULT.listen())
                .isEqualTo(new ServerConfig.Listen("127.0.0.1", Set.of(), 8080, 4318, 4317, 8125));
        assertThat(ServerConfig.DEFAULT.scrape()).isEmpty();
        assertThat(ServerConfig.DEFAULT.prometheus()).isEmpty();
        assertThat(ServerConfig.DEFAULT.backfillSources()).isEmpty();
        assertThat(ServerConfig.DEFAULT.alerting()).isEqualTo(ServerConfig.Alerting.NONE);
        assertThat(ServerConfig.DEFAULT.tokens()).isEmpty();
        assertThat(ServerConfig.DEFAULT.tls()).isEqualTo(ServerConfig.Tls.NONE);
    }

    @Test
    void everyKey_isRead() {
        ServerConfig config =
                read("""
                                listen: {host: 0.0.0.0, names: [slo.example], api: 0, otlpHttp: 1, otlpGrpc: 2, dogstatsd: 3}
                                scrape:
                                  - {job: monolith, url: "http://127.0.0.1:9180/metrics", interval: 5s, attributes: {service.name: monolith}}
                                sources:
                                  - {name: history, backfill: true}
                                  - {name: ordinary}
                                receivers:
                                  - {name: oncall, url: "http://127.0.0.1:9199/alerts"}
                                  - {name: chat, kind: slack, urlFile: slack.url}
                                  - {name: am, kind: alertmanager, url: "http://127.0.0.1:9093"}
                                  - {name: pd, kind: pagerduty, routingKeyFile: pd.key, grouped: false}
                                publicUrl: https://slo.example/
                                """)
                        .config()
                        .orElseThrow();
        assertThat(config.listen())
                .isEqualTo(new ServerConfig.Listen("0.0.0.0", Set.of("slo.example"), 0, 1, 2, 3));
        assertThat(config.backfillSources()).isEqualTo(Set.of("history"));
        assertThat(config.baseUrl()).isEqualTo("https://slo.example");
        assertThat(config.alerting().receivers())
                .containsExactly(
                        new Target(
                                "oncall",
                                new Place.Known(URI.create("http://127.0.0.1:9199/alerts")),
                                Access.OPEN,
                                false,
                                new WebhookForm(Optional.empty())),
                        new Target(
                                "chat",
                                new Place.InFile(folder.resolve("slack.url")),
                                Access.OPEN,
                                true,
                                new SlackForm()),
                        new Target(
                                "am",
                                new Place.Known(URI.create("http://127.0.0.1:9093")),
                                Access.OPEN,
                                false,
                                new AlertmanagerForm()),
                        new Target(
                                "pd",
                                new Place.Known(PagerDutyForm.ADDRESS),
                                Access.OPEN,
                                false,
                                new PagerDutyForm(folder.resolve("pd.key"), false)));
        assertThat(config.scrape())
                .singleElement()
                .satisfies(
                        job ->
                                assertThat(job)
                                        .isEqualTo(
                                                ScrapeJob.of(
                                                        new ScrapeTarget(
                                                                "monolith",
                                                                URI.create(
                                                                        "http://127.0.0.1:9180/metrics"),
                                                                Map.of("service.name", "monolith"),
                                                                ScrapeTerms.every(
                                                                        Duration.ofSeconds(5))))));
    }

    @Test
    void everyKeyOfScrape_isRead() {
        ServerConfig config =
                read("""
                        scrape:
                          - job: shop
                            files: [targets/*.json]
                            maxTargets: 7
                            interval: 30s
                            timeout: 20s
                            maxSamples: 1
                            maxLabels: 2
                            maxBodyBytes: 3
                            honorLabels: true
                            honorTimestamps: false
                            fallbackFormat: openmetrics
                            basicAuth: {username: me, passwordFile: password}
                          - {job: other, url: "https://other.example/m", authorizationFile: other.token}
                        """)
                        .config()
                        .orElseThrow();
        assertThat(config.scrape().getFirst())
                .isEqualTo(
                        new ScrapeJob(
                                "shop",
                                List.of(),
                                List.of(folder.resolve("targets/*.json")),
                                Map.of(),
                                new ScrapeTerms(
                                        Duration.ofSeconds(30),
                                        Duration.ofSeconds(20),
                                        new ScrapeTerms.Limits(1, 2, 3),
                                        true,
                                        false,
                                        ScrapeTerms.Fallback.OPEN_METRICS,
                                        new Access(
                                                new Credentials.Basic(
                                                        "me", folder.resolve("password")),
                                                Optional.empty())),
                                7));
        assertThat(config.scrape().getLast().terms().access().credentials())
                .isEqualTo(new Credentials.Header(folder.resolve("other.token")));
    }

    @Test
    void everyKeyOfPrometheus_isRead() {
        Map<String, QueryServer> servers =
                read("""
                        prometheus:
                          - {name: default, url: "http://prometheus:9090"}
                          - name: metrics
                            url: "https://mimir.example/prometheus"
                            interval: 20s
                            delay: 0s
                            timeout: 5s
                            history: 7d
                            authorizationFile: mimir.token
                        """)
                        .config()
                        .orElseThrow()
                        .prometheus();
        assertThat(servers)
                .isEqualTo(
                        Map.of(
                                "default",
                                QueryServer.usual(URI.create("http://prometheus:9090")),
                                "metrics",
                                new QueryServer(
                                        URI.create("https://mimir.example/prometheus"),
                                        Duration.ofSeconds(20),
                                        Duration.ZERO,
                                        Duration.ofSeconds(5),
                                        Duration.ofDays(7),
                                        new Access(
                                                new Credentials.Header(
                                                        folder.resolve("mimir.token")),
                                                Optional.empty()))));
    }

    @Test
    void everyProblemOfPrometheus_isToldAtItsPlace() {
        ConfigReader.Read read =
                read(
                        """
                        prometheus:
                          - {name: a, url: "http://a"}
                          - {name: a, url: "http://a"}
                          - {name: b}
                          - {name: c, url: "http://c", interval: 15s}
                        """);
        assertThat(read.problems())
                .extracting(p -> p.line() + ":" + p.column())
                .containsExactly("3:12", "4:5", "5:42");
    }

    @Test
    void everyProblemOfScrape_isToldAtItsPlace() {
        ConfigReader.Read read =
                read(
                        """
                        scrape:
                          - {job: a}
                          - {job: b, url: "http://b/m", files: [b.json]}
                          - {job: c, url: "http://c/m", interval: 5s, timeout: 6s}
                          - {job: d, url: "http://d/m", maxTargets: 1}
                          - {job: e, url: "http://e/m", tls: {key: e.key}}
                          - {job: f, url: "http://f/m", tls: {ca: nowhere.pem}}
                          - {job: g, url: "http://g/m", fallbackFormat: xml}
                          - {job: h, url: "http://h/m", authorizationFile: h, basicAuth: {}}
                        """);
        assertThat(read.config()).isEmpty();
        assertThat(read.problems())
                .extracting(p -> p.line() + ":" + p.column())
                .containsExactly("2:5", "3:33", "4:56", "5:33", "6:39", "7:38", "8:49", "9:55");
    }

    @Test
    void links_leadToANameOfOurs_orToOneAddress() {
        assertThat(read("listen: {host: 0.0.0.0}").config().orElseThrow().baseUrl())
                .isEqualTo("http://127.0.0.1:8080");
        assertThat(read("listen: {host: 192.0.2.7}").config().orElseThrow().baseUrl())
                .isEqualTo("http://192.0.2.7:8080");
        assertThat(
                        read("listen: {host: 0.0.0.0, names: [slo.example, b.example]}")
                                .config()
                                .orElseThrow()
                                .baseUrl())
                .isEqualTo("http://b.example:8080");
    }

    @Test
    void receiversThatCannotBeTold_areProblems() {
        ConfigReader.Read read =
                read(
                        """
                        receivers:
                          - {name: one, url: "http://a"}
                          - {name: one, url: "http://a"}
                          - {name: two, kind: pager, url: "http://a"}
                          - {name: three, kind: slack}
                          - {name: four, kind: pagerduty}
                          - {name: five, url: "http://a", urlFile: b}
                          - {name: six, url: "http://a", template: nowhere.json}
                          - {name: seven, kind: alertmanager, url: "http://a", grouped: true}
                        """);
        assertThat(read.problems()).extracting(p -> p.line()).containsExactly(3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void everyProblem_isToldAtItsPlace() {
        ConfigReader.Read read =
                read(
                        """
                        listen: {api: 70000, otlpHtp: 4318}
                        scrape:
                          - {url: "ftp://somewhere/metrics"}
                        receivers:
                          - {name: oncall, url: nowhere}
                        """);
        assertThat(read.config()).isEmpty();
        assertThat(read.problems())
                .extracting(p -> p.line() + ":" + p.column())
                .contains("1:15", "1:22", "3:11", "5:25");
        assertThat(read.problems().toString()).contains("otlpHttp").contains("`job` is missing");
    }
}
