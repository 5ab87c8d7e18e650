package io.sluice.collector.otlp;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.sluice.collector.FuzzCorpus;
import io.sluice.collector.RandomOtlp;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.stream.Stream;

/** Whatever bytes are sent as metrics. */
public class MetricsFuzzTest {

    private static final OtlpFuzz<ExportMetricsServiceRequest> FUZZ =
            new OtlpFuzz<>(
                    MetricsDecoder.KIND,
                    ExportMetricsServiceRequest.parser(),
                    RandomOtlp::metricPlan);

    /** What the fuzzer runs. */
    public static void fuzzerTestOneInput(byte[] body) {
        FUZZ.check(body, new NaiveMetrics(FUZZ.plan(), RandomOtlp.NOW)::extract);
    }

    @TestFactory
    Stream<DynamicTest> corpus() {
        return FuzzCorpus.tests(MetricsFuzzTest.class, MetricsFuzzTest::fuzzerTestOneInput);
    }
}
