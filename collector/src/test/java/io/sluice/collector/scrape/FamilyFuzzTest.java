package io.sluice.collector.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.FuzzCorpus;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Whatever bytes a target answers with as protobuf: they are read, or refused with the byte where
 * they are wrong, and no histogram has more good values than values.
 */
public class FamilyFuzzTest {

    private static final Extractor EXTRACTOR =
            new Extractors(1 << 20, Scraper.decoders())
                    .compile(
                            TestPlans.plan(
                                    judged(Op.LTE),
                                    judged(Op.GT),
                                    TestPlans.goodOf(
                                            TestPlans.metric(
                                                    "c_total", new Condition.In("k", List.of("v"))),
                                            TestPlans.metric("c_total"))));

    private static TestPlans.Wanted judged(Op op) {
        return TestPlans.judged(TestPlans.metric("h_seconds"), Indicator.Unit.SECONDS, op, 1);
    }

    /** What the fuzzer runs. */
    public static void fuzzerTestOneInput(byte[] body) {
        LogEntry scrape =
                new LogEntry(
                        ScrapeDecoder.KIND,
                        "",
                        false,
                        1_767_225_605_000_000_000L,
                        LogEntry.Encoding.IDENTITY,
                        Map.of(
                                ScrapeDecoder.CONTENT_TYPE,
                                ScrapeTerms.Fallback.PROTOBUF.contentType()),
                        body);
        try {
            Extract extract = EXTRACTOR.extract(scrape);
            assertThat(extract.accepted()).isPositive();
            assertThat(extract.observations())
                    .filteredOn(point -> point.measure() < 2)
                    .allSatisfy(point -> assertThat(point.good()).isBetween(0L, point.total()));
        } catch (MalformedRequestException e) {
            assertThat(e).hasMessageContaining("byte ");
        }
    }

    @TestFactory
    Stream<DynamicTest> corpus() {
        return FuzzCorpus.tests(FamilyFuzzTest.class, FamilyFuzzTest::fuzzerTestOneInput);
    }
}
