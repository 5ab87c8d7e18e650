package io.sluice.examples.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.sdk.trace.data.SpanData;

import org.junit.jupiter.api.Test;

class LosslessSpanProcessorTest {
    private static final ServiceIdentity IDENTITY = new ServiceIdentity("cart", "1.0.0");

    @Test
    void moreSpansThanTheQueueHolds_areAllExported() {
        RecordingExporter exporter = new RecordingExporter(0);
        try (ServiceTelemetry telemetry = start(exporter)) {
            end(telemetry, 40_000);
            assertThat(telemetry.flush()).isTrue();
            assertThat(telemetry.spans().ended()).isEqualTo(40_000);
            assertThat(telemetry.spans().exported()).isEqualTo(40_000);
        }
        assertThat(exporter.spans().stream().map(SpanData::getSpanId).distinct()).hasSize(40_000);
    }

    @Test
    void refusedBatch_isSentAgainUntilItIsAccepted() {
        RecordingExporter exporter = new RecordingExporter(2);
        try (ServiceTelemetry telemetry = start(exporter)) {
            end(telemetry, 3);
            assertThat(telemetry.flush()).isTrue();
            assertThat(telemetry.spans().retries()).isEqualTo(2);
        }
        assertThat(exporter.spans()).hasSize(3);
    }

    @Test
    void close_exportsWhatIsLeft() {
        RecordingExporter exporter = new RecordingExporter(0);
        try (ServiceTelemetry telemetry = start(exporter)) {
            end(telemetry, 100);
        }
        assertThat(exporter.spans()).hasSize(100);
        assertThat(exporter.spans().getFirst().getResource().getAttributes().asMap().toString())
                .contains("service.name", "cart", "service.version", "shopflow");
    }

    private static ServiceTelemetry start(RecordingExporter exporter) {
        return ServiceTelemetry.start(IDENTITY, exporter, new SimpleMeterRegistry());
    }

    private static void end(ServiceTelemetry telemetry, int spans) {
        for (int i = 0; i < spans; i++) {
            telemetry.tracer().spanBuilder("work").startSpan().end();
        }
    }
}
