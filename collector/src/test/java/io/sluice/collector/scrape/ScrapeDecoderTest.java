package io.sluice.collector.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;
import io.prometheus.client.exporter.common.TextFormat;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Names begin with the line of the scrape checklist that they prove. */
class ScrapeDecoderTest {

    private static final long NOW = 1_767_225_605_000_000_000L;
    private static final long BUCKET = 1_767_225_600;
    private static final String TEXT = TextFormat.CONTENT_TYPE_004;
    private static final String OPEN_METRICS = TextFormat.CONTENT_TYPE_OPENMETRICS_100;

    private static final int REQUESTS = 0;
    private static final int FAST = 1;
    private static final int SLOW = 2;
    private static final int UP = 3;
    private static final int USERS = 4;
    private static final int BUCKETS = 5;

    private final Extractor extractor =
            new Extractors(1 << 20, Scraper.decoders())
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
                                            100),
                                    TestPlans.judged(
                                            TestPlans.metric("shop_request_duration_seconds"),
                                            Indicator.Unit.SECONDS,
                                            Op.GT,
                                            0.25),
                                    TestPlans.judged(
                                            TestPlans.metric(
                                                    "up",
                                                    new Condition.In(
                                                            "service.name", List.of("monolith"))),
                                            Indicator.Unit.NONE,
                                            Op.GTE,
                                            1),
                                    TestPlans.judged(
                                            TestPlans.metric("users"),
                                            Indicator.Unit.NONE,
                                            Op.LTE,
                                            50),
                                    TestPlans.goodOf(
                                            TestPlans.metric(
                                                    "shop_request_duration_seconds_bucket",
                                                    new Condition.In("le", List.of("0.1"))),
                                            TestPlans.metric(
                                                    "shop_request_duration_seconds_count"))));

    private Extract extract(String contentType, String body) throws MalformedRequestException {
        return extract(Map.of(ScrapeDecoder.CONTENT_TYPE, contentType), body);
    }

    private Extract extract(Map<String, String> more, String body)
            throws MalformedRequestException {
        Map<String, String> headers =
                new HashMap<>(
                        Map.of(
                                ScrapeDecoder.JOB,
                                "monolith",
                                ScrapeDecoder.INSTANCE,
                                "http://127.0.0.1:9180/metrics",
                                ScrapeDecoder.DURATION_NANOS,
                                "5000000",
                                ScrapeDecoder.ATTRIBUTE_PREFIX + "service.name",
                                "monolith"));
        headers.putAll(more);
        return extractor.extract(
                new LogEntry(
                        ScrapeDecoder.KIND,
                        "",
                        false,
                        NOW,
                        LogEntry.Encoding.IDENTITY,
                        headers,
                        body.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Extract.Observation> observations(Extract extract, int measure) {
        return extract.observations().stream()
                .filter(observation -> observation.measure() == measure)
                .toList();
    }

    private static long total(List<Extract.Observation> observations) {
        return observations.stream().mapToLong(Extract.Observation::total).sum();
    }

    private static long good(List<Extract.Observation> observations) {
        return observations.stream().mapToLong(Extract.Observation::good).sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {TEXT, OPEN_METRICS})
    void simpleclientsOwnTextIsReadExactly(String contentType)
            throws IOException, MalformedRequestException {
        CollectorRegistry registry = new CollectorRegistry();
        Counter requests =
                Counter.build("shop_requests_total", "Requests.")
                        .labelNames("service", "code")
                        .register(registry);
        Histogram durations =
                Histogram.build("shop_request_duration_seconds", "How long.")
                        .labelNames("service")
                        .buckets(0.05, 0.1, 0.25, 1)
                        .register(registry);
        Random random = new Random(7);
        long good = 0;
        long within = 0;
        long over = 0;
        for (int i = 0; i < 10_000; i++) {
            String service = random.nextBoolean() ? "cart" : "checkout \"core\"";
            boolean ok = random.nextInt(10) > 0;
            double seconds = random.nextInt(300) / 1e3;
            requests.labels(service, ok ? "200" : "500").inc();
            durations.labels(service).observe(seconds);
            good += ok ? 1 : 0;
            within += seconds <= 0.1 ? 1 : 0;
            over += seconds > 0.25 ? 1 : 0;
        }
        StringWriter text = new StringWriter();
        TextFormat.writeFormat(contentType, text, registry.metricFamilySamples());

        Extract extract = extract(contentType, text.toString());

        // The total's tap and the part's are two streams a label set.
        assertThat(observations(extract, REQUESTS)).hasSize(4 + 2);
        assertThat(total(observations(extract, REQUESTS))).isEqualTo(10_000_000);
        assertThat(good(observations(extract, REQUESTS))).isEqualTo(good * 1_000);
        assertThat(observations(extract, FAST)).hasSize(2);
        assertThat(total(observations(extract, FAST))).isEqualTo(10_000_000);
        assertThat(good(observations(extract, FAST))).isEqualTo(within * 1_000);
        assertThat(good(observations(extract, SLOW))).isEqualTo(over * 1_000);
        assertThat(good(observations(extract, BUCKETS))).isEqualTo(within * 1_000);
        assertThat(total(observations(extract, BUCKETS))).isEqualTo(10_000_000);
        assertThat(extract.rejected()).isEmpty();
        long samples = text.toString().lines().filter(line -> !line.startsWith("#")).count();
        assertThat(extract.accepted()).isEqualTo(samples + 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {TEXT, OPEN_METRICS})
    void s7_aCountersCreatedTimeIsItsStart(String contentType)
            throws IOException, MalformedRequestException {
        boolean openMetrics = contentType.equals(OPEN_METRICS);
        String text =
                """
                # TYPE shop_requests%s counter
                shop_requests_total{code="200",service="cart"} 5.0
                # TYPE shop_request_duration_seconds histogram
                shop_request_duration_seconds_bucket{le="+Inf"} 2
                shop_request_duration_seconds_count 2
                # TYPE shop_requests_created gauge
                shop_requests_created{service="cart",code="200"} 1.767225600123E9
                # TYPE shop_request_duration_seconds_created gauge
                shop_request_duration_seconds_created 1.7672256E9
                """
                        .formatted(openMetrics ? "" : "_total");
        Extract extract = extract(contentType, openMetrics ? text + "# EOF\n" : text);

        assertThat(observations(extract, REQUESTS))
                .allSatisfy(
                        observation -> {
                            assertThat(observation.startNanos())
                                    .isCloseTo(
                                            1_767_225_600_123_000_000L,
                                            org.assertj.core.data.Offset.offset(500L));
                            assertThat(observation.timeNanos()).isEqualTo(NOW);
                        });
        assertThat(observations(extract, FAST))
                .extracting(Extract.Observation::startNanos)
                .containsExactly(1_767_225_600_000_000_000L);
    }

    @Test
    void aStartThatIsMissingOrStillToComeIsUnknown() throws MalformedRequestException {
        Extract extract =
                extract(
                        TEXT,
                        """
                # TYPE shop_requests_total counter
                shop_requests_total{code="200"} 5
                shop_requests_total{code="500"} 5
                # TYPE shop_requests_created gauge
                shop_requests_created{code="500"} 2.767225600E9
                """);

        assertThat(observations(extract, REQUESTS))
                .extracting(Extract.Observation::startNanos)
                .containsOnly(0L);
    }

    @Test
    void aStreamIsItsLabelsInWhateverOrder_andItsTarget() throws MalformedRequestException {
        String one = "# TYPE shop_requests_total counter\nshop_requests_total{a=\"1\",b=\"2\"} 5\n";
        String other =
                "# TYPE shop_requests_total counter\nshop_requests_total{b=\"2\",a=\"1\"} 6\n";
        Extract.Identity stream = observations(extract(TEXT, one), REQUESTS).getFirst().stream();

        assertThat(observations(extract(TEXT, other), REQUESTS).getFirst().stream())
                .isEqualTo(stream);
        assertThat(
                        observations(extract(TEXT, one.replace("\"2\"", "\"3\"")), REQUESTS)
                                .getFirst()
                                .stream())
                .isNotEqualTo(stream);
        Map<String, String> elsewhere =
                Map.of(
                        ScrapeDecoder.CONTENT_TYPE,
                        TEXT,
                        ScrapeDecoder.INSTANCE,
                        "http://127.0.0.1:9181/metrics");
        assertThat(observations(extract(elsewhere, one), REQUESTS).getFirst().stream())
                .isNotEqualTo(stream);
    }

    @Test
    void s3_aSamplesOwnTimeCounts_andOldOnesAreRefused() throws MalformedRequestException {
        Extract extract =
                extract(
                        TEXT,
                        "# TYPE users gauge\nusers{side=\"legacy\"} 7 1767225590000\nusers{side=\"platform\"} 7 1000\n");

        assertThat(extract.rejected()).isEqualTo(Map.of(RejectReason.TOO_OLD, 1L));
        assertThat(extract.counts())
                .filteredOn(counted -> counted.measure() == USERS)
                .extracting(Extract.Counted::bucket)
                .containsExactly(BUCKET - 10);
    }

    @Test
    void aGaugeIsOneEventAScrape_andNotANumberNone() throws MalformedRequestException {
        Extract extract =
                extract(TEXT, "users{side=\"a\"} 7\nusers{side=\"b\"} 70\nusers{side=\"c\"} NaN\n");

        assertThat(extract.counts())
                .filteredOn(counted -> counted.measure() == USERS)
                .singleElement()
                .satisfies(
                        counted -> {
                            assertThat(counted.good()).isEqualTo(1);
                            assertThat(counted.total()).isEqualTo(2);
                        });
        assertThat(extract.accepted()).isEqualTo(3 + 3);
    }

    @Test
    void aCounterWithoutATypeIsKnownByItsName() throws MalformedRequestException {
        assertThat(observations(extract(TEXT, "shop_requests_total{code=\"200\"} 5\n"), REQUESTS))
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "+Inf", "-1", "1e17"})
    void aCountThatIsNoneIsRefused(String value) throws MalformedRequestException {
        Extract extract =
                extract(
                        TEXT,
                        "# TYPE shop_requests_total counter\nshop_requests_total "
                                + value
                                + "\nusers 1\n");

        assertThat(extract.rejected()).isEqualTo(Map.of(RejectReason.INVALID_VALUE, 1L));
        assertThat(extract.accepted()).isEqualTo(1 + 3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{le=\"1\"} 5\n",
                "{le=\"1\"} 5\nshop_request_duration_seconds_bucket{le=\"+Inf\"} 4\n"
            })
    void s8_bucketsThatFallOrDoNotReachInfinityAreRefusedWithTheirLine(String buckets) {
        assertThatThrownBy(
                        () ->
                                extract(
                                        TEXT,
                                        "# TYPE shop_request_duration_seconds histogram\nshop_request_duration_seconds_bucket"
                                                + buckets))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessage(
                        "line 2: the buckets of a histogram must not fall as le rises, and must end with le=\"+Inf\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " 5",
                "{le=\"fast\"} 5",
                "{le=\"1\"} 5.5",
                "{le=\"1\"} -5",
                "{le=\"1\"} NaN"
            })
    void s8_aBucketThatIsNoneIsRefusedWithItsLine(String bucket) {
        assertThatThrownBy(
                        () ->
                                extract(
                                        TEXT,
                                        "# TYPE shop_request_duration_seconds histogram\nshop_request_duration_seconds_bucket"
                                                + bucket
                                                + "\n"))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessage("line 2: a bucket needs a le that no other has, and a whole count");
    }

    @Test
    void aBoundWithinABucketGivesTheLowerCount() throws MalformedRequestException {
        Extract extract =
                extract(
                        TEXT,
                        """
                # TYPE shop_request_duration_seconds histogram
                shop_request_duration_seconds_bucket{le="0.08"} 3
                shop_request_duration_seconds_bucket{le="0.5"} 7
                shop_request_duration_seconds_bucket{le="+Inf"} 10
                """);

        assertThat(good(observations(extract, FAST))).isEqualTo(3_000);
        assertThat(good(observations(extract, SLOW))).isEqualTo(3_000);
        assertThat(total(observations(extract, SLOW))).isEqualTo(10_000);
    }

    @Test
    void s2_anUnknownContentTypeIsRefusedWithTheReason() {
        for (String contentType :
                List.of(
                        "text/html",
                        "",
                        "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=text")) {
            assertThatThrownBy(() -> extract(contentType, "users 1\n"))
                    .isInstanceOf(MalformedRequestException.class)
                    .hasMessage(
                            "Content-Type is '"
                                    + contentType
                                    + "', expected is text/plain, application/openmetrics-text, or"
                                    + " application/vnd.google.protobuf with delimited messages"
                                    + " io.prometheus.client.MetricFamily");
        }
    }

    @Test
    void s9_aLabelThatTheTargetHasToo_isHonoredOrCalledExported() throws MalformedRequestException {
        String body = "up{service.name=\"other\"} 1\n".replace("service.name", "\"service.name\"");
        Extract honored = extract(TEXT, body);
        Extract exported =
                extract(
                        Map.of(
                                ScrapeDecoder.CONTENT_TYPE,
                                TEXT,
                                ScrapeDecoder.LABELS,
                                ScrapeDecoder.IGNORED),
                        body);

        // The measure wants the monolith's: ours is, the sample's is if its label is not honored.
        assertThat(totalOfUp(honored)).isEqualTo(1);
        assertThat(totalOfUp(exported)).isEqualTo(2);
    }

    private static long totalOfUp(Extract extract) {
        return extract.counts().stream()
                .filter(counted -> counted.measure() == UP)
                .mapToLong(Extract.Counted::total)
                .sum();
    }

    @Test
    void s9_aSamplesTimeIsHonored_orTheScrapesIsTaken() throws MalformedRequestException {
        Extract extract =
                extract(
                        Map.of(
                                ScrapeDecoder.CONTENT_TYPE,
                                TEXT,
                                ScrapeDecoder.TIMESTAMPS,
                                ScrapeDecoder.IGNORED),
                        "users 7 1000\n");

        assertThat(extract.rejected()).isEmpty();
        assertThat(extract.counts())
                .filteredOn(counted -> counted.measure() == USERS)
                .extracting(Extract.Counted::bucket)
                .containsExactly(BUCKET);
    }

    @Test
    void s10_aScrapeSaysThatItsTargetIsUp_andItsServiceIsHeardOf()
            throws MalformedRequestException {
        Extract extract = extract(TEXT, "users 1\n");

        assertThat(extract.counts())
                .filteredOn(counted -> counted.measure() == UP)
                .singleElement()
                .satisfies(counted -> assertThat(counted.good()).isEqualTo(1));
        assertThat(extract.heartbeats()).containsExactly(new Extract.Heartbeat("monolith", BUCKET));
    }

    @Test
    void s10_aFailedScrapeSaysThatItsTargetIsDown_andItsServiceIsNotHeardOf()
            throws MalformedRequestException {
        Extract extract = extract(Map.of(ScrapeDecoder.FAILURE, "connection refused"), "");

        assertThat(extract.counts())
                .filteredOn(counted -> counted.measure() == UP)
                .singleElement()
                .satisfies(
                        counted -> {
                            assertThat(counted.good()).isZero();
                            assertThat(counted.total()).isEqualTo(1);
                        });
        assertThat(extract.heartbeats()).isEmpty();
        assertThat(extract.accepted()).isEqualTo(1);
    }

    @Test
    void s14_aSampleThatIsGivenTwiceCountsOnce() throws MalformedRequestException {
        Extract extract = extract(TEXT, "users{a=\"1\",b=\"2\"} 1\nusers{b=\"2\",a=\"1\"} 9\n");

        assertThat(extract.rejected()).isEqualTo(Map.of(RejectReason.INVALID_VALUE, 1L));
        assertThat(extract.counts())
                .filteredOn(counted -> counted.measure() == USERS)
                .singleElement()
                .satisfies(counted -> assertThat(counted.total()).isEqualTo(1));
    }
}
