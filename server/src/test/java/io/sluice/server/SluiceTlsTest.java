package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;

import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.sluice.definitions.DefinitionLoader;
import io.sluice.server.config.ConfigReader;
import io.sluice.server.config.ServerConfig;
import io.sluice.server.trust.TlsFiles;
import io.sluice.server.trust.TlsWatch;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** TLS and client certificates on every port that has them, with real clients. */
final class SluiceTlsTest {

    private static Certificates ours;
    private static Certificates others;

    @TempDir private Path folder;

    @BeforeAll
    static void makeCertificates(@TempDir Path keys) throws Exception {
        ours = Certificates.make(keys, "ours");
        others = Certificates.make(keys, "others");
    }

    @BeforeEach
    void writeFiles() throws Exception {
        ours.write(folder);
        Files.createDirectory(folder.resolve("definitions"));
    }

    private TlsFiles files(boolean clients) {
        return new TlsFiles(
                folder.resolve("server.pem"),
                folder.resolve("server.key"),
                clients ? Optional.of(folder.resolve("ca.pem")) : Optional.empty());
    }

    private Sluice start(boolean clientsOfReceivers) throws StartException {
        Path definitions = folder.resolve("definitions");
        Optional<TlsFiles> receivers = Optional.of(files(clientsOfReceivers));
        return Sluice.start(
                folder.resolve("data"),
                AnyPorts.definitions(definitions),
                new ServerConfig(
                        AnyPorts.LISTEN,
                        List.of(),
                        Map.of(),
                        Set.of(),
                        ServerConfig.Alerting.NONE,
                        List.of(),
                        new ServerConfig.Tls(Optional.of(files(false)), receivers, receivers)),
                InstantSource.system());
    }

    private static URI address(Sluice sluice, String name) {
        String text =
                sluice.addresses().stream()
                        .filter(address -> address.name().equals(name))
                        .map(Sluice.Address::text)
                        .findFirst()
                        .orElseThrow();
        return URI.create(text.contains("://") ? text : "https://" + text);
    }

