package io.sluice.collector.remotewrite;

import static io.sluice.collector.prometheus.PrometheusProtos.WRITE_1;
import static io.sluice.collector.prometheus.PrometheusProtos.WRITE_2;
import static io.sluice.collector.remotewrite.Writes.NOW_MILLIS;
import static io.sluice.collector.remotewrite.Writes.request1;
import static io.sluice.collector.remotewrite.Writes.sample1;
import static io.sluice.collector.remotewrite.Writes.sample2;
import static io.sluice.collector.remotewrite.Writes.series1;
import static io.sluice.collector.remotewrite.Writes.snappy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;

import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.otlp.OtlpHttpReceiver;
import io.sluice.collector.prometheus.NativeHistogram;
import io.sluice.collector.prometheus.PrometheusProtos.Fields;
import io.sluice.collector.receive.FakeEngine;
import io.sluice.collector.receive.Intake;
import io.sluice.collector.receive.Limits;
import io.sluice.collector.receive.ReceiverCounters;
import io.sluice.collector.receive.Sources;
import io.sluice.collector.remotewrite.Writes.Request2;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.RejectReason;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.SnappyFramedOutputStream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Over real sockets. Names begin with the line of remote write's checklist that they prove. */
class RemoteWriteTest {

    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final String V1 = "application/x-protobuf";
    private static final String V2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";
    private static final double STALE = Double.longBitsToDouble(NativeHistogram.STALE_BITS);
    private static final List<String> OK =
            List.of("__name__", "shop_requests_total", "code", "200", "job", "shop/checkout");
    private static final List<String> FAILED =
            List.of("__name__", "shop_requests_total", "code", "500", "job", "shop/checkout");
    private static final EventSource DURATION = TestPlans.metric("shop_request_duration_seconds");

    /** The measures of the plan, in its order. */
    private static final int REQUESTS = 0;

    private static final int FAST = 1;
    private static final int DEPTH = 2;

