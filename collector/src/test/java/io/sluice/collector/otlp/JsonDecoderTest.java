package io.sluice.collector.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;

import io.sluice.collector.JsonEncoding;
import io.sluice.collector.RandomOtlp;
import io.sluice.collector.Summary;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.definitions.model.Condition;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.RejectReason;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Names begin with the line of OTLP's conformance checklist that they prove. */
class JsonDecoderTest {

    private static final MeasurePlan FIVES =
            TestPlans.plan(
                    TestPlans.goodOf(
                            TestPlans.spans("cart", new Condition.In("k", List.of("5"))),
                            TestPlans.spans("cart")));

    private static Extractor extractor(MeasurePlan plan) {
        return new Extractors(1 << 20, OtlpHttpReceiver.decoders()).compile(plan);
    }

    private static LogEntry entry(String kind, byte[] body) {
        return new LogEntry(
                kind, "", false, RandomOtlp.NOW, LogEntry.Encoding.IDENTITY, Map.of(), body);
    }

    private static Extract extract(String json) throws MalformedRequestException {
        return extractor(FIVES)
                .extract(entry("otlp-traces-json", json.getBytes(StandardCharsets.UTF_8)));
    }

    private static String traces(String span) {
        return """
            {"resourceSpans": [{
              "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "cart"}}]},
              "scopeSpans": [{"spans": [%s]}]}]}"""
                .formatted(span);
    }

    private static String span(String more) {
        return traces(
                """
            {"traceId": "5B8EFFF798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "name": "GET",
             "startTimeUnixNano": "1799999999000000000", "endTimeUnixNano": 1799999999500000000%s}"""
                        .formatted(more));
    }

    private static String attribute(String value) {
        return span(", \"attributes\": [{\"key\": \"k\", \"value\": " + value + "}]");
    }

    private static void assertRefused(String json, String message) {
        assertThatThrownBy(() -> extract(json))
                .isInstanceOfSatisfying(
                        MalformedRequestException.class,
                        e -> assertThat(e.reason()).isEqualTo(RejectReason.MALFORMED))
                .hasMessageMatching("line \\d+, column \\d+: .*")
                .hasMessageContaining(message);
    }

    private static void assertGood(String json, long good) throws MalformedRequestException {
        assertThat(extract(json).counts())
                .singleElement()
                .satisfies(
                        counted -> {
                            assertThat(counted.good()).isEqualTo(good);
                            assertThat(counted.total()).isEqualTo(1);
                        });
    }

    @Property(tries = 1000)
    void traces_countWhatTheirProtobufFormCounts(@ForAll long seed) throws Exception {
        RandomOtlp random = new RandomOtlp(seed);
        assertSame(random.spanPlan(), TracesDecoder.KIND, random.traces(), seed);
    }

    @Property(tries = 1000)
    void metrics_countWhatTheirProtobufFormCounts(@ForAll long seed) throws Exception {
        RandomOtlp random = new RandomOtlp(seed);
        assertSame(random.metricPlan(), MetricsDecoder.KIND, random.metrics(), seed);
    }

    @Property(tries = 1000)
    void logs_countWhatTheirProtobufFormCounts(@ForAll long seed) throws Exception {
        RandomOtlp random = new RandomOtlp(seed);
        assertSame(random.eventPlan(), LogsDecoder.KIND, random.logs(), seed);
    }

    private static void assertSame(MeasurePlan plan, String kind, Message request, long seed)
            throws Exception {
        Extractor extractor = extractor(plan);
        Extract expected = extractor.extract(entry(kind, request.toByteArray()));
        byte[] json = new JsonEncoding(seed).encode(request).getBytes(StandardCharsets.UTF_8);
        Extract extract = extractor.extract(entry(kind + "-json", json));

        assertThat(Summary.of(extract)).isEqualTo(Summary.of(expected));
        assertThat(extract.exemplars()).isEqualTo(expected.exemplars());
    }

    @Property(tries = 2000)
    void damagedText_isReadOrRefused_neverMore(@ForAll long seed) {
        byte[] json =
                new JsonEncoding(seed)
                        .encode(new RandomOtlp(seed).traces())
                        .getBytes(StandardCharsets.UTF_8);
        Random damage = new Random(seed);
        for (int i = damage.nextInt(4); i > 0; i--) {
            json[damage.nextInt(json.length)] = (byte) damage.nextInt();
        }
        byte[] cut = Arrays.copyOf(json, json.length - damage.nextInt(json.length));
        try {
            assertThat(extractor(FIVES).extract(entry("otlp-traces-json", cut)).accepted())
                    .isNotNegative();
        } catch (MalformedRequestException e) {
            assertThat(e).hasMessageStartingWith("line ");
        }
    }

    @Test
    void J1_idsAreHexOfEitherCase() throws Exception {
        Extract extract = extract(span(""));
        assertThat(extract.accepted()).isEqualTo(1);
        assertThat(extract.exemplars())
                .singleElement()
                .satisfies(
                        exemplar ->
                                assertThat(exemplar.traceId())
                                        .isEqualTo("5b8efff798038103d269b633813fc60c"));
    }

