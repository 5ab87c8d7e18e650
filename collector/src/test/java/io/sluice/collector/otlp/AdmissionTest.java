package io.sluice.collector.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.sluice.collector.RandomOtlp;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.receive.FakeEngine;
import io.sluice.collector.receive.Intake;
import io.sluice.collector.receive.Limits;
import io.sluice.collector.receive.ReceiverCounters;
import io.sluice.collector.receive.Sources;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.RejectReason;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who may send, over both transports. Names begin with the line of OTLP's checklist. */
class AdmissionTest {

    private static final Map<String, Sources.Holder> HOLDERS =
            Map.of(
                    "token-of-the-shop",
                    new Sources.Holder("shop-collector", Optional.of("shop")),
                    "token-of-history",
                    new Sources.Holder("importer", Optional.of("history")),
                    "token-of-a-reader",
                    new Sources.Holder("wallboard", Optional.empty()));

    private final FakeEngine engine = new FakeEngine();
    private final ReceiverCounters counters = new ReceiverCounters();
    private final HttpClient client = HttpClient.newHttpClient();
    private OtlpHttpReceiver http;
    private OtlpGrpcReceiver grpc;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        Extractor extractor =
                new Extractors(1 << 20, OtlpHttpReceiver.decoders())
                        .compile(
                                TestPlans.plan(
                                        TestPlans.goodOf(
                                                TestPlans.spans("cart"), TestPlans.spans("cart"))));
        Intake intake =
                new Intake(
                        () -> extractor,
                        engine,
                        counters,
                        new Sources(
                                Set.of("history"),
                                Optional.of(token -> Optional.ofNullable(HOLDERS.get(token)))),
                        Limits.DEFAULTS,
                        InstantSource.fixed(Instant.ofEpochSecond(0, RandomOtlp.NOW)));
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        http = new OtlpHttpReceiver(anyPort, intake, List.of());
        http.start();
        grpc = new OtlpGrpcReceiver(anyPort, intake);
        grpc.start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", grpc.port()).usePlaintext().build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        client.close();
        http.close();
        grpc.close();
    }

    private HttpResponse<byte[]> post(String authorization, String source) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + "/v1/traces"))
                        .header("Content-Type", "application/x-protobuf")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(oneSpan().toByteArray()));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        if (source != null) {
            request.header("Sluice-Source", source);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private void call(String authorization, String source) {
        Metadata headers = new Metadata();
        if (authorization != null) {
            headers.put(
                    Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                    authorization);
        }
        if (source != null) {
            headers.put(Metadata.Key.of("sluice-source", Metadata.ASCII_STRING_MARSHALLER), source);
        }
        var _ =
                TraceServiceGrpc.newBlockingStub(channel)
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                        .export(oneSpan());
    }

    private static ExportTraceServiceRequest oneSpan() {
        return OtlpHttpReceiverTest.request(OtlpHttpReceiverTest.span(1));
    }

    private long refused(String receiver) {
        return counters.rows().stream()
                .filter(row -> row.receiver().equals(receiver))
                .filter(row -> row.signal().equals(ReceiverCounters.REQUESTS))
                .map(IngestStatus.Row::rejected)
                .mapToLong(rejected -> rejected.getOrDefault(RejectReason.UNAUTHORIZED, 0L))
                .sum();
    }

    @ParameterizedTest
    @CsvSource({
        ",, 401, 16",
        "Bearer token-of-nobody,, 401, 16",
        "Bearer,, 401, 16",
        "Basic token-of-the-shop,, 401, 16",
        "token-of-the-shop,, 401, 16",
        "Bearer token-of-a-reader,, 403, 7",
        "Bearer token-of-the-shop, history, 403, 7",
    })
    void G8_withoutATokenThatMaySend_nothingIsTaken(
            String authorization, String source, int status, int code) throws Exception {
        HttpResponse<byte[]> response = post(authorization, source);
        assertThat(response.statusCode()).isEqualTo(status);
        com.google.rpc.Status body = com.google.rpc.Status.parseFrom(response.body());
        assertThat(body.getCode()).isEqualTo(code);
        assertThat(body.getMessage()).isNotEmpty().doesNotContain("token-of");
        assertThat(response.headers().firstValue("WWW-Authenticate").isPresent())
                .isEqualTo(status == 401);

        StatusRuntimeException refusal =
                catchThrowableOfType(
                        StatusRuntimeException.class, () -> call(authorization, source));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.fromCodeValue(code).getCode());
        assertThat(refusal.getStatus().getDescription()).isEqualTo(body.getMessage());

        assertThat(refused("otlp-http")).isEqualTo(1);
        assertThat(refused("otlp-grpc")).isEqualTo(1);
        assertThat(engine.accepted()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Bearer token-of-the-shop,, shop, false",
        "bearer token-of-the-shop,, shop, false",
        "Bearer token-of-the-shop, shop, shop, false",
        "Bearer token-of-history,, history, true",
    })
    void G8_aTokenBindsToItsSource(
            String authorization, String claimed, String source, boolean backfill)
            throws Exception {
        assertThat(post(authorization, claimed).statusCode()).isEqualTo(200);
        call(authorization, claimed);

        assertThat(engine.accepted())
                .hasSize(2)
                .allSatisfy(
                        accepted -> {
                            assertThat(accepted.entry().source()).isEqualTo(source);
                            assertThat(accepted.entry().backfill()).isEqualTo(backfill);
                        });
        assertThat(refused("otlp-http") + refused("otlp-grpc")).isZero();
    }

    @Test
    void C14_theSameBytes_areARepeatOnlyOfTheirOwnSource() throws Exception {
        assertThat(post("Bearer token-of-the-shop", null).statusCode()).isEqualTo(200);
        assertThat(post("Bearer token-of-history", null).statusCode()).isEqualTo(200);
        assertThat(post("Bearer token-of-the-shop", null).statusCode()).isEqualTo(200);

        var identities = engine.accepted().stream().map(one -> one.extract().identity()).toList();
        assertThat(identities.get(0)).isEqualTo(identities.get(2)).isNotEqualTo(identities.get(1));
    }
}
