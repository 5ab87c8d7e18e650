package io.sluice.collector.scrape;

import static io.sluice.collector.prometheus.PrometheusProtos.EXPOSITION;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;

import io.sluice.collector.ShuffledEncoding;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.prometheus.PrometheusProtos;
import io.sluice.collector.prometheus.PrometheusProtos.Fields;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The protobuf exposition, written by protobuf's own library in every way that it allows: the same
 * metrics as OpenMetrics text, which another reader reads, must count the same.
 */
class FamilyCursorTest {

    private static final long NOW = 1_767_225_605_000_000_000L;
    private static final String PROTOBUF =
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";
    private static final int WITHIN = 0;
    private static final int OVER = 1;

    private static final Extractor EXTRACTOR =
            new Extractors(1 << 20, Scraper.decoders())
                    .compile(
                            TestPlans.plan(
                                    judged("h_seconds", Op.LTE),
                                    judged("h_seconds", Op.GT),
                                    TestPlans.goodOf(
                                            TestPlans.metric(
                                                    "c_total",
                                                    new Condition.In("code", List.of("1"))),
                                            TestPlans.metric("c_total")),
                                    TestPlans.goodOf(
                                            TestPlans.metric(
                                                    "h_seconds_bucket",
                                                    new Condition.In("le", List.of("1.0"))),
                                            TestPlans.metric("h_seconds_count")),
                                    judged("g", Op.LTE),
                                    judged("u", Op.LTE),
                                    TestPlans.judged(
                                            TestPlans.metric(
                                                    "s",
                                                    new Condition.In("quantile", List.of("0.5"))),
                                            Indicator.Unit.NONE,
                                            Op.LTE,
                                            1),
                                    TestPlans.goodOf(
                                            TestPlans.metric("s_sum"),
                                            TestPlans.metric("s_count"))));

    private static TestPlans.Wanted judged(String metric, Op op) {
        EventSource source = TestPlans.metric(metric);
        Indicator.Unit unit =
                metric.endsWith("_seconds") ? Indicator.Unit.SECONDS : Indicator.Unit.NONE;
        return TestPlans.judged(source, unit, op, 1);
    }

    private static Extract extract(String contentType, byte[] body)
            throws MalformedRequestException {
        return EXTRACTOR.extract(
                new LogEntry(
                        ScrapeDecoder.KIND,
                        "",
                        false,
                        NOW,
                        LogEntry.Encoding.IDENTITY,
                        Map.of(ScrapeDecoder.CONTENT_TYPE, contentType),
                        body));
    }

