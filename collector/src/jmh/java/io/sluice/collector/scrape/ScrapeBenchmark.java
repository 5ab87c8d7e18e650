package io.sluice.collector.scrape;

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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An exposition of simpleclient's kind. Time is per sample; a sample is 80 bytes long. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class ScrapeBenchmark {

    private static final int SERVICES = 250;
    private static final int BUCKETS = 14;
    private static final int SAMPLES = SERVICES * (2 + BUCKETS + 2 + 2);

    private Extractor extractor;
    private LogEntry entry;

    @Setup
    public void prepare() {
        extractor =
                new Extractors(1 << 24, Scraper.decoders())
                        .compile(
                                TestPlans.plan(
                                        TestPlans.goodOf(
                                                TestPlans.metric(
                                                        "shop_requests_total",
                                                        new Condition.In("code", List.of("200"))),
                                                TestPlans.metric("shop_requests_total")),
                                        TestPlans.judged(
                                                TestPlans.metric("shop_request_duration_seconds"),
                                                Indicator.Unit.MILLISECONDS,
                                                Op.LTE,
                                                300)));
        StringBuilder text = new StringBuilder("# TYPE shop_requests_total counter\n");
        for (int service = 0; service < SERVICES; service++) {
            for (String code : List.of("200", "500")) {
                text.append(
                        "shop_requests_total{service=\"service-%d\",code=\"%s\",} 12345.0\n"
                                .formatted(service, code));
            }
        }
        text.append("# TYPE shop_request_duration_seconds histogram\n");
        for (int service = 0; service < SERVICES; service++) {
            String labels = "{service=\"service-%d\",".formatted(service);
            for (int bucket = 1; bucket <= BUCKETS; bucket++) {
                String le = bucket == BUCKETS ? "+Inf" : "0." + (10 + bucket);
                text.append(
                        "shop_request_duration_seconds_bucket"
                                + labels
                                + "le=\""
                                + le
                                + "\",} "
                                + bucket
                                + "00.0\n");
            }
            text.append("shop_request_duration_seconds_count" + labels + "} 1400.0\n");
            text.append("shop_request_duration_seconds_sum" + labels + "} 140.123456789\n");
        }
        text.append("# TYPE shop_requests_created gauge\n");
        for (int service = 0; service < SERVICES; service++) {
            for (String code : List.of("200", "500")) {
                text.append(
                        "shop_requests_created{service=\"service-%d\",code=\"%s\",} 1.767225600123E9\n"
                                .formatted(service, code));
            }
        }
        entry =
                new LogEntry(
                        ScrapeDecoder.KIND,
                        "",
                        false,
                        1_767_225_605_000_000_000L,
                        LogEntry.Encoding.IDENTITY,
                        Map.of(ScrapeDecoder.CONTENT_TYPE, "text/plain; version=0.0.4"),
                        text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Both walks, with everything that is told. */
    @Benchmark
    @OperationsPerInvocation(SAMPLES)
    public Extract extract() throws MalformedRequestException {
        return extractor.extract(entry);
    }

    /** One walk that looks at nothing. */
    @Benchmark
    @OperationsPerInvocation(SAMPLES)
    public double walk() throws MalformedRequestException {
        ExpositionCursor cursor =
                new ExpositionCursor(
                        entry.body(), entry.body().length, ExpositionFormat.PROMETHEUS);
        double sum = 0;
        while (cursor.next()) {
            sum += cursor.value();
        }
        return sum;
    }
}