    private final FakeEngine engine = new FakeEngine();
    private final ReceiverCounters counters = new ReceiverCounters();
    private final HttpClient client = HttpClient.newHttpClient();
    private long sent;
    private OtlpHttpReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        Extractor extractor =
                new Extractors(MAX_BODY_BYTES, RemoteWrite.decoders())
                        .compile(
                                TestPlans.plan(
                                        TestPlans.goodOf(
                                                new EventSource.Metrics(
                                                        Optional.of("checkout"),
                                                        "shop_requests_total",
                                                        List.of(
                                                                new Condition.In(
                                                                        "code", List.of("200"))),
                                                        Optional.empty(),
                                                        List.of()),
                                                TestPlans.metric("shop_requests_total")),
                                        TestPlans.judged(
                                                DURATION, Indicator.Unit.MILLISECONDS, Op.LTE, 300),
                                        TestPlans.judged(
                                                TestPlans.metric("shop_queue_depth"),
                                                Indicator.Unit.NONE,
                                                Op.LTE,
                                                10)));
        Intake intake =
                new Intake(
                        () -> extractor,
                        engine,
                        counters,
                        Sources.ORDINARY,
                        new Limits(MAX_BODY_BYTES, 4 * MAX_BODY_BYTES),
                        InstantSource.fixed(Instant.ofEpochMilli(NOW_MILLIS)));
        receiver =
                new OtlpHttpReceiver(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        intake,
                        List.of(new RemoteWrite()));
        receiver.start();
    }

    @AfterEach
    void stop() {
        client.close();
        receiver.close();
        long counted = 0;
        for (IngestStatus.Row row : counters.rows()) {
            if (!row.signal().equals(ReceiverCounters.REQUESTS)) {
                counted += row.accepted() + sum(row.rejected()) + sum(row.dropped());
            }
        }
        assertThat(counted).as("accepted + rejected + dropped = sent").isEqualTo(sent);
    }

    private static long sum(java.util.Map<RejectReason, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private HttpResponse<String> post(String type, String encoding, byte[] body) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:" + receiver.port() + RemoteWrite.PATH))
                        .header("Content-Type", type)
                        .header("Content-Encoding", encoding)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post1(int items, Message request) throws Exception {
        sent += items;
        return post(V1, "snappy", snappy(request.toByteArray()));
    }

    private HttpResponse<String> post2(int items, Message request) throws Exception {
        sent += items;
        return post(V2, "snappy", snappy(request.toByteArray()));
    }

    private static String written(HttpResponse<?> response) {
        return response.headers()
                        .firstValue("X-Prometheus-Remote-Write-Samples-Written")
                        .orElse("-")
                + "/"
                + response.headers()
                        .firstValue("X-Prometheus-Remote-Write-Histograms-Written")
                        .orElse("-")
                + "/"
                + response.headers()
                        .firstValue("X-Prometheus-Remote-Write-Exemplars-Written")
                        .orElse("-");
    }

    private Extract last() {
        return engine.accepted().getLast().extract();
    }

    private List<Extract.Observation> observed(int measure) {
        return last().observations().stream().filter(o -> o.measure() == measure).toList();
    }

    private long rejected(RejectReason reason) {
        return counters.rows().stream()
                .mapToLong(row -> row.rejected().getOrDefault(reason, 0L))
                .sum();
    }

    @Test
    void RW1_blockFormatIsRead_framedIsRefused() throws Exception {
        Message request = request1(series1(OK, 17, NOW_MILLIS));
        assertThat(post1(1, request).statusCode()).isEqualTo(204);

        ByteArrayOutputStream framed = new ByteArrayOutputStream();
        try (SnappyFramedOutputStream out = new SnappyFramedOutputStream(framed)) {
            out.write(request.toByteArray());
        }
        HttpResponse<String> answer = post(V1, "snappy", framed.toByteArray());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("snappy");
        assertThat(engine.accepted()).hasSize(1);
    }

    @Test
    void RW2_requestWithoutVersionHeader_isTaken_andItsSeriesCounted() throws Exception {
        HttpResponse<String> answer =
                post1(2, request1(series1(OK, 17, NOW_MILLIS), series1(FAILED, 2.0, NOW_MILLIS)));

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(observed(REQUESTS))
                .extracting(Extract.Observation::good, Extract.Observation::total)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(17_000L, 0L),
                        org.assertj.core.groups.Tuple.tuple(0L, 17_000L),
                        org.assertj.core.groups.Tuple.tuple(0L, 2_000L));
        assertThat(last().heartbeats())
                .containsExactly(new Extract.Heartbeat("checkout", 1_767_225_600L));
    }

    @Test
    void RW3_badLabelsAreRefused_goodSeriesBesideThemKept() throws Exception {
        for (List<String> bad :
                List.of(
                        List.of("job", "shop"),
                        List.of("__name__", ""),
                        List.of("__name__", "x", "", "y"),
                        List.of("__name__", "x", "a", "1", "a", "2"),
                        List.of("__name__", "x", "b", "1", "a", "2"),
                        List.<String>of())) {
            HttpResponse<String> answer =
                    post1(
                            3,
                            request1(
                                    series1(OK, 17, NOW_MILLIS),
                                    series1(
                                            bad,
                                            f ->
                                                    f.add("samples", sample1(1, NOW_MILLIS))
                                                            .add(
                                                                    "samples",
                                                                    sample1(2, NOW_MILLIS)))));
            assertThat(answer.statusCode()).as(bad.toString()).isEqualTo(400);
            assertThat(answer.body()).contains("1 items are stored").contains("2 malformed");
            assertThat(last().accepted()).isEqualTo(1);
        }
    }

    @Test
    void RW3_textThatIsNotUtf8_isRefused() throws Exception {
        Message series =
                WRITE_1.make(
                        "TimeSeries",
                        f ->
                                f.add(
                                                "labels",
                                                WRITE_1.make(
                                                        "Label",
                                                        l ->
                                                                l.set(
                                                                                "name",
                                                                                ByteString
                                                                                        .copyFromUtf8(
                                                                                                "__name__"))
                                                                        .set(
                                                                                "value",
                                                                                ByteString.copyFrom(
                                                                                        new byte[] {
                                                                                            (byte)
                                                                                                    0xc3,
                                                                                            'x'
                                                                                        }))))
                                        .add("samples", sample1(1, NOW_MILLIS)));
        assertThat(post1(1, request1(series)).statusCode()).isEqualTo(400);
        assertThat(rejected(RejectReason.MALFORMED)).isEqualTo(1);
    }

    @Test
    void RW4_onlyTheOneNaNIsAStaleMarker() throws Exception {
        post1(
                3,
                request1(
                        series1(
                                OK,
                                f ->
                                        f.add("samples", sample1(Double.NaN, NOW_MILLIS - 2))
                                                .add("samples", sample1(STALE, NOW_MILLIS - 1))
                                                .add("samples", sample1(3, NOW_MILLIS)))));

        assertThat(observed(REQUESTS))
                .filteredOn(o -> o.total() > 0 || o.stale())
                .extracting(Extract.Observation::timeNanos, Extract.Observation::stale)
                .contains(
                        org.assertj.core.groups.Tuple.tuple((NOW_MILLIS - 1) * 1_000_000, true),
                        org.assertj.core.groups.Tuple.tuple(NOW_MILLIS * 1_000_000, false));
        assertThat(last().observations())
                .extracting(Extract.Observation::timeNanos)
                .doesNotContain((NOW_MILLIS - 2) * 1_000_000);
    }

    @Test
    void RW4_aServiceThatIsGone_isNotHeardOf() throws Exception {
        post1(
                3,
                request1(
                        series1(List.of("__name__", "up", "job", "shop"), 0, NOW_MILLIS),
                        series1(
                                List.of("__name__", "scrape_duration_seconds", "job", "shop"),
                                10,
                                NOW_MILLIS),
                        series1(
                                List.of("__name__", "shop_queue_depth", "job", "shop"),
                                STALE,
                                NOW_MILLIS)));
        assertThat(last().heartbeats()).isEmpty();
        assertThat(last().counts()).isEmpty();

        post1(1, request1(series1(List.of("__name__", "up", "job", "shop"), 1, NOW_MILLIS)));
        assertThat(last().heartbeats()).hasSize(1);
    }

    @Test
    void RW5_samplesInAnyOrder_countAtTheirOwnTimes() throws Exception {
        List<String> depth = List.of("__name__", "shop_queue_depth");
        HttpResponse<String> answer =
                post1(
                        3,
                        request1(
                                series1(
                                        depth,
                                        f ->
                                                f.add("samples", sample1(11, NOW_MILLIS))
                                                        .add(
                                                                "samples",
                                                                sample1(9, NOW_MILLIS - 20_000))
                                                        .add("samples", sample1(10, NOW_MILLIS)))));

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(last().counts())
                .extracting(
                        Extract.Counted::measure,
                        Extract.Counted::bucket,
                        Extract.Counted::good,
                        Extract.Counted::total)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(DEPTH, 1_767_225_600L, 1L, 2L),
                        org.assertj.core.groups.Tuple.tuple(DEPTH, 1_767_225_580L, 1L, 1L));
    }

    @Test
    void RW5_timesOutOfBounds_areRefusedWithTheirReason() throws Exception {
        List<String> depth = List.of("__name__", "shop_queue_depth");
        HttpResponse<String> answer =
                post1(
                        5,
                        request1(
                                series1(
                                        depth,
                                        f -> {
                                            for (long millis :
                                                    new long[] {
                                                        NOW_MILLIS,
                                                        NOW_MILLIS - Duration.ofDays(3).toMillis(),
                                                        NOW_MILLIS
                                                                + Duration.ofMinutes(11).toMillis(),
                                                        Long.MIN_VALUE,
                                                        Long.MAX_VALUE
                                                    }) {
                                                f.add("samples", sample1(1, millis));
                                            }
                                        })));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(rejected(RejectReason.TOO_OLD)).isEqualTo(2);
        assertThat(rejected(RejectReason.FUTURE)).isEqualTo(2);
        assertThat(last().accepted()).isEqualTo(1);
    }

    @Test
    void RW6_overloadAndAFullDisk_areAnsweredSoThatTheSenderComesAgain() throws Exception {
        Message request = request1(series1(OK, 17, NOW_MILLIS));
        engine.refuseWith(new OverloadedException("too much", Duration.ofSeconds(3)));
        HttpResponse<String> answer = post1(1, request);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("3");

        engine.refuseWith(null);
        engine.failWith(new IOException("disk full"));
        assertThat(post1(1, request).statusCode()).isEqualTo(503);

        engine.failWith(null);
        assertThat(post1(1, request).statusCode()).isEqualTo(204);
    }

    private static Message bucket(String le, double count) {
        return series1(
                List.of("__name__", "shop_request_duration_seconds_bucket", "job", "a", "le", le),
                count,
                NOW_MILLIS);
    }

    @Test
    void RW7_wholeHistogram_isJudgedByTheBucketThatEndsWithTheBound() throws Exception {
        post1(4, request1(bucket("+Inf", 10), bucket("0.1", 4), bucket("0.3", 7), bucket("1", 9)));

        assertThat(observed(FAST))
                .singleElement()
                .satisfies(
                        o -> {
                            assertThat(o.good()).isEqualTo(7_000);
                            assertThat(o.total()).isEqualTo(10_000);
                            assertThat(o.timeNanos()).isEqualTo(NOW_MILLIS * 1_000_000);
                        });
    }

    @Test
    void RW7_histogramSplitAnywhere_neverGivesAWrongRatio() throws Exception {
        List<Message> buckets =
                List.of(bucket("0.1", 4), bucket("0.3", 7), bucket("1", 9), bucket("+Inf", 10));
        for (int cut = 0; cut <= buckets.size(); cut++) {
            for (List<Message> part :
                    List.of(buckets.subList(0, cut), buckets.subList(cut, buckets.size()))) {
                if (part.isEmpty()) {
                    continue;
                }
                post1(part.size(), request1(part.toArray(Message[]::new)));
                for (Extract.Observation o : observed(FAST)) {
                    assertThat(o.good()).isEqualTo(7_000);
                    assertThat(o.total()).isEqualTo(10_000);
                }
            }
        }
    }

    @Test
    void RW7_bucketsOfSeveralTimesAndSeries_areNotMixedUp() throws Exception {
        Consumer<Fields> low =
                f ->
                        f.add("samples", sample1(1, NOW_MILLIS - 15_000))
                                .add("samples", sample1(2, NOW_MILLIS));
        Consumer<Fields> high =
                f ->
                        f.add("samples", sample1(3, NOW_MILLIS - 15_000))
                                .add("samples", sample1(5, NOW_MILLIS));
        String name = "shop_request_duration_seconds_bucket";
        post1(
                8,
                request1(
                        series1(List.of("__name__", name, "job", "a", "le", "0.3"), low),
                        series1(List.of("__name__", name, "job", "b", "le", "0.3"), high),
                        series1(List.of("__name__", name, "job", "a", "le", "+Inf"), high),
                        series1(List.of("__name__", name, "job", "b", "le", "+Inf"), high)));

        assertThat(observed(FAST))
                .extracting(
                        Extract.Observation::timeNanos,
                        Extract.Observation::good,
                        Extract.Observation::total)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(
                                (NOW_MILLIS - 15_000) * 1_000_000, 1_000L, 3_000L),
                        org.assertj.core.groups.Tuple.tuple(NOW_MILLIS * 1_000_000, 2_000L, 5_000L),
                        org.assertj.core.groups.Tuple.tuple(
                                (NOW_MILLIS - 15_000) * 1_000_000, 3_000L, 3_000L),
                        org.assertj.core.groups.Tuple.tuple(
                                NOW_MILLIS * 1_000_000, 5_000L, 5_000L));
        assertThat(observed(FAST)).extracting(Extract.Observation::stream).hasSize(4);
        assertThat(observed(FAST).stream().map(Extract.Observation::stream).distinct()).hasSize(2);
    }

    @Test
    void RW8_schemaIsChosenByContentType() throws Exception {
        byte[] one = snappy(request1(series1(OK, 17, NOW_MILLIS)).toByteArray());
        byte[] two =
                snappy(
                        new Request2()
                                .series(OK, f -> f.add("samples", sample2(17, NOW_MILLIS, 0)))
                                .build()
                                .toByteArray());
        sent += 4;
        assertThat(post(V1, "snappy", one).statusCode()).isEqualTo(204);
        assertThat(post(V1 + "; proto=\"prometheus.WriteRequest\"", "snappy", one).statusCode())
                .isEqualTo(204);
        assertThat(post("Application/X-Protobuf", "Snappy", one).statusCode()).isEqualTo(204);
        assertThat(post(V2, "snappy", two).statusCode()).isEqualTo(204);

        assertThat(post("application/json", "snappy", one).statusCode()).isEqualTo(415);
        assertThat(post(V1 + ";proto=io.prometheus.write.v3", "snappy", one).statusCode())
                .isEqualTo(415);
        assertThat(post(V2, "gzip", two).statusCode()).isEqualTo(415);
        assertThat(rejected(RejectReason.UNSUPPORTED)).isEqualTo(3);
    }

    private static Message symbols(List<String> symbols, Integer... refs) {
        return WRITE_2.make(
                "Request",
                f -> {
                    symbols.forEach(s -> f.add("symbols", ByteString.copyFromUtf8(s)));
                    f.add(
                            "timeseries",
                            WRITE_2.make(
                                    "TimeSeries",
                                    t ->
                                            t.addAll("labels_refs", List.of(refs))
                                                    .add("samples", sample2(1, NOW_MILLIS, 0))));
                });
    }

    @Test
    void RW9_referencesThatDoNotFitTheSymbols_refuseTheRequest() throws Exception {
        List<String> good = List.of("", "__name__", "x");
        assertThat(post2(1, symbols(good, 1, 2)).statusCode()).isEqualTo(204);

        assertThat(post2(0, symbols(List.of("__name__", "x"), 0, 1)).statusCode()).isEqualTo(400);
        assertThat(post2(0, symbols(good, 1, 2, 1)).statusCode()).isEqualTo(400);
        HttpResponse<String> beyond = post2(0, symbols(good, 1, 3));
        assertThat(beyond.statusCode()).isEqualTo(400);
        assertThat(beyond.body()).contains("label reference 3 is beyond the 3 symbols");
        assertThat(written(beyond)).isEqualTo("0/0/0");
        assertThat(engine.accepted()).hasSize(1);
    }

    @Test
    void RW10_successHasNoBody_anEmptyRequestToo() throws Exception {
        HttpResponse<String> answer = post2(0, WRITE_2.make("Request", _ -> {}));
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(engine.accepted()).isEmpty();
    }

    private static Message exemplar() {
        return WRITE_2.make("Exemplar", e -> e.set("value", 1.0).set("timestamp", NOW_MILLIS));
    }

    /** Schema 0, buckets (0.5, 1] and (1, 2]: 3 and 4 values, and one about zero. */
    private static Message nativeHistogram(long count, long startMillis, Consumer<Fields> more) {
        return WRITE_2.make(
                "Histogram",
                h -> {
                    h.set("count_int", count)
                            .set("sum", 9.0)
                            .set("zero_count_int", 1L)
                            .set("timestamp", NOW_MILLIS)
                            .set("start_timestamp", startMillis)
                            .add(
                                    "positive_spans",
                                    WRITE_2.make(
                                            "BucketSpan",
                                            s -> s.set("offset", -1).set("length", 2)))
                            .addAll("positive_deltas", List.of(3L, 1L));
                    more.accept(h);
                });
    }

    private static final List<String> NATIVE =
            List.of("__name__", "shop_request_duration_seconds", "job", "a");

    @Test
    void RW11_writtenHeadersAreExact_onSuccessAndOnFailure() throws Exception {
        Message whole =
                new Request2()
                        .series(
                                OK,
                                f ->
                                        f.add("samples", sample2(1, NOW_MILLIS - 1, 0))
                                                .add("samples", sample2(2, NOW_MILLIS, 0))
                                                .add("exemplars", exemplar()))
                        .series(NATIVE, f -> f.add("histograms", nativeHistogram(8, 0, _ -> {})))
                        .build();
        HttpResponse<String> answer = post2(3, whole);
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(written(answer)).isEqualTo("2/1/1");

        assertThat(written(post(V2, "snappy", new byte[] {1, 2, 3}))).isEqualTo("0/0/0");
        assertThat(written(post(V2, "gzip", new byte[0]))).isEqualTo("0/0/0");
        assertThat(written(post1(1, request1(series1(OK, 17, NOW_MILLIS))))).isEqualTo("-/-/-");
    }

    @Test
    void RW12_partialWrite_is400WithExactCounts() throws Exception {
        HttpResponse<String> answer =
                post2(
                        4,
                        new Request2()
                                .series(OK, f -> f.add("samples", sample2(1, NOW_MILLIS, 0)))
                                .series(
                                        List.of("job", "x"),
                                        f -> f.add("samples", sample2(1, NOW_MILLIS, 0)))
                                .series(
                                        NATIVE,
                                        f ->
                                                f.add("histograms", nativeHistogram(8, 0, _ -> {}))
                                                        .add(
                                                                "histograms",
                                                                nativeHistogram(7, 0, _ -> {})))
                                .build());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(written(answer)).isEqualTo("1/1/0");
        assertThat(answer.body()).contains("1 malformed").contains("1 invalid_value");
    }

    @Test
    void RW13_aRequestOfWhichNothingIsStored_mayComeAgainWhole() throws Exception {
        engine.failWith(new IOException("disk full"));
        Message request =
                new Request2()
                        .series(OK, f -> f.add("samples", sample2(1, NOW_MILLIS, 0)))
                        .series(List.of("job", "x"), f -> f.add("samples", sample2(1, 1, 0)))
                        .build();
        HttpResponse<String> answer = post2(2, request);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(written(answer)).isEqualTo("0/0/0");
        assertThat(engine.accepted()).isEmpty();
    }

    @Test
    void RW14_seriesWithSamplesAndHistograms_isRefused() throws Exception {
        HttpResponse<String> answer =
                post2(
                        2,
                        new Request2()
                                .series(
                                        NATIVE,
                                        f ->
                                                f.add("samples", sample2(1, NOW_MILLIS, 0))
                                                        .add(
                                                                "histograms",
                                                                nativeHistogram(8, 0, _ -> {})))
                                .build());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(rejected(RejectReason.MALFORMED)).isEqualTo(2);
    }

    private long start(Consumer<Fields> series) throws Exception {
        assertThat(post2(1, new Request2().series(FAILED, series).build()).statusCode())
                .isEqualTo(204);
        return observed(REQUESTS).getFirst().startNanos();
    }

    @Test
    void RW15_startOfZero_isNotKnown() throws Exception {
        assertThat(start(f -> f.add("samples", sample2(1, NOW_MILLIS, 0)))).isZero();
        assertThat(start(f -> f.add("samples", sample2(1, NOW_MILLIS, NOW_MILLIS + 1)))).isZero();
    }

    @Test
    void RW16_startIsReadInBothOfItsPlaces() throws Exception {
        long started = NOW_MILLIS - 30_000;
        assertThat(start(f -> f.add("samples", sample2(1, NOW_MILLIS, started))))
                .isEqualTo(started * 1_000_000);
        assertThat(
                        start(
                                f ->
                                        f.add("samples", sample2(1, NOW_MILLIS, 0))
                                                .set("created_timestamp", started)))
                .isEqualTo(started * 1_000_000);
        assertThat(
                        start(
                                f ->
                                        f.add("samples", sample2(1, NOW_MILLIS, started))
                                                .set("created_timestamp", started - 5)))
                .as("the sample's own is the later form")
                .isEqualTo(started * 1_000_000);
    }

    @Test
    void RW17_nativeHistogram_isJudgedAsAWhole() throws Exception {
        Message request =
                new Request2()
                        .series(
                                NATIVE,
                                f ->
                                        f.add(
                                                "histograms",
                                                nativeHistogram(8, NOW_MILLIS - 9_000, _ -> {})))
                        .build();
        assertThat(post2(1, request).statusCode()).isEqualTo(204);
        assertThat(observed(FAST))
                .singleElement()
                .satisfies(
                        o -> {
                            assertThat(o.good()).as("only zero is under 300 ms").isEqualTo(1_000);
                            assertThat(o.total()).isEqualTo(8_000);
                            assertThat(o.startNanos()).isEqualTo((NOW_MILLIS - 9_000) * 1_000_000);
                        });
    }

    @Test
    void RW17_nativeHistogramOfVersion1_stalenessAndGauges() throws Exception {
        Message one =
                WRITE_1.make(
                        "Histogram",
                        h ->
                                h.set("count_int", 2L)
                                        .set("zero_count_int", 2L)
                                        .set("timestamp", NOW_MILLIS));
        post1(1, request1(series1(NATIVE, f -> f.add("histograms", one))));
        assertThat(observed(FAST)).singleElement().matches(o -> o.good() == 2_000 && !o.stale());

        post2(
                2,
                new Request2()
                        .series(
                                NATIVE,
                                f ->
                                        f.add(
                                                        "histograms",
                                                        nativeHistogram(
                                                                99, 0, h -> h.set("sum", STALE)))
                                                .add(
                                                        "histograms",
                                                        nativeHistogram(
                                                                8, 0, h -> h.set("reset_hint", 3))))
                        .build());
        assertThat(observed(FAST)).singleElement().matches(Extract.Observation::stale);
    }

    @Test
    void RW18_seriesOfMetadataOnly_isAccepted() throws Exception {
        HttpResponse<String> answer =
                post2(
                        0,
                        new Request2()
                                .series(
                                        OK,
                                        f ->
                                                f.set(
                                                        "metadata",
                                                        WRITE_2.make(
                                                                "Metadata", m -> m.set("type", 1))))
                                .build());
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(written(answer)).isEqualTo("0/0/0");
        Message metadataOnly =
                WRITE_1.make(
                        "Request",
                        f ->
                                f.add(
                                        "metadata",
                                        WRITE_1.make(
                                                "Metadata",
                                                m -> m.set("metric_family_name", "x"))));
        assertThat(post1(0, metadataOnly).statusCode()).isEqualTo(204);
    }

    @Test
    void RW19_whatTheMetadataSaysASeriesIs_decidesHowItCounts() throws Exception {
        List<String> counterByMetadata = List.of("__name__", "shop_queue_depth");
        Request2 request = new Request2();
        for (int type = 0; type <= 8; type++) {
            int number = type;
            List<String> labels = List.of("__name__", "shop_queue_depth", "t", "" + type);
            request.series(
                    labels,
                    f ->
                            f.add("samples", sample2(1, NOW_MILLIS, 0))
                                    .set(
                                            "metadata",
                                            WRITE_2.make("Metadata", m -> m.set("type", number))));
        }
        assertThat(counterByMetadata).isNotEmpty();
        assertThat(post2(9, request.build()).statusCode()).isEqualTo(204);
        // A counter has no value that could be judged; the name says nothing about the others.
        assertThat(last().counts()).singleElement().matches(c -> c.total() == 8);
    }

    @Test
    void RW20_theSameRequestTwice_hasOneIdentity() throws Exception {
        Message request = request1(series1(OK, 17, NOW_MILLIS));
        post1(1, request);
        post1(1, request);
        post1(1, request1(series1(OK, 18, NOW_MILLIS)));
        assertThat(
                        engine.accepted().stream()
                                .map(accepted -> accepted.extract().identity())
                                .distinct())
                .hasSize(2);
    }

    @Test
    void RW21_bodyBeyondTheLimitWhenDecompressed_is413() throws Exception {
        byte[] zeros = snappy(new byte[MAX_BODY_BYTES + 1]);
        assertThat(zeros.length).isLessThan(MAX_BODY_BYTES);
        assertThat(post(V1, "snappy", zeros).statusCode()).isEqualTo(413);
        assertThat(rejected(RejectReason.OVERSIZE)).isEqualTo(1);
    }

    @Test
    void RW21_lyingLength_is400() throws Exception {
        byte[] body = snappy(request1(series1(OK, 17, NOW_MILLIS)).toByteArray());
        body[0] = (byte) 0xff;
        assertThat(post(V1, "snappy", body).statusCode()).isEqualTo(400);
        byte[] huge = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07, 0, 'x'};
        assertThat(post(V1, "snappy", huge).statusCode()).isEqualTo(400);
    }

    @Test
    void otherMethodsAndNames_areRefused() throws Exception {
        HttpRequest get =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:" + receiver.port() + RemoteWrite.PATH))
                        .build();
        HttpResponse<String> answer = client.send(get, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("POST");
    }
}