    private static byte[] delimited(byte[]... messages) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            for (byte[] message : messages) {
                out.writeUInt32NoTag(message.length);
                out.writeRawBytes(message);
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Message family(String name, int type, List<Message> metrics) {
        return EXPOSITION.make(
                "MetricFamily",
                f ->
                        f.set("name", name)
                                .set("help", "…")
                                .set("type", type)
                                .addAll("metric", metrics));
    }

    private static Message metric(Map<String, String> labels, Consumer<Fields> more) {
        return EXPOSITION.make(
                "Metric",
                f -> {
                    labels.forEach(
                            (name, value) ->
                                    f.add(
                                            "label",
                                            EXPOSITION.make(
                                                    "LabelPair",
                                                    l -> l.set("name", name).set("value", value))));
                    more.accept(f);
                });
    }

    private static Message timestamp(long seconds) {
        return EXPOSITION.make("Timestamp", f -> f.set("seconds", seconds));
    }

    /** One exposition, as messages and as lines. */
    private static final class Both {
        private final List<Message> families = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();
        private final Set<Map<String, String>> counters = new HashSet<>();
        private final Random random;

        Both(Random random) {
            this.random = random;
            for (int i = random.nextInt(6); i > 0; i--) {
                switch (random.nextInt(5)) {
                    case 0 -> values("c_total", "c", 0, "counter", "Counter");
                    case 1 -> values("g", "g", 1, "gauge", "Value");
                    case 2 -> values("u", "u", 3, "unknown", "Value");
                    case 3 -> summaries();
                    default -> histograms();
                }
            }
            text.append("# EOF\n");
        }

        private List<Map<String, String>> labelSets() {
            List<Map<String, String>> sets = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                Map<String, String> labels = new TreeMap<>();
                for (String name : List.of("code", "zone", "a", "b", "d")) {
                    if (random.nextBoolean()) {
                        labels.put(
                                name, random.nextInt(8) == 0 ? "\"\\é\n" : "" + random.nextInt(3));
                    }
                }
                sets.add(labels);
            }
            return sets;
        }

        private double number() {
            return switch (random.nextInt(8)) {
                case 0 -> Double.NaN;
                case 1 -> -1;
                case 2 -> 0.25;
                default -> random.nextInt(1000);
            };
        }

        private void line(String name, Map<String, String> labels, double value, String time) {
            List<String> pairs = new ArrayList<>();
            labels.forEach(
                    (label, text) ->
                            pairs.add(
                                    label
                                            + "=\""
                                            + text.replace("\\", "\\\\")
                                                    .replace("\"", "\\\"")
                                                    .replace("\n", "\\n")
                                            + "\""));
            text.append("%s{%s} %s%s\n".formatted(name, String.join(",", pairs), value, time));
        }

        private static Map<String, String> with(
                Map<String, String> labels, String name, String value) {
            Map<String, String> more = new TreeMap<>(labels);
            more.put(name, value);
            return more;
        }

        private void values(String name, String family, int type, String word, String message) {
            text.append("# TYPE %s %s\n".formatted(family, word));
            List<Message> metrics = new ArrayList<>();
            for (Map<String, String> labels : labelSets()) {
                if (type == 0 && !counters.add(labels)) {
                    continue; // which of two begins when is told by one line in text
                }
                double value = number();
                boolean created = type == 0 && random.nextBoolean();
                long second = NOW / 1_000_000_000 - random.nextInt(400_000);
                String time = random.nextInt(3) == 0 ? " " + second + ".5" : "";
                line(name, labels, value, time);
                if (created) {
                    line(family + "_created", labels, second - 7, "");
                }
                Message single =
                        EXPOSITION.make(
                                message,
                                f -> {
                                    f.set("value", value);
                                    if (created) {
                                        f.set("created_timestamp", timestamp(second - 7));
                                    }
                                });
                metrics.add(
                        metric(
                                labels,
                                f -> {
                                    f.set(
                                            type == 0 ? "counter" : type == 1 ? "gauge" : "untyped",
                                            single);
                                    if (!time.isEmpty()) {
                                        f.set("timestamp_ms", second * 1000 + 500);
                                    }
                                }));
            }
            families.add(family(name, type, metrics));
        }

        private void summaries() {
            text.append("# TYPE s summary\n");
            List<Message> metrics = new ArrayList<>();
            for (Map<String, String> labels : labelSets()) {
                double median = number();
                long count = random.nextInt(100);
                double sum = number();
                line("s", with(labels, "quantile", "0.5"), median, "");
                line("s_sum", labels, sum, "");
                line("s_count", labels, count, "");
                Message quantile =
                        EXPOSITION.make(
                                "Quantile", f -> f.set("quantile", 0.5).set("value", median));
                Message summary =
                        EXPOSITION.make(
                                "Summary",
                                f ->
                                        f.set("sample_count", count)
                                                .set("sample_sum", sum)
                                                .add("quantile", quantile));
                metrics.add(metric(labels, f -> f.set("summary", summary)));
            }
            families.add(family("s", 2, metrics));
        }

        private void histograms() {
            text.append("# TYPE h_seconds histogram\n");
            List<Message> metrics = new ArrayList<>();
            List<Map<String, String>> used = new ArrayList<>();
            for (Map<String, String> labels : labelSets()) {
                if (used.contains(labels) || families.stream().anyMatch(f -> isHistogram(f))) {
                    continue; // a bucket that is given twice is no exposition
                }
                used.add(labels);
                long count = 0;
                double sum = number();
                List<Message> buckets = new ArrayList<>();
                double[] bounds = {0.5, 1, 2.5, Double.POSITIVE_INFINITY};
                for (double bound : bounds) {
                    count += random.nextInt(5);
                    boolean last = bound == Double.POSITIVE_INFINITY;
                    line(
                            "h_seconds_bucket",
                            with(labels, "le", last ? "+Inf" : "" + bound),
                            count,
                            "");
                    long upTo = count;
                    if (!last || random.nextBoolean()) {
                        buckets.add(
                                EXPOSITION.make(
                                        "Bucket",
                                        f ->
                                                f.set("cumulative_count", upTo)
                                                        .set("upper_bound", bound)));
                    }
                }
                line("h_seconds_sum", labels, sum, "");
                line("h_seconds_count", labels, count, "");
                long all = count;
                Message histogram =
                        EXPOSITION.make(
                                "Histogram",
                                f ->
                                        f.set("sample_count", all)
                                                .set("sample_sum", sum)
                                                .addAll("bucket", buckets));
                metrics.add(metric(labels, f -> f.set("histogram", histogram)));
            }
            families.add(family("h_seconds", 4, metrics));
        }

        private static boolean isHistogram(Message family) {
            return PrometheusProtos.get(family, "name").equals("h_seconds");
        }

        byte[] protobuf(ShuffledEncoding encoding) {
            return delimited(families.stream().map(encoding::encode).toArray(byte[][]::new));
        }
    }

