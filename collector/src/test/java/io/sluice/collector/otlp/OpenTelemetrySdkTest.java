package io.sluice.collector.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.receive.FakeEngine;
import io.sluice.collector.receive.Intake;
import io.sluice.collector.receive.Limits;
import io.sluice.collector.receive.ReceiverCounters;
import io.sluice.collector.receive.Sources;
import io.sluice.collector.receive.Tally;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Op;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real SDK's exporters, over a real socket, counted exactly. */
class OpenTelemetrySdkTest {

    private static final Resource CART =
            Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "cart"));
    private static final int MEASURE_SPANS = 0;
    private static final int MEASURE_COUNTER = 1;

    private final FakeEngine engine = new FakeEngine();
    private final ReceiverCounters counters = new ReceiverCounters();
    private final Tally tally = new Tally();
    private OtlpHttpReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        Extractor extractor =
                new Extractors(Extractors.DEFAULT_MAX_BODY_BYTES, OtlpHttpReceiver.decoders())
                        .compile(
                                TestPlans.plan(
                                        TestPlans.goodOf(
                                                TestPlans.spans(
                                                        "cart",
                                                        new Condition.Compare(
                                                                "http.response.status_code",
                                                                Op.LT,
                                                                500)),
                                                TestPlans.spans("cart")),
                                        TestPlans.badOf(
                                                TestPlans.metric(
                                                        "requests",
                                                        new Condition.In(
                                                                "outcome", List.of("error"))),
                                                TestPlans.metric("requests"))));
        Intake intake =
                new Intake(
                        () -> tally.counting(extractor),
                        engine,
                        counters,
                        Sources.ORDINARY,
                        Limits.DEFAULTS,
                        InstantSource.system());
        receiver =
                new OtlpHttpReceiver(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        intake,
                        List.of());
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.close();
        tally.assertAddsUp(counters);
    }

    private long good(int measure) {
        return engine.accepted().stream()
                .flatMap(accepted -> accepted.extract().counts().stream())
                .filter(counted -> counted.measure() == measure)
                .mapToLong(Extract.Counted::good)
                .sum();
    }

    private long total(int measure) {
        return engine.accepted().stream()
                .flatMap(accepted -> accepted.extract().counts().stream())
                .filter(counted -> counted.measure() == measure)
                .mapToLong(Extract.Counted::total)
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip"})
    void spans_areCountedExactly(String compression) {
        OtlpHttpSpanExporter exporter =
                OtlpHttpSpanExporter.builder()
                        .setEndpoint("http://127.0.0.1:" + receiver.port() + "/v1/traces")
                        .setCompression(compression)
                        .build();
        try (SdkTracerProvider tracers =
                SdkTracerProvider.builder()
                        .setResource(CART)
                        .addSpanProcessor(
                                BatchSpanProcessor.builder(exporter)
                                        .setMaxQueueSize(10_000)
                                        .build())
                        .build()) {
            for (int i = 0; i < 3_000; i++) {
                tracers.get("test")
                        .spanBuilder("GET")
                        .setSpanKind(SpanKind.SERVER)
                        .setAttribute("http.response.status_code", i % 100 == 0 ? 503 : 200)
                        .startSpan()
                        .end();
            }
            assertThat(tracers.forceFlush().join(30, TimeUnit.SECONDS).isSuccess()).isTrue();
        }
        assertThat(total(MEASURE_SPANS)).isEqualTo(3_000);
        assertThat(good(MEASURE_SPANS)).isEqualTo(2_970);
    }

    @ParameterizedTest
    @ValueSource(strings = {"delta", "cumulative"})
    void counters_areCountedExactly(String temporality) {
        boolean delta = temporality.equals("delta");
        OtlpHttpMetricExporter exporter =
                OtlpHttpMetricExporter.builder()
                        .setEndpoint("http://127.0.0.1:" + receiver.port() + "/v1/metrics")
                        .setAggregationTemporalitySelector(
                                delta
                                        ? AggregationTemporalitySelector.deltaPreferred()
                                        : AggregationTemporalitySelector.alwaysCumulative())
                        .build();
        try (SdkMeterProvider meters =
                SdkMeterProvider.builder()
                        .setResource(CART)
                        .registerMetricReader(PeriodicMetricReader.create(exporter))
                        .build()) {
            LongCounter requests = meters.get("test").counterBuilder("requests").build();
            for (int round = 0; round < 2; round++) {
                requests.add(1_000, Attributes.of(AttributeKey.stringKey("outcome"), "ok"));
                requests.add(7, Attributes.of(AttributeKey.stringKey("outcome"), "error"));
                assertThat(meters.forceFlush().join(30, TimeUnit.SECONDS).isSuccess()).isTrue();
            }
        }
        if (delta) {
            assertThat(total(MEASURE_COUNTER)).isEqualTo(2_014);
            assertThat(good(MEASURE_COUNTER)).isEqualTo(2_000);
        } else {
            // The last of each stream; streams are told apart by attributes and by tap.
            List<Extract.Observation> last =
                    engine.accepted().stream()
                            .map(accepted -> accepted.extract().observations())
                            .filter(observations -> !observations.isEmpty())
                            .toList()
                            .getLast();
            assertThat(last.stream().map(Extract.Observation::stream).distinct()).hasSize(3);
            assertThat(last.stream().mapToLong(Extract.Observation::total).sum())
                    .isEqualTo(2_014_000);
            assertThat(last.stream().mapToLong(Extract.Observation::good).sum())
                    .isEqualTo(2_000_000);
        }
    }
}
