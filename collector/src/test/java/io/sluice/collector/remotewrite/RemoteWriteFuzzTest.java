package io.sluice.collector.remotewrite;

import static io.sluice.collector.prometheus.PrometheusProtos.WRITE_1;
import static io.sluice.collector.prometheus.PrometheusProtos.WRITE_2;
import static io.sluice.collector.prometheus.PrometheusProtos.list;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;

import io.sluice.collector.FuzzCorpus;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.prometheus.PrometheusProtos;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Whatever bytes are written to us, plain or as a snappy block, in either version: they are
 * refused, or every sample and histogram that protobuf's own library sees is accepted or rejected.
 */
public class RemoteWriteFuzzTest {

    private static final Extractor EXTRACTOR =
            new Extractors(1 << 20, RemoteWrite.decoders())
                    .compile(
                            TestPlans.plan(
                                    TestPlans.goodOf(
                                            TestPlans.metric(
                                                    "c_total", new Condition.In("k", List.of("v"))),
                                            TestPlans.metric("c_total")),
                                    TestPlans.judged(
                                            TestPlans.metric("h_seconds"),
                                            Indicator.Unit.SECONDS,
                                            Op.LTE,
                                            1)));

    /** What the fuzzer runs. */
    public static void fuzzerTestOneInput(byte[] body) {
        for (WriteVersion version : WriteVersion.values()) {
            try {
                long sent = extract(version, Encoding.IDENTITY, body).sent();
                items(version, body).ifPresent(items -> assertThat(sent).isEqualTo(items));
            } catch (MalformedRequestException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
            try {
                assertThat(extract(version, Encoding.SNAPPY, body).sent()).isNotNegative();
            } catch (MalformedRequestException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        }
    }

    private static Extract extract(WriteVersion version, Encoding encoding, byte[] body)
            throws MalformedRequestException {
        return EXTRACTOR.extract(
                new LogEntry(
                        version.kind(),
                        "",
                        false,
                        Writes.NOW_MILLIS * 1_000_000,
                        encoding,
                        Map.of(),
                        body));
    }

    /** As the library counts them; empty if it cannot read the body. */
    private static OptionalLong items(WriteVersion version, byte[] body) {
        try {
            Message request =
                    (version == WriteVersion.V1 ? WRITE_1 : WRITE_2).parse("Request", body);
            long items = 0;
            for (Message series : PrometheusProtos.<Message>list(request, "timeseries")) {
                items += list(series, "samples").size() + list(series, "histograms").size();
            }
            return OptionalLong.of(items);
        } catch (InvalidProtocolBufferException e) {
            return OptionalLong.empty();
        }
    }

    @TestFactory
    Stream<DynamicTest> corpus() {
        return FuzzCorpus.tests(RemoteWriteFuzzTest.class, RemoteWriteFuzzTest::fuzzerTestOneInput);
    }
}
