package io.sluice.collector.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.scrape.Samples.Type;
import io.sluice.engine.measure.MalformedRequestException;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Names begin with the line of the scrape checklist that they prove. */
class ExpositionCursorTest {

    record Sample(
            String family,
            Type type,
            String name,
            Map<String, String> labels,
            double value,
            long timestampNanos) {}

    static List<Sample> read(ExpositionFormat format, byte[] body)
            throws MalformedRequestException {
        ExpositionCursor cursor = new ExpositionCursor(body, body.length, format);
        List<Sample> samples = new ArrayList<>();
        while (cursor.next()) {
            Map<String, String> labels = new TreeMap<>();
            for (int i = 0; i < cursor.labels(); i++) {
                labels.put(cursor.labelName(i).toString(), cursor.labelValue(i).toString());
            }
            samples.add(
                    new Sample(
                            cursor.family().toString(),
                            cursor.type(),
                            cursor.name().toString(),
                            labels,
                            cursor.value(),
                            cursor.timestampNanos()));
        }
        return samples;
    }

    private static List<Sample> prometheus(String text) throws MalformedRequestException {
        return read(ExpositionFormat.PROMETHEUS, text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Sample> openMetrics(String text) throws MalformedRequestException {
        return read(ExpositionFormat.OPEN_METRICS, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theExampleOfPrometheusIsRead() throws MalformedRequestException {
        List<Sample> samples =
                prometheus(
                        """
                # HELP http_requests_total The total number of HTTP requests.
                # TYPE http_requests_total counter
                http_requests_total{method="post",code="200"} 1027 1395066363000
                http_requests_total{method="post",code="400"}    3 1395066363000

                # Escaping in label values:
                msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9

                # Minimalistic line:
                metric_without_timestamp_and_labels 12.47

                # A weird metric from before the epoch:
                something_weird{problem="division by zero"} +Inf -3982045

                # TYPE http_request_duration_seconds histogram
                http_request_duration_seconds_bucket{le="0.05"} 24054
                http_request_duration_seconds_bucket{le="+Inf"} 144320
                http_request_duration_seconds_sum 53423
                http_request_duration_seconds_count 144320
                """);

        assertThat(samples)
                .containsExactly(
                        new Sample(
                                "http_requests_total",
                                Type.COUNTER,
                                "http_requests_total",
                                Map.of("method", "post", "code", "200"),
                                1027,
                                1_395_066_363_000_000_000L),
                        new Sample(
                                "http_requests_total",
                                Type.COUNTER,
                                "http_requests_total",
                                Map.of("method", "post", "code", "400"),
                                3,
                                1_395_066_363_000_000_000L),
                        new Sample(
                                "msdos_file_access_time_seconds",
                                Type.UNKNOWN,
                                "msdos_file_access_time_seconds",
                                Map.of(
                                        "path",
                                        "C:\\DIR\\FILE.TXT",
                                        "error",
                                        "Cannot find file:\n\"FILE.TXT\""),
                                1.458255915e9,
                                Samples.NO_TIMESTAMP),
                        new Sample(
                                "metric_without_timestamp_and_labels",
                                Type.UNKNOWN,
                                "metric_without_timestamp_and_labels",
                                Map.of(),
                                12.47,
                                Samples.NO_TIMESTAMP),
                        new Sample(
                                "something_weird",
                                Type.UNKNOWN,
                                "something_weird",
                                Map.of("problem", "division by zero"),
                                Double.POSITIVE_INFINITY,
                                -3_982_045_000_000L),
                        bucket("0.05", 24054),
                        bucket("+Inf", 144320),
                        ofHistogram("_sum", 53423),
                        ofHistogram("_count", 144320));
    }

    private static Sample bucket(String le, double count) {
        return new Sample(
                "http_request_duration_seconds",
                Type.HISTOGRAM,
                "http_request_duration_seconds_bucket",
                Map.of("le", le),
                count,
                Samples.NO_TIMESTAMP);
    }

    private static Sample ofHistogram(String suffix, double value) {
        return new Sample(
                "http_request_duration_seconds",
                Type.HISTOGRAM,
                "http_request_duration_seconds" + suffix,
                Map.of(),
                value,
                Samples.NO_TIMESTAMP);
    }

    @Test
    void s3_openMetricsCountsTimeInSeconds() throws MalformedRequestException {
        List<Sample> samples = openMetrics("a 1 1520879607.75\nb 1 2\n# EOF\n");

        assertThat(samples)
                .extracting(Sample::timestampNanos)
                .containsExactly(1_520_879_607_750_000_000L, 2_000_000_000L);
    }

    @Test
    void s3_timesThatAreTooFarAwayForNanoseconds_areFarAway() throws MalformedRequestException {
        assertThat(openMetrics("a 1 12345678901234567890.5\nb 1 -3\n# EOF\n"))
                .extracting(Sample::timestampNanos)
                .containsExactly(9_223_300_000_000_000_000L, -3_000_000_000L);
        assertThat(prometheus("a 1 1e300\nb 1 -9223372036854775808\n"))
                .extracting(Sample::timestampNanos)
                .containsExactly(9_223_300_000_000_000_000L, -9_223_300_000_000_000_000L);
    }

    @Test
    void s4_theLastLineFeedMayBeMissingBehindEof() throws MalformedRequestException {
        assertThat(openMetrics("a 1\n# EOF")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "'a 1', PROMETHEUS, 'line 1: the last line must end with a line feed'",
        "'a 1', OPEN_METRICS, 'line 1: the last line must end with a line feed'",
        "'a 1\n', OPEN_METRICS, 'line 2: the exposition ends without # EOF'",
        "'', OPEN_METRICS, 'line 1: the exposition ends without # EOF'",
        "'# EOF\na 1\n', OPEN_METRICS, 'line 2: nothing may follow # EOF'",
        "'\n# EOF\n', OPEN_METRICS, 'line 1: OpenMetrics has no empty lines'"
    })
    void s4_anExpositionThatDoesNotEndAsItShouldIsRefused(
            String text, ExpositionFormat format, String message) {
        assertThatThrownBy(() -> read(format, text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessage(message);
    }

    @Test
    void s5_namesInQuotesMayBeAnyText() throws MalformedRequestException {
        List<Sample> samples =
                prometheus(
                        """
                # TYPE "shop.orders" counter
                {"shop.orders","cart.id"="7",side="a,b}"} 3
                {"größe"} 1
                """);

        assertThat(samples)
                .containsExactly(
                        new Sample(
                                "shop.orders",
                                Type.COUNTER,
                                "shop.orders",
                                Map.of("cart.id", "7", "side", "a,b}"),
                                3,
                                Samples.NO_TIMESTAMP),
                        new Sample(
                                "größe", Type.UNKNOWN, "größe", Map.of(), 1, Samples.NO_TIMESTAMP));
    }

    @ParameterizedTest
    @CsvSource({
        "NaN, NaN",
        "+Inf, Infinity",
        "-Inf, -Infinity",
        "inf, Infinity",
        "1e3, 1000",
        ".5, 0.5",
        "17.0, 17"
    })
    void s6_numbersAreWrittenSo(String text, Double value) throws MalformedRequestException {
        assertThat(prometheus("a " + text + "\n").getFirst().value()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x1p3", "1_000", "1,5", "one", "--1", "1e", "1d", "infinit"})
    void s6_whatOnlySomeLanguagesTakeForANumberIsRefused(String text) {
        assertThatThrownBy(() -> prometheus("a 1\na " + text + "\n"))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessage("line 2: a value was expected, not '" + text + "'");
    }

    @Test
    void s7_openMetricsHasCreatedTimesExemplarsUnitsAndMoreTypes()
            throws MalformedRequestException {
        List<Sample> samples =
                openMetrics(
                        """
                # TYPE shop_requests counter
                # UNIT shop_requests requests
                # HELP shop_requests Requests.
                shop_requests_total{code="200"} 17 # {trace_id="KOO5S4vxi0o"} 0.67 1520879607.7
                shop_requests_created{code="200"} 1520430000.123
                # TYPE build info
                build_info{version="1"} 1
                # TYPE state stateset
                state{state="on"} 1
                # EOF
                """);

        assertThat(samples)
                .extracting(Sample::family, Sample::type, Sample::name, Sample::value)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "shop_requests", Type.COUNTER, "shop_requests_total", 17.0),
                        org.assertj.core.groups.Tuple.tuple(
                                "shop_requests",
                                Type.COUNTER,
                                "shop_requests_created",
                                1_520_430_000.123),
                        org.assertj.core.groups.Tuple.tuple("build", Type.INFO, "build_info", 1.0),
                        org.assertj.core.groups.Tuple.tuple("state", Type.STATE_SET, "state", 1.0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1a 1 ; a metric's name was expected at '1a 1'",
                "a{b=1} 1 ; label b must have a value in double quotes",
                "a{b=\"1\" ; the labels must end with }",
                "a{b=\"1} 1 ; a text in double quotes does not end",
                "a{b=\"1\\ ; a text in double quotes does not end",
                "a{b=\"1\"c=\"2\"} 1 ; the labels must end with }",
                "a{b} 1 ; = was expected after label b",
                "a{1=\"x\"} 1 ; a label's name was expected at '1=\"x\"} 1'",
                "a{b=\"1\",b=\"2\"} 1 ; label b is given twice",
                "{b=\"1\"} 1 ; a metric's name was expected",
                "a ; a space and a value were expected at ''",
                "a 1 2 3 ; '3' follows the sample",
                "a 1 1.5 ; '1.5' is no timestamp",
                "a 1 NaN ; 'NaN' is no timestamp",
                "a 1 +Inf ; '+Inf' is no timestamp",
                "a 1 soon ; a timestamp was expected, not 'soon'",
                "# TYPE a curve ; there is no type 'curve'",
                "# TYPE ; a metric's name was expected at ''"
            })
    void s8_badExpositionsAreRefusedWithLineAndReason(String line, String reason) {
        assertThatThrownBy(() -> prometheus("# a comment\n" + line + "\n"))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessage("line 2: " + reason);
    }

    @Test
    void s8_aTextThatIsNotUtf8IsRefused() {
        byte[] body = "a{b=\"?\"} 1\n".getBytes(StandardCharsets.US_ASCII);
        body[5] = (byte) 0xc0;

        assertThatThrownBy(() -> read(ExpositionFormat.PROMETHEUS, body))
                .hasMessage("line 1: a text is not UTF-8");
    }

    @Test
    void aTrailingCommaAndSpacesAreFine() throws MalformedRequestException {
        assertThat(prometheus(" a { b = \"1\" , }\t 2 \n").getFirst().labels())
                .isEqualTo(Map.of("b", "1"));
    }

    @Property(tries = 1_000)
    void bytesOfEveryKindAreReadOrRefused(@ForAll byte[] bytes, @ForAll ExpositionFormat format) {
        readOrRefuse(format, bytes);
    }

    @Property(tries = 2_000)
    void linesOfEveryKindAreReadOrRefused(
            @ForAll("lines") String text, @ForAll ExpositionFormat format) {
        readOrRefuse(format, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void readOrRefuse(ExpositionFormat format, byte[] bytes) {
        try {
            assertThat(read(format, bytes)).hasSizeLessThanOrEqualTo(bytes.length);
        } catch (MalformedRequestException e) {
            assertThat(e).hasMessageMatching("(?s)line \\d+: .*");
        }
    }

    @Provide
    Arbitrary<String> lines() {
        return Arbitraries.of(
                        "#",
                        " ",
                        "TYPE",
                        "HELP",
                        "EOF",
                        "a",
                        "a_total",
                        "{",
                        "}",
                        "\"",
                        "\\",
                        "=",
                        ",",
                        "1",
                        ".",
                        "e",
                        "\n",
                        "\t",
                        "counter",
                        "histogram",
                        "le",
                        "+Inf",
                        "NaN",
                        "ä")
                .list()
                .ofMaxSize(30)
                .map(parts -> String.join("", parts) + "\n");
    }
}