    /** A target that wants a certificate of ours from whoever scrapes it. */
    private HttpsServer target() throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(TlsWatch.open(files(true)).tls().context()) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
                        wanted.setNeedClientAuth(true);
                        parameters.setSSLParameters(wanted);
                    }
                });
        server.createContext(
                "/metrics",
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "text/plain");
                    exchange.sendResponseHeaders(200, 4);
                    exchange.getResponseBody().write("a 1\n".getBytes(StandardCharsets.UTF_8));
                    exchange.close();
                });
        server.start();
        return server;
    }

    @Test
    void s15_aScrapedTargetIsTrustedByItsAuthority_andSeesOurCertificate() throws Exception {
        Files.write(folder.resolve("client.pem"), ours.chain("client"));
        Files.write(folder.resolve("client.key"), ours.key("client"));
        Files.write(folder.resolve("others.pem"), others.chain("ca"));
        HttpsServer target = target();
        try {
            String url = "https://127.0.0.1:" + target.getAddress().getPort() + "/metrics";
            Path file =
                    Files.writeString(
                            folder.resolve("sluice.yaml"),
                            """
                            listen: {api: 0, otlpHttp: 0, otlpGrpc: 0, dogstatsd: 0}
                            tls: {api: {certificate: server.pem, key: server.key}}
                            scrape:
                              - {job: known, interval: 2s, url: "%1$s", tls: {ca: ca.pem, certificate: client.pem, key: client.key}}
                              - {job: unknown, interval: 2s, url: "%1$s", tls: {ca: ca.pem}}
                              - {job: untrusting, interval: 2s, url: "%1$s", tls: {ca: others.pem}}
                            """
                                    .formatted(url));
            ServerConfig config = ConfigReader.read(file, Map.of()).config().orElseThrow();
            try (Sluice sluice =
                    Sluice.start(
                            folder.resolve("data"),
                            new Sluice.DefinitionsFolder(
                                    folder.resolve("definitions"),
                                    new DefinitionLoader()
                                            .load(List.of(folder.resolve("definitions")))),
                            config,
                            InstantSource.system())) {
                await(
                        () ->
                                scraped(sluice, "duration_seconds").values().stream()
                                        .allMatch(d -> d > 0));
                assertThat(scraped(sluice, "up"))
                        .isEqualTo(Map.of("known", 1.0, "unknown", 0.0, "untrusting", 0.0));
            }
        } finally {
            target.stop(0);
        }
    }

    /** A gauge of every target, by its job. */
    private static Map<String, Double> scraped(Sluice sluice, String gauge) throws Exception {
        Map<String, Double> jobs = new HashMap<>();
        get(sluice, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("sluice_scrape_" + gauge + "{"))
                .forEach(
                        line ->
                                jobs.put(
                                        line.replaceAll(".*job=\"([^\"]*)\".*", "$1"),
                                        Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
        return jobs;
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("not within a minute").isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private static boolean export(SpanExporter exporter) {
        try (SdkTracerProvider provider =
                SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                        .build()) {
            provider.get("test").spanBuilder("GET /").startSpan().end();
            return provider.forceFlush().join(30, TimeUnit.SECONDS).isSuccess();
        }
    }

    private static long accepted(Sluice sluice, String receiver) throws Exception {
        String metrics = get(sluice, "/metrics").body();
        String counter =
                "sluice_ingest_accepted_total{receiver=\"" + receiver + "\",signal=\"spans\"} ";
        return metrics.lines()
                .filter(line -> line.startsWith(counter))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(counter.length())))
                .sum();
    }

    private static HttpResponse<String> get(Sluice sluice, String path) throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(ours.trusting()).build()) {
            return client.send(
                    HttpRequest.newBuilder(address(sluice, "api").resolve(path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void G9_tls_aRealSdkSendsOverBothPorts_andThePagesAreSecure() throws Exception {
        try (Sluice sluice = start(false)) {
            var _ =
                    export(
                            OtlpHttpSpanExporter.builder()
                                    .setEndpoint(address(sluice, "otlp-http") + "/v1/traces")
                                    .setTrustedCertificates(ours.chain("ca"))
                                    .build());
            var _ =
                    export(
                            OtlpGrpcSpanExporter.builder()
                                    .setEndpoint(address(sluice, "otlp-grpc").toString())
                                    .setTrustedCertificates(ours.chain("ca"))
                                    .build());
            assertThat(accepted(sluice, "otlp-http")).isEqualTo(1);
            assertThat(accepted(sluice, "otlp-grpc")).isEqualTo(1);
            assertThat(address(sluice, "api").getScheme()).isEqualTo("https");
            assertThat(get(sluice, "/").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void G9_mtls_onlyClientsOfOurAuthorityConnect() throws Exception {
        try (Sluice sluice = start(true)) {
            for (Certificates who : List.of(ours, others)) {
                var _ =
                        export(
                                OtlpHttpSpanExporter.builder()
                                        .setEndpoint(address(sluice, "otlp-http") + "/v1/traces")
                                        .setTrustedCertificates(ours.chain("ca"))
                                        .setClientTls(who.key("client"), who.chain("client"))
                                        .setRetryPolicy(null)
                                        .build());
                var _ =
                        export(
                                OtlpGrpcSpanExporter.builder()
                                        .setEndpoint(address(sluice, "otlp-grpc").toString())
                                        .setTrustedCertificates(ours.chain("ca"))
                                        .setClientTls(who.key("client"), who.chain("client"))
                                        .setRetryPolicy(null)
                                        .build());
            }
            var _ =
                    export(
                            OtlpHttpSpanExporter.builder()
                                    .setEndpoint(address(sluice, "otlp-http") + "/v1/traces")
                                    .setTrustedCertificates(ours.chain("ca"))
                                    .setRetryPolicy(null)
                                    .build());
            assertThat(accepted(sluice, "otlp-http")).isEqualTo(1);
            assertThat(accepted(sluice, "otlp-grpc")).isEqualTo(1);
        }
    }

    @Test
    void G9_mtls_aClientWhoseCertificateHasExpired_isRefused_andTheLogSaysWhy() throws Exception {
        List<String> said = new CopyOnWriteArrayList<>();
        Handler listener = new Listener(said);
        Logger log = Logger.getLogger(TlsWatch.class.getName());
        log.addHandler(listener);
        try (Sluice sluice = start(true)) {
            var _ =
                    export(
                            OtlpHttpSpanExporter.builder()
                                    .setEndpoint(address(sluice, "otlp-http") + "/v1/traces")
                                    .setTrustedCertificates(ours.chain("ca"))
                                    .setClientTls(ours.key("expired"), ours.chain("expired"))
                                    .setRetryPolicy(null)
                                    .build());
            assertThat(accepted(sluice, "otlp-http")).isZero();
            assertThat(said)
                    .singleElement()
                    .asString()
                    .contains("CN=expired client of ours", "CertificateExpiredException");
        } finally {
            log.removeHandler(listener);
        }
    }

    private static final class Listener extends Handler {
        private final List<String> said;

        Listener(List<String> said) {
            this.said = said;
        }

        @Override
        public void publish(LogRecord record) {
            if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
                said.add(record.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /**
     * A hello that offers TLS 1.1 and nothing newer, by hand, since the JDK's client would not say
     * it (RFC 4346 7.4.1.2).
     */
    private static byte[] helloOfTls11() {
        ByteBuffer hello = ByteBuffer.allocate(9 + 2 + 32 + 1 + 2 + 4 + 2);
        int body = hello.capacity() - 9;
        hello.put((byte) 22).putShort((short) 0x0301).putShort((short) (body + 4));
        hello.put((byte) 1).put((byte) 0).putShort((short) body);
        hello.putShort((short) 0x0302).put(new byte[32]).put((byte) 0);
        hello.putShort((short) 4).putShort((short) 0xC009).putShort((short) 0xC013);
        return hello.put((byte) 1).put((byte) 0).array();
    }

    @Test
    void G9_tls11_isRefusedOnEveryPort() throws Exception {
        try (Sluice sluice = start(false)) {
            for (String port : List.of("api", "otlp-http", "otlp-grpc")) {
                URI address = address(sluice, port);
                try (Socket socket = new Socket(address.getHost(), address.getPort())) {
                    socket.setSoTimeout(30_000);
                    socket.getOutputStream().write(helloOfTls11());
                    byte[] answer = socket.getInputStream().readNBytes(7);
                    // An alert, fatal: protocol_version, or handshake_failure.
                    assertThat(answer).as(port).hasSize(7).startsWith(21);
                    assertThat(answer[5]).as(port).isEqualTo((byte) 2);
                    assertThat(answer[6]).as(port).isIn((byte) 70, (byte) 40);
                }
            }
        }
    }

    /** Every handshake anew, so nothing that a client remembers counts. */
    private static X509Certificate shown(TlsWatch watch, Certificates authority) throws Exception {
        try (var server = watch.tls().context().getServerSocketFactory().createServerSocket(0)) {
            Thread handshake =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try (var one = (SSLSocket) server.accept()) {
                                            one.startHandshake();
                                            var _ = one.getInputStream().read();
                                        } catch (IOException e) {
                                            // The client says what it made of it.
                                        }
                                    });
            try (var client =
                    (SSLSocket)
                            authority
                                    .trusting()
                                    .getSocketFactory()
                                    .createSocket("127.0.0.1", server.getLocalPort())) {
                client.startHandshake();
                return (X509Certificate) client.getSession().getPeerCertificates()[0];
            } finally {
                handshake.join();
            }
        }
    }

    @Test
    void changedFiles_areInUseAtTheNextHandshake_andHalfChangedOnesAreNot() throws Exception {
        TlsWatch watch = TlsWatch.open(files(false));
        assertThat(shown(watch, ours)).isEqualTo(ours.certificate("server"));

        Files.write(folder.resolve("server.pem"), others.chain("server"));
        watch.look();
        assertThat(shown(watch, ours)).isEqualTo(ours.certificate("server"));

        Files.write(folder.resolve("server.key"), others.key("server"));
        watch.look();
        assertThat(shown(watch, others)).isEqualTo(others.certificate("server"));

        Files.delete(folder.resolve("server.key"));
        watch.look();
        assertThat(shown(watch, others)).isEqualTo(others.certificate("server"));
    }

    @Test
    void filesThatCannotBeUsed_areNamed() throws Exception {
        Files.write(folder.resolve("server.key"), others.key("server"));
        assertThatThrownBy(() -> start(false).close())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("server.key is not the key");

        Files.writeString(folder.resolve("server.key"), "-----BEGIN EC PRIVATE KEY-----\nAA==\n");
        assertThatThrownBy(() -> TlsWatch.open(files(false)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("server.key")
                .hasMessageContaining("openssl pkcs8");

        Files.writeString(folder.resolve("server.pem"), "");
        assertThatThrownBy(() -> TlsWatch.open(files(false)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("server.pem");
    }
}
