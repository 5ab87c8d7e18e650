package io.sluice.collector.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.collector.FuzzCorpus;
import io.sluice.collector.RandomOtlp;
import io.sluice.engine.measure.MalformedRequestException;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.List;
import java.util.stream.Stream;

/** Whatever text is sent as JSON: each signal's decoder reads it, or says where it is wrong. */
public class JsonFuzzTest {

    private static final List<OtlpFuzz<?>> FUZZ =
            List.of(
                    new OtlpFuzz<>(
                            "otlp-traces-json",
                            ExportTraceServiceRequest.parser(),
                            RandomOtlp::spanPlan),
                    new OtlpFuzz<>(
                            "otlp-metrics-json",
                            ExportMetricsServiceRequest.parser(),
                            RandomOtlp::metricPlan),
                    new OtlpFuzz<>(
                            "otlp-logs-json",
                            ExportLogsServiceRequest.parser(),
                            RandomOtlp::eventPlan));

    /** What the fuzzer runs. */
    public static void fuzzerTestOneInput(byte[] body) {
        for (OtlpFuzz<?> fuzz : FUZZ) {
            try {
                fuzz.read(body);
            } catch (MalformedRequestException e) {
                assertThat(e).hasMessageMatching("(?s)(line|byte) \\d+.*");
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> corpus() {
        return FuzzCorpus.tests(JsonFuzzTest.class, JsonFuzzTest::fuzzerTestOneInput);
    }
}