    @Test
    void J1_idsInBase64_areNoIds() throws Exception {
        Extract extract =
                extract(
                        traces(
                                """
            {"traceId": "W47/95gDgQPSabYzgT/GDA==", "spanId": "7uGbfsPBsXQ=",
             "startTimeUnixNano": "1", "endTimeUnixNano": "2"}"""));
        assertThat(extract.rejected()).isEqualTo(Map.of(RejectReason.INVALID_ID, 1L));
    }

    @Test
    void J2_enumsAreNumbers_namesAreRefused() {
        assertRefused(
                span(", \"kind\": \"SPAN_KIND_SERVER\""),
                "kind: an enum's number and not its name");
    }

    @Test
    void J3_snakeCase_isUnknown_henceIgnored() throws Exception {
        Extract extract = extract(span(", \"end_time_unix_nano\": \"not even a number\""));
        assertThat(extract.accepted()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"intValue\": 5}",
                "{\"intValue\": \"5\"}",
                "{\"doubleValue\": 5.0}",
                "{\"stringValue\": \"5\"}"
            })
    void J4_64BitIntegers_areReadAsNumberAndAsString(String value) throws Exception {
        assertGood(attribute(value), 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"NaN\"", "\"Infinity\"", "\"-Infinity\"", "\"5.5\""})
    void J5_doublesMayBeTexts(String number) throws Exception {
        assertGood(attribute("{\"doubleValue\": " + number + "}"), 0);
    }

    @Test
    void J5_otherTexts_areNoDoubles() {
        assertRefused(
                attribute("{\"doubleValue\": \"five\"}"), "doubleValue: a number was expected");
    }

    @Test
    void J6_nullIsAbsent() throws Exception {
        assertGood(span(", \"attributes\": null, \"status\": null, \"kind\": null"), 0);
    }

    @Test
    void J7_unknownKeys_areIgnored() throws Exception {
        assertGood(span(", \"nobodyKnows\": [[{\"deep\": {}}], 1e999, \"x\"]"), 0);
    }

    @Test
    void J8_emptyParent_isNoParent() throws Exception {
        assertGood(span(", \"parentSpanId\": \"\""), 0);
    }

    @Test
    void J9_exponentForm_isReadIfItIsWhole() throws Exception {
        String exact = span("").replace("1799999999500000000", "1.7999999995e18");
        assertThat(extract(exact).lastEventNanos()).isEqualTo(1_799_999_999_500_000_000L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.5",
                "-1",
                "18446744073709551616",
                "1e400",
                "1e999999999",
                "\"0x10\"",
                "true",
                "{}",
                "\"\""
            })
    void J9_whatIsNoIntegerExactly_isRefused_neverRounded(String time) {
        assertRefused(
                span("").replace("1799999999500000000", time),
                "endTimeUnixNano: an integer from 0 to 2^64 - 1");
    }

    @Test
    void J10_sameKeyTwice_isRefused() {
        assertRefused(span(", \"name\": \"POST\""), "Duplicate");
    }

    @Test
    void J10_trailingBytes_areRefused() {
        assertRefused(span("") + " x", "");
        assertRefused(span("") + " {}", "nothing more was expected");
    }

    @Test
    void J10_byteOrderMark_isRefused() {
        assertRefused("\uFEFF" + span(""), "byte order mark");
    }

    @Test
    void J10_depthBomb_isRefused() {
        String bomb = "{\"resourceSpans\":" + "[".repeat(100_000);
        assertThatThrownBy(() -> extract("{\"unknown\":" + "[".repeat(100_000)))
                .isInstanceOfSatisfying(
                        MalformedRequestException.class,
                        e -> assertThat(e.reason()).isEqualTo(RejectReason.TOO_DEEP));
        assertRefused(bomb, "an object was expected");
    }

    @Test
    void C16_values64Deep_areRead_deeperOnesRefused() throws Exception {
        assertGood(attribute(nested(63)), 0);
        assertThatThrownBy(() -> extract(attribute(nested(64))))
                .isInstanceOfSatisfying(
                        MalformedRequestException.class,
                        e -> assertThat(e.reason()).isEqualTo(RejectReason.TOO_DEEP));
    }

    private static String nested(int arrays) {
        return "{\"arrayValue\":{\"values\":[".repeat(arrays)
                + "{\"intValue\":5}"
                + "]}}".repeat(arrays);
    }

    @Test
    void C20_invalidUtf8_isRefused() {
        byte[] json = attribute("{\"stringValue\": \"xx\"}").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < json.length; i++) {
            if (json[i] == 'x') {
                json[i] = (byte) 0xff;
            }
        }
        assertThatThrownBy(() -> extractor(FIVES).extract(entry("otlp-traces-json", json)))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessageContaining("UTF-8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "null",
                "1",
                "{",
                "{\"resourceSpans\": {}}",
                "{\"resourceSpans\": [null]}"
            })
    void whatIsNoRequest_isRefused(String json) {
        assertRefused(json, "");
    }
}
