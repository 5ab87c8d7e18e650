package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.sluice.server.config.ServerConfig;
import io.sluice.server.trust.Role;
import io.sluice.server.trust.TlsFiles;
import io.sluice.server.trust.Token;
import io.sluice.server.trust.TokenDigest;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;

/**
 * Every port with TLS, client certificates and tokens, met by whoever has none of the three, or bad
 * ones; whoever has all of them is served before, between and after.
 */
final class HostilePortsTest {

    private static final String SENDER = "a token of the shop's collector";
    private static final String READER = "a token of the person on call";

    private static Certificates ours;
    private static Certificates others;

    @TempDir private Path folder;
    private Sluice sluice;

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

    private Sluice start() throws Exception {
        Path definitions = folder.resolve("definitions");
        Optional<TlsFiles> mutual =
                Optional.of(
                        new TlsFiles(
                                folder.resolve("server.pem"),
                                folder.resolve("server.key"),
                                Optional.of(folder.resolve("ca.pem"))));
        return Sluice.start(
                folder.resolve("data"),
                AnyPorts.definitions(definitions),
                new ServerConfig(
                        AnyPorts.LISTEN,
                        List.of(),
                        Map.of(),
                        Set.of(),
                        ServerConfig.Alerting.NONE,
                        List.of(
                                new Token(
                                        "shop",
                                        TokenDigest.of(SENDER),
                                        Set.of(Role.INGEST),
                                        "shop"),
                                new Token(
                                        "oncall",
                                        TokenDigest.of(READER),
                                        Set.of(Role.READ),
                                        "oncall")),
                        new ServerConfig.Tls(mutual, mutual, mutual)),
                InstantSource.system());
    }

    private int port(String name) {
        String text =
                sluice.addresses().stream()
                        .filter(address -> address.name().equals(name))
                        .findFirst()
                        .orElseThrow()
                        .text();
        return Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
    }

