package io.sluice.collector.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.FuzzCorpus;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Whatever text a target answers with: it is read, or refused with the line that is wrong. */
public class ExpositionFuzzTest {

    private static final long NOW = 1_767_225_605_000_000_000L;

    private static final List<String> CONTENT_TYPES =
            List.of(
                    "text/plain; version=0.0.4",
                    "text/plain; version=1.0.0",
                    "application/openmetrics-text; version=1.0.0");

    private static final Extractor EXTRACTOR =
            new Extractors(1 << 20, Scraper.decoders())
                    .compile(
                            TestPlans.plan(
                                    TestPlans.goodOf(
                                            TestPlans.metric(
                                                    "m_total", new Condition.In("k", List.of("v"))),
                                            TestPlans.metric("m_total")),
                                    judged("h"),
                                    judged("g")));

    private static TestPlans.Wanted judged(String metric) {
        return TestPlans.judged(TestPlans.metric(metric), Indicator.Unit.NONE, Op.LTE, 0.5);
    }

    /** What the fuzzer runs. */
    public static void fuzzerTestOneInput(byte[] body) {
        for (String contentType : CONTENT_TYPES) {
            try {
                assertThat(EXTRACTOR.extract(scrape(contentType, body)).accepted()).isPositive();
            } catch (MalformedRequestException e) {
                assertThat(e).hasMessageContaining("line ");
            }
        }
    }

    private static LogEntry scrape(String contentType, byte[] body) {
        return new LogEntry(
                ScrapeDecoder.KIND,
                "",
                false,
                NOW,
                LogEntry.Encoding.IDENTITY,
                Map.of(
                        ScrapeDecoder.JOB, "job",
                        ScrapeDecoder.INSTANCE, "target",
                        ScrapeDecoder.DURATION_NANOS, "1",
                        ScrapeDecoder.CONTENT_TYPE, contentType),
                body);
    }

    @TestFactory
    Stream<DynamicTest> corpus() {
        return FuzzCorpus.tests(ExpositionFuzzTest.class, ExpositionFuzzTest::fuzzerTestOneInput);
    }
}
