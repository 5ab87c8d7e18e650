package io.sluice.collector.dogstatsd;

import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A batch of full datagrams, from bytes to counts; a message of the shop's kind is 80 bytes long.
 * Time is per message.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class DogStatsdBenchmark {

    private static final int MESSAGES = 3_000;
    private static final int MESSAGES_PER_DATAGRAM = 15;

    /** Whether some objective wants the messages. */
    @Param({"true", "false"})
    public boolean wanted;

    private Extractor extractor;
    private LogEntry entry;

    @Setup
    public void prepare() {
        String prefix = wanted ? "shopflow." : "other.";
        extractor =
                new Extractors(1 << 20, DogStatsdReceiver.decoders())
                        .compile(
                                TestPlans.plan(
                                        TestPlans.goodOf(
                                                TestPlans.metric(
                                                        prefix + "orders.placed",
                                                        new Condition.In(
                                                                "side", List.of("platform"))),
                                                TestPlans.metric(prefix + "orders.placed")),
                                        TestPlans.judged(
                                                TestPlans.metric(prefix + "checkout.completion_ms"),
                                                Indicator.Unit.NONE,
                                                Op.LTE,
                                                300)));
        Datagrams batch = new Datagrams();
        StringBuilder datagram = new StringBuilder();
        for (int i = 0; i < MESSAGES; i++) {
            String tags =
                    "|#side:"
                            + (i % 3 == 0 ? "platform" : "legacy")
                            + ",region:eu-west,service:shop-frontend\n";
            datagram.append(
                            i % 2 == 0
                                    ? "shopflow.orders.placed:1|c"
                                    : "shopflow.checkout.completion_ms:" + i + "|h")
                    .append(tags);
            if (i % MESSAGES_PER_DATAGRAM == MESSAGES_PER_DATAGRAM - 1) {
                byte[] bytes = datagram.toString().getBytes(StandardCharsets.UTF_8);
                batch.add(bytes, bytes.length);
                datagram.setLength(0);
            }
        }
        entry =
                new LogEntry(
                        DogStatsdDecoder.KIND,
                        "",
                        false,
                        1_767_225_605_000_000_000L,
                        LogEntry.Encoding.IDENTITY,
                        Map.of(),
                        batch.take());
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public Extract extract() throws MalformedRequestException {
        return extractor.extract(entry);
    }
}
