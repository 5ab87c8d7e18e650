package io.sluice.collector.otlp;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.sluice.collector.FuzzCorpus;
import io.sluice.collector.RandomOtlp;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.stream.Stream;

/** Whatever bytes are sent as logs. */
public class LogsFuzzTest {

    private static final OtlpFuzz<ExportLogsServiceRequest> FUZZ =
            new OtlpFuzz<>(
                    LogsDecoder.KIND, ExportLogsServiceRequest.parser(), RandomOtlp::eventPlan);

    /** What the fuzzer runs. */
    public static void fuzzerTestOneInput(byte[] body) {
        FUZZ.check(body, new NaiveLogs(FUZZ.plan(), RandomOtlp.NOW)::extract);
    }

    @TestFactory
    Stream<DynamicTest> corpus() {
        return FuzzCorpus.tests(LogsFuzzTest.class, LogsFuzzTest::fuzzerTestOneInput);
    }
}
