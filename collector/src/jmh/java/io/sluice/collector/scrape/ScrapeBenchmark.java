package io.sluice.collector.scrape;

import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.wire.ProtoWriter;
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

import java.io.ByteArrayOutputStream;
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
    private LogEntry families;

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
                entry(
                        "text/plain; version=0.0.4",
                        text.toString().getBytes(StandardCharsets.UTF_8));
        families = entry(ScrapeTerms.Fallback.PROTOBUF.contentType(), families());
    }

    private static LogEntry entry(String contentType, byte[] body) {
        return new LogEntry(
                ScrapeDecoder.KIND,
                "",
                false,
                1_767_225_605_000_000_000L,
                LogEntry.Encoding.IDENTITY,
                Map.of(ScrapeDecoder.CONTENT_TYPE, contentType),
                body);
    }

    /** The same samples but for those that say when counters began. */
    private static byte[] families() {
        ProtoWriter requests = new ProtoWriter();
        requests.bytes(1, "shop_requests_total".getBytes(StandardCharsets.UTF_8));
        requests.varint(3, 0);
        ProtoWriter durations = new ProtoWriter();
        durations.bytes(1, "shop_request_duration_seconds".getBytes(StandardCharsets.UTF_8));
        durations.varint(3, 4);
        for (int service = 0; service < SERVICES; service++) {
            for (String code : List.of("200", "500")) {
                int metric = requests.begin(4);
                label(requests, "service", "service-" + service);
                label(requests, "code", code);
                int counter = requests.begin(3);
                requests.fixed64(1, Double.doubleToRawLongBits(12_345));
                requests.end(counter);
                requests.end(metric);
            }
            int metric = durations.begin(4);
            label(durations, "service", "service-" + service);
            int histogram = durations.begin(7);
            durations.varint(1, 1400);
            durations.fixed64(2, Double.doubleToRawLongBits(140.123456789));
            for (int bucket = 1; bucket <= BUCKETS; bucket++) {
                int begun = durations.begin(3);
                durations.varint(1, bucket * 100);
                double bound = bucket == BUCKETS ? Double.POSITIVE_INFINITY : (10 + bucket) / 100.0;
                durations.fixed64(2, Double.doubleToRawLongBits(bound));
                durations.end(begun);
            }
            durations.end(histogram);
            durations.end(metric);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ProtoWriter family : List.of(requests, durations)) {
            int left = family.size();
            for (; left > 0x7f; left >>>= 7) {
                out.write(left | 0x80);
            }
            out.write(left);
            out.write(family.buffer(), 0, family.size());
        }
        return out.toByteArray();
    }

    private static void label(ProtoWriter to, String name, String value) {
        int label = to.begin(1);
        to.bytes(1, name.getBytes(StandardCharsets.UTF_8));
        to.bytes(2, value.getBytes(StandardCharsets.UTF_8));
        to.end(label);
    }

    /** The protobuf exposition, both walks. */
    @Benchmark
    @OperationsPerInvocation(SERVICES * (2 + BUCKETS + 2))
    public Extract extractFamilies() throws MalformedRequestException {
        return extractor.extract(families);
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
