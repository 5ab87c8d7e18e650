package io.sluice.examples.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.http.Router;
import io.sluice.examples.http.Router.Route;

import org.junit.jupiter.api.Test;

import java.util.Map;

class TracedServiceTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    private final RecordingExporter exporter = new RecordingExporter(0);

    @Test
    void answeredRequest_isOneServerSpanOfTheCallersTrace() throws InterruptedException {
        try (ServiceTelemetry telemetry = telemetry()) {
            TracedService service =
                    new TracedService(
                            Router.of(new Route("GET", "/cart", r -> Response.text(404, "none"))),
                            telemetry);
            Map<String, String> headers =
                    Map.of("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01");
            assertThat(service.handle(Request.of("GET", "/cart?cart=c", headers)).status())
                    .isEqualTo(404);
            assertThat(service.answered()).isEqualTo(1);
            assertThat(service.failed()).isZero();
        }
        SpanData span = exporter.spans().getFirst();
        assertThat(exporter.spans()).hasSize(1);
        assertThat(span.getTraceId()).isEqualTo(TRACE);
        assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(span.getAttributes().get(TracedService.ROUTE)).isEqualTo("/cart");
        assertThat(span.getAttributes().get(TracedService.STATUS)).isEqualTo(404L);
    }

    @Test
    void handlersException_is500AndCounted() throws InterruptedException {
        try (ServiceTelemetry telemetry = telemetry()) {
            Route failing =
                    new Route(
                            "GET",
                            "/cart",
                            r -> {
                                throw new IllegalStateException("boom");
                            });
            TracedService service = new TracedService(Router.of(failing), telemetry);
            assertThat(service.handle(Request.of("GET", "/cart", Map.of())).status())
                    .isEqualTo(500);
            assertThat(service.failed()).isEqualTo(1);
        }
        assertThat(exporter.spans().getFirst().getAttributes().get(TracedService.STATUS))
                .isEqualTo(500L);
    }

    private ServiceTelemetry telemetry() {
        return ServiceTelemetry.start(
                new ServiceIdentity("cart", "1.0.0"), exporter, new SimpleMeterRegistry());
    }
}
