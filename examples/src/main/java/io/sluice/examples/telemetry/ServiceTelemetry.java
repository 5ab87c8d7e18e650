package io.sluice.examples.telemetry;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A service's own OpenTelemetry SDK and Micrometer registry, so that each sends its own resource
 * over its own connection as it would from its own machine. {@link #close} sends what is left.
 */
public final class ServiceTelemetry implements AutoCloseable {
    private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration METRICS_STEP = Duration.ofSeconds(10);

    private final LosslessSpanProcessor spans;
    private final SdkTracerProvider tracers;
    private final MeterRegistry meters;

    private ServiceTelemetry(
            LosslessSpanProcessor spans, SdkTracerProvider tracers, MeterRegistry meters) {
        this.spans = spans;
        this.tracers = tracers;
        this.meters = meters;
    }

    /**
     * Starts a service's telemetry: spans by the protocol given, Micrometer's meters by OTLP/HTTP.
     */
    public static ServiceTelemetry start(
            ServiceIdentity identity, Collector collector, Protocol protocol) {
        return start(
                identity,
                exporter(collector, protocol),
                OtlpMeterRegistry.builder(new MetersConfig(collector.otlpHttp(), identity))
                        .clock(Clock.SYSTEM)
                        .build());
    }

    /** Starts a service's telemetry on an exporter and a registry of the caller's choice. */
    public static ServiceTelemetry start(
            ServiceIdentity identity, SpanExporter exporter, MeterRegistry meters) {
        LosslessSpanProcessor spans = new LosslessSpanProcessor(identity.name(), exporter);
        SdkTracerProvider tracers =
                SdkTracerProvider.builder()
                        .setResource(identity.resource())
                        .setSampler(Sampler.alwaysOn())
                        .setSpanLimits(SpanLimits.getDefault())
                        .addSpanProcessor(spans)
                        .build();
        return new ServiceTelemetry(spans, tracers, meters);
    }

    private static SpanExporter exporter(Collector collector, Protocol protocol) {
        return switch (protocol) {
            case HTTP ->
                    OtlpHttpSpanExporter.builder()
                            .setEndpoint(collector.otlpHttp() + "/v1/traces")
                            .setTimeout(EXPORT_TIMEOUT)
                            .build();
            case GRPC ->
                    OtlpGrpcSpanExporter.builder()
                            .setEndpoint(collector.otlpGrpc().toString())
                            .setTimeout(EXPORT_TIMEOUT)
                            .build();
        };
    }

    /** The tracer of the shop's own code. */
    public Tracer tracer() {
        return tracers.get("shopflow");
    }

    /** Micrometer's registry of this service. */
    public MeterRegistry meters() {
        return meters;
    }

    /** The way of the spans, with its counts. */
    public LosslessSpanProcessor spans() {
        return spans;
    }

    /** Waits until every span that has ended is accepted, at most 30 s; false if some are not. */
    public boolean flush() {
        return spans.forceFlush().join(31, TimeUnit.SECONDS).isSuccess();
    }

    @Override
    public void close() {
        tracers.shutdown().join(40, TimeUnit.SECONDS);
        meters.close();
    }

    private record MetersConfig(URI otlpHttp, ServiceIdentity identity) implements OtlpConfig {
        @Override
        public @Nullable String get(String key) {
            return null;
        }

        @Override
        public String url() {
            return otlpHttp + "/v1/metrics";
        }

        @Override
        public Duration step() {
            return METRICS_STEP;
        }

        @Override
        public Map<String, String> resourceAttributes() {
            return identity.attributes();
        }
    }
}
