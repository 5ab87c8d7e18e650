package io.sluice.collector.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.FuzzCorpus;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.definitions.model.EventSource;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.MeasurePlan;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Whatever a server answers: it is read, or refused with the place that is wrong. */
public class QueryFuzzTest {

    private static final EventSource QUERY = new EventSource.Prometheus(Optional.empty(), "q");
    private static final MeasurePlan PLAN = TestPlans.plan(TestPlans.goodOf(QUERY, QUERY));
    private static final Extractor EXTRACTOR =
            new Extractors(1 << 20, QueryPoller.decoders()).compile(PLAN);

    /** What the fuzzer runs. */
    public static void fuzzerTestOneInput(byte[] body) {
        try {
            assertThat(
                            EXTRACTOR
                                    .extract(
                                            new LogEntry(
                                                    QueryDecoder.KIND,
                                                    "",
                                                    false,
                                                    1_767_225_605_000_000_000L,
                                                    LogEntry.Encoding.IDENTITY,
                                                    Map.of(
                                                            QueryDecoder.MEASURE,
                                                            PLAN.measures().getFirst().id()),
                                                    body))
                                    .observations())
                    .allSatisfy(point -> assertThat(point.total()).isNotNegative());
        } catch (MalformedRequestException e) {
            assertThat(e).hasMessageMatching("(?s)line .+|the answer has more .+");
        }
    }

    @TestFactory
    Stream<DynamicTest> corpus() {
        return FuzzCorpus.tests(QueryFuzzTest.class, QueryFuzzTest::fuzzerTestOneInput);
    }
}