    /** What a port says to these bytes, until it closes the connection. */
    private String answer(String port, Optional<SSLContext> tls, byte[] bytes) {
        try (Socket socket =
                tls.isPresent()
                        ? tls.get().getSocketFactory().createSocket("127.0.0.1", port(port))
                        : new Socket("127.0.0.1", port(port))) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            StringBuilder said = new StringBuilder();
            InputStream in = socket.getInputStream();
            byte[] some = new byte[8192];
            for (int count = in.read(some); count >= 0; count = in.read(some)) {
                said.append(new String(some, 0, count, StandardCharsets.ISO_8859_1));
            }
            return said.toString();
        } catch (IOException e) {
            return ""; // refused, reset, or an alert
        }
    }

    private String request(String port, SSLContext tls, String request) {
        return answer(port, Optional.of(tls), request.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** In HTTP/1.0, so that the answer comes in one piece. */
    private static String get(String path, String token) {
        return "GET "
                + path
                + " HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer "
                + token
                + "\r\n\r\n";
    }

    private static String post(String authorization, String more) {
        String body = "{}";
        return "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type:"
                + " application/json\r\nContent-Length: "
                + body.length()
                + "\r\n"
                + authorization
                + more
                + "\r\n"
                + body;
    }

    private boolean grpc(Certificates who, String token) throws Exception {
        try (SdkTracerProvider provider =
                SdkTracerProvider.builder()
                        .addSpanProcessor(
                                SimpleSpanProcessor.create(
                                        OtlpGrpcSpanExporter.builder()
                                                .setEndpoint(
                                                        "https://127.0.0.1:" + port("otlp-grpc"))
                                                .setTrustedCertificates(ours.chain("ca"))
                                                .setClientTls(
                                                        who.key("client"), who.chain("client"))
                                                .addHeader("authorization", "Bearer " + token)
                                                .setRetryPolicy(null)
                                                .build()))
                        .build()) {
            provider.get("test").spanBuilder("GET /").startSpan().end();
            return provider.forceFlush().join(30, TimeUnit.SECONDS).isSuccess();
        }
    }

    private void assertGoodClientsAreServed() throws Exception {
        SSLContext known = ours.presenting("client");
        assertThat(request("api", known, get("/api/v1/system", READER)))
                .startsWith("HTTP/1.1 200 ");
        assertThat(
                        request(
                                "otlp-http",
                                known,
                                post("Authorization: Bearer " + SENDER + "\r\n", "")))
                .startsWith("HTTP/1.1 200 ");
        assertThat(grpc(ours, SENDER)).isTrue();
    }

    private long inUse(String limit) throws Exception {
        String answer = request("api", ours.presenting("client"), get("/api/v1/system", READER));
        String json = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        int begin = json.indexOf('{');
        for (JsonNode one : new ObjectMapper().readTree(json.substring(begin)).path("limits")) {
            if (one.path("name").asText().equals(limit)) {
                return one.path("inUse").asLong();
            }
        }
        throw new AssertionError("no limit " + limit);
    }

    @Test
    void G9_withoutGoodTls_noPortSaysAnything() throws Exception {
        List<byte[]> noTls = new ArrayList<>();
        noTls.add(get("/", READER).getBytes(StandardCharsets.ISO_8859_1));
        noTls.add("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        noTls.add(new byte[10_000]);
        noTls.add(new byte[] {0x16, 0x03, 0x01, (byte) 0xff, (byte) 0xff, 1, 0, 0, 0});
        noTls.add(new byte[] {0x16, 0x03, 0x03, 0, 4, 1, 0x7f, (byte) 0xff, (byte) 0xff});
        try (Sluice started = start()) {
            sluice = started;
            assertGoodClientsAreServed();
            for (String port : List.of("api", "otlp-http", "otlp-grpc")) {
                for (byte[] bytes : noTls.subList(0, 3)) {
                    assertThat(answer(port, Optional.empty(), bytes))
                            .doesNotContain("HTTP/1.1 200");
                }
                // A handshake that never goes on; closed by us below, or by the server in time.
                for (byte[] bytes : noTls.subList(3, 5)) {
                    try (Socket half = new Socket("127.0.0.1", port(port))) {
                        half.getOutputStream().write(bytes);
                    }
                }
                for (SSLContext unknown : List.of(ours.trusting(), others.presenting("client"))) {
                    assertThat(request(port, unknown, get("/", READER))).isEmpty();
                }
            }
            assertThat(grpc(others, SENDER)).isFalse();
            assertGoodClientsAreServed();
            Scene.await(() -> inUse("httpConnections") == 0 && inUse("grpcConnections") == 0);
        }
    }

    @Test
    void G8_withoutAGoodToken_nothingIsTaken_andNothingBreaks() throws Exception {
        try (Sluice started = start()) {
            sluice = started;
            SSLContext known = ours.presenting("client");
            for (String authorization :
                    List.of(
                            "",
                            "Authorization:\r\n",
                            "Authorization: Bearer\r\n",
                            "Authorization: Bearer \r\n",
                            "Authorization: Basic " + SENDER + "\r\n",
                            "Authorization: Bearer " + SENDER + "x\r\n",
                            "Authorization: Bearer " + SENDER.substring(1) + "\r\n",
                            "Authorization: Bearer \u00e9\u00ff\r\n",
                            "Authorization: Bearer " + "x".repeat(4_000) + "\r\n",
                            "Proxy-Authorization: Bearer " + SENDER + "\r\n",
                            "X-Authorization: Bearer " + SENDER + "\r\n")) {
                assertThat(request("otlp-http", known, post(authorization, "")))
                        .as(authorization)
                        .startsWith("HTTP/1.1 401 ");
                assertThat(
                                request(
                                        "api",
                                        known,
                                        "GET /api/v1/system HTTP/1.1\r\nHost: localhost\r\n"
                                                + "Connection: close\r\n"
                                                + authorization.replace(SENDER, READER)
                                                + "\r\n"))
                        .as(authorization)
                        .startsWith("HTTP/1.1 401 ");
            }
            // Too long for any header; the answer, 431, may get lost behind what is not read.
            assertThat(
                            request(
                                    "otlp-http",
                                    known,
                                    post("Authorization: Bearer " + "x".repeat(100_000), "\r\n")))
                    .doesNotContain("HTTP/1.1 200");
            // Who may read may not send, who may send may not read, and nobody sends as another.
            assertThat(
                            request(
                                    "otlp-http",
                                    known,
                                    post("Authorization: Bearer " + READER + "\r\n", "")))
                    .startsWith("HTTP/1.1 403 ");
            assertThat(request("api", known, get("/api/v1/system", SENDER)))
                    .startsWith("HTTP/1.1 403 ");
            assertThat(
                            request(
                                    "otlp-http",
                                    known,
                                    post(
                                            "Authorization: Bearer " + SENDER + "\r\n",
                                            "Sluice-Source: history\r\n")))
                    .startsWith("HTTP/1.1 403 ");
            assertThat(grpc(ours, READER)).isFalse();
            assertGoodClientsAreServed();
        }
    }
}
