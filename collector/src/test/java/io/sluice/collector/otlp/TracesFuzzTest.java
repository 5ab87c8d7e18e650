package io.sluice.collector.otlp;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.collector.FuzzCorpus;
import io.sluice.collector.RandomOtlp;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.stream.Stream;

/** Whatever bytes are sent as traces. */
public class TracesFuzzTest {

    private static final OtlpFuzz<ExportTraceServiceRequest> FUZZ =
            new OtlpFuzz<>(
                    TracesDecoder.KIND, ExportTraceServiceRequest.parser(), RandomOtlp::spanPlan);

    /** What the fuzzer runs. */
    public static void fuzzerTestOneInput(byte[] body) {
        FUZZ.check(body, new NaiveTraces(FUZZ.plan(), RandomOtlp.NOW, false)::extract);
    }

    @TestFactory
    Stream<DynamicTest> corpus() {
        return FuzzCorpus.tests(TracesFuzzTest.class, TracesFuzzTest::fuzzerTestOneInput);
    }
}
