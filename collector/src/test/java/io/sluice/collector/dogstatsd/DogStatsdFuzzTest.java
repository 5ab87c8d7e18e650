package io.sluice.collector.dogstatsd;

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

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Whatever a datagram is: its items are accepted or rejected, each by itself. */
public class DogStatsdFuzzTest {

    private static final long NOW = 1_767_225_605_000_000_000L;
    private static final int MAX_DATAGRAM = 0xffff;

    private static final Extractor EXTRACTOR =
            new Extractors(1 << 20, DogStatsdReceiver.decoders())
                    .compile(
                            TestPlans.plan(
                                    TestPlans.goodOf(
                                            TestPlans.metric(
                                                    "m", new Condition.In("k", List.of("v"))),
                                            TestPlans.metric("m")),
                                    TestPlans.judged(
                                            TestPlans.metric("m"),
                                            Indicator.Unit.MILLISECONDS,
                                            Op.LTE,
                                            5)));

    /** What the fuzzer runs: a datagram, and the same bytes as a batch that the log holds. */
    public static void fuzzerTestOneInput(byte[] datagram) {
        if (datagram.length > MAX_DATAGRAM) {
            return;
        }
        ByteArrayOutputStream batch = new ByteArrayOutputStream();
        batch.write(datagram.length >>> 8);
        batch.write(datagram.length);
        batch.writeBytes(datagram);
        try {
            assertThat(extract(batch.toByteArray()).accepted()).isNotNegative();
        } catch (MalformedRequestException e) {
            throw new AssertionError("a datagram spoils the others of its batch", e);
        }
        try {
            extract(datagram);
        } catch (MalformedRequestException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    private static Extract extract(byte[] batch) throws MalformedRequestException {
        return EXTRACTOR.extract(
                new LogEntry(
                        DogStatsdDecoder.KIND,
                        "",
                        false,
                        NOW,
                        LogEntry.Encoding.IDENTITY,
                        Map.of(),
                        batch));
    }

    @TestFactory
    Stream<DynamicTest> corpus() {
        return FuzzCorpus.tests(DogStatsdFuzzTest.class, DogStatsdFuzzTest::fuzzerTestOneInput);
    }
}