    @Property(tries = 2000)
    void anyEncodingCountsWhatTheSameTextCounts(@ForAll long seed) throws Exception {
        Both both = new Both(new Random(seed));
        Extract messages = extract(PROTOBUF, both.protobuf(new ShuffledEncoding(seed)));
        Extract lines =
                extract(
                        "application/openmetrics-text",
                        both.text.toString().getBytes(StandardCharsets.UTF_8));

        Comparator<Extract.Observation> order = Comparator.comparing(Extract.Observation::toString);
        assertThat(messages.observations().stream().sorted(order))
                .containsExactlyElementsOf(lines.observations().stream().sorted(order).toList());
        assertThat(messages.counts()).containsExactlyInAnyOrderElementsOf(lines.counts());
        long created =
                both.text.toString().lines().filter(line -> line.contains("_created{")).count();
        assertThat(messages.accepted()).isEqualTo(lines.accepted() - created);
        assertThat(messages.rejected()).isEqualTo(lines.rejected());
    }

    @Property(tries = 2000)
    void damagedBytesAreReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] body = new Both(random).protobuf(new ShuffledEncoding(seed));
        for (int i = 0; i < 3 && body.length > 0; i++) {
            body[random.nextInt(body.length)] = (byte) random.nextInt();
        }
        try {
            assertThat(extract(PROTOBUF, body).accepted()).isPositive();
        } catch (MalformedRequestException e) {
            assertThat(e).hasMessageContaining("byte ");
        }
    }

    /** Schema 0: 4 values up to 1, 3 from 1 to 2, 5 from 2 to 4. */
    private static Fields fine(Fields fields) {
        return fields.set("sample_count", 12L)
                .set("sample_sum", 30.0)
                .set("schema", 0)
                .set("zero_threshold", 0.001)
                .add(
                        "positive_span",
                        EXPOSITION.make("BucketSpan", s -> s.set("offset", 0).set("length", 3)))
                .addAll("positive_delta", List.of(4L, -1L, 2L));
    }

    private static byte[] histogram(Consumer<Fields> fields) {
        Message histogram = EXPOSITION.make("Histogram", fields);
        return delimited(
                family(
                                "h_seconds",
                                4,
                                List.of(metric(Map.of(), f -> f.set("histogram", histogram))))
                        .toByteArray());
    }

    private static Message bucket(double bound, long count) {
        return EXPOSITION.make(
                "Bucket", f -> f.set("cumulative_count", count).set("upper_bound", bound));
    }

    private static List<Extract.Observation> points(Extract extract, int measure) {
        return extract.observations().stream().filter(o -> o.measure() == measure).toList();
    }

    @Test
    void s1_aNativeHistogramIsCountedAsAWhole() throws Exception {
        Extract extract =
                extract(
                        PROTOBUF,
                        histogram(
                                f ->
                                        fine(f).set(
                                                        "created_timestamp",
                                                        timestamp(NOW / 1_000_000_000 - 60))));

        assertThat(points(extract, WITHIN))
                .singleElement()
                .satisfies(
                        point -> {
                            assertThat(point.good()).isEqualTo(4_000);
                            assertThat(point.total()).isEqualTo(12_000);
                            assertThat(point.startNanos()).isEqualTo(NOW - 60_000_000_000L);
                        });
        assertThat(points(extract, OVER).getFirst().good()).isEqualTo(8_000);
        // Its count, its sum and the whole, and what every scrape says.
        assertThat(extract.accepted()).isEqualTo(3 + 3);
    }

    @Test
    void whatIsBothClassicAndNativeIsCountedOnce_byTheBucketThatEndsWithTheBound()
            throws Exception {
        Extract exact =
                extract(
                        PROTOBUF,
                        histogram(
                                f ->
                                        fine(f).add("bucket", bucket(1, 5))
                                                .add("bucket", bucket(3, 9))));
        Extract finer = extract(PROTOBUF, histogram(f -> fine(f).add("bucket", bucket(0.9, 1))));

        assertThat(points(exact, WITHIN))
                .singleElement()
                .satisfies(p -> assertThat(p.good()).isEqualTo(5_000));
        assertThat(points(finer, WITHIN))
                .singleElement()
                .satisfies(p -> assertThat(p.good()).isEqualTo(4_000));
        assertThat(points(finer, WITHIN).getFirst().total()).isEqualTo(12_000);
    }

    @Test
    void aNativeHistogramWhoseCountsDoNotFit_isRefusedByItself() throws Exception {
        Extract alone = extract(PROTOBUF, histogram(f -> fine(f).set("sample_count", 13L)));
        Extract beside =
                extract(
                        PROTOBUF,
                        histogram(
                                f -> fine(f).set("sample_count", 13L).add("bucket", bucket(1, 5))));

        assertThat(alone.rejected()).isEqualTo(Map.of(RejectReason.INVALID_VALUE, 1L));
        assertThat(points(alone, WITHIN)).isEmpty();
        assertThat(beside.rejected()).isEqualTo(Map.of(RejectReason.INVALID_VALUE, 1L));
        assertThat(points(beside, WITHIN).getFirst().good()).isEqualTo(5_000);
    }

    @Test
    void fractionalCountsAreRounded() throws Exception {
        Extract extract =
                extract(
                        PROTOBUF,
                        histogram(
                                f ->
                                        f.set("sample_count_float", 4.1)
                                                .set("schema", 0)
                                                .add(
                                                        "positive_span",
                                                        EXPOSITION.make(
                                                                "BucketSpan",
                                                                s ->
                                                                        s.set("offset", 0)
                                                                                .set("length", 2)))
                                                .addAll("positive_count", List.of(1.4, 2.7))));

        assertThat(points(extract, WITHIN).getFirst().good()).isEqualTo(1_000);
        assertThat(points(extract, WITHIN).getFirst().total()).isEqualTo(4_000);
    }

    @Test
    void aGaugeHistogramIsAcceptedAndNotCounted() throws Exception {
        Message histogram = EXPOSITION.make("Histogram", FamilyCursorTest::fine);
        Extract extract =
                extract(
                        PROTOBUF,
                        delimited(
                                family(
                                                "h_seconds",
                                                5,
                                                List.of(
                                                        metric(
                                                                Map.of(),
                                                                f ->
                                                                        f.set(
                                                                                "histogram",
                                                                                histogram))))
                                        .toByteArray()));

        assertThat(extract.rejected()).isEmpty();
        assertThat(points(extract, WITHIN)).isEmpty();
    }

    @Test
    void s8_whatIsWrongIsRefusedWithItsPlace() {
        Message value = EXPOSITION.make("Value", f -> f.set("value", 1.0));
        Map<String, byte[]> wrong =
                Map.of(
                        "a metric family has no name", family("", 1, List.of()).toByteArray(),
                        "there is no type of number 6", family("g", 6, List.of()).toByteArray(),
                        "a metric lacks the value of its type",
                                family(
                                                "g",
                                                0,
                                                List.of(
                                                        metric(
                                                                Map.of(),
                                                                f -> f.set("gauge", value))))
                                        .toByteArray(),
                        "a label has no name",
                                family(
                                                "g",
                                                1,
                                                List.of(
                                                        metric(
                                                                Map.of("", "x"),
                                                                f -> f.set("gauge", value))))
                                        .toByteArray(),
                        "label le is given twice",
                                family(
                                                "h",
                                                4,
                                                List.of(
                                                        metric(
                                                                Map.of("le", "x"),
                                                                f ->
                                                                        f.set(
                                                                                "histogram",
                                                                                EXPOSITION.make(
                                                                                        "Histogram",
                                                                                        h -> {})))))
                                        .toByteArray());
        wrong.forEach(
                (message, family) ->
                        assertThatThrownBy(() -> extract(PROTOBUF, delimited(family)))
                                .isInstanceOf(MalformedRequestException.class)
                                .hasMessageMatching("byte \\d+: " + message));
        byte[] cut = delimited(family("g", 1, List.of()).toByteArray());
        cut[0]++;
        assertThatThrownBy(() -> extract(PROTOBUF, cut))
                .hasMessageStartingWith("byte 0: a length of");
    }
}
