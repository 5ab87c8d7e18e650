package io.sluice.collector.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.RejectReason;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

class QueryDecoderTest {

    private static final long NOW = 1_767_225_605_000_000_000L;
    private static final EventSource GOOD =
            new EventSource.Prometheus(Optional.of("metrics"), "sum(good)");
    private static final EventSource TOTAL =
            new EventSource.Prometheus(Optional.empty(), "sum(\"all\")");
    private static final EventSource LEVEL =
            new EventSource.Prometheus(Optional.of("metrics"), "level");

    private static final MeasurePlan PLAN =
            TestPlans.plan(
                    TestPlans.goodOf(GOOD, TOTAL),
                    TestPlans.badOf(GOOD, TOTAL),
                    TestPlans.judged(LEVEL, Indicator.Unit.NONE, Op.LTE, 5),
                    TestPlans.shareOf(Indicator.Polarity.BAD, LEVEL));
    private static final Extractor EXTRACTOR =
            new Extractors(1 << 20, QueryPoller.decoders()).compile(PLAN);

    private static Extract extract(int measure, String body) throws MalformedRequestException {
        return EXTRACTOR.extract(
                new LogEntry(
                        QueryDecoder.KIND,
                        "",
                        false,
                        NOW,
                        LogEntry.Encoding.IDENTITY,
                        Map.of(QueryDecoder.MEASURE, PLAN.measures().get(measure).id()),
                        body.getBytes(StandardCharsets.UTF_8)));
    }

    private static String answer(String series) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
                + series
                + "]}}";
    }

    private static String good(String series) {
        return "{\"dataSource\":\"metrics\",\"query\":\"sum(good)\",\"answer\":"
                + answer(series)
                + "}";
    }

    private static String total(String series) {
        return "{\"query\":\"sum(\\\"all\\\")\",\"answer\":" + answer(series) + "}";
    }

    private static String level(String series) {
        return "{\"dataSource\":\"metrics\",\"query\":\"level\",\"answer\":" + answer(series) + "}";
    }

    private static String points(String... points) {
        return "{\"metric\":{},\"values\":[" + String.join(",", points) + "]}";
    }

    @Test
    void aMeasuresAnswersAreRunningTotals_ofWhichAFallSaysNothing() throws Exception {
        Extract extract =
                extract(
                        0,
                        "["
                                + good(points("[1767225570,\"3\"]", "[1767225600.250,\"4.5\"]"))
                                + ","
                                + total(points("[1767225570,\"10\"]"))
                                + "]");

        assertThat(extract.accepted()).isEqualTo(3);
        assertThat(extract.observations())
                .allSatisfy(
                        point -> {
                            assertThat(point.measure()).isZero();
                            assertThat(point.startNanos()).isEqualTo(Extract.Observation.REBASES);
                        })
                .extracting(
                        point ->
                                point.timeNanos() / 1_000_000
                                        + " "
                                        + point.good()
                                        + " "
                                        + point.total())
                .containsExactly(
                        "1767225570000 3000 0", "1767225600250 4500 0", "1767225570000 0 10000");
        assertThat(extract.observations().get(0).stream())
                .isEqualTo(extract.observations().get(1).stream())
                .isNotEqualTo(extract.observations().get(2).stream());
    }

    @Test
    void anAnswerCountsOnlyForTheMeasureThatAsked() throws Exception {
        Extract extract = extract(1, "[" + total(points("[1767225570,\"10\"]")) + "]");

        assertThat(extract.observations())
                .singleElement()
                .satisfies(point -> assertThat(point.measure()).isEqualTo(1));
        assertThat(extract(2, "[" + total(points("[1767225570,\"10\"]")) + "]").observations())
                .isEmpty();
    }

    @Test
    void everySeriesIsAStreamByItsLabels_whereverTheyStand() throws Exception {
        String a = "{\"metric\":{\"zone\":\"a\",\"x\":\"1\"},\"values\":[[1767225570,\"10\"]]}";
        String same = "{\"values\":[[1767225600,\"11\"]],\"metric\":{\"x\":\"1\",\"zone\":\"a\"}}";
        String other = "{\"metric\":{\"zone\":\"b\"},\"values\":[[1767225570,\"7\"]]}";
        List<Extract.Observation> points =
                extract(0, "[" + total(a + "," + same + "," + other) + "]").observations();

        assertThat(points.get(0).stream()).isEqualTo(points.get(1).stream());
        assertThat(points.get(0).stream()).isNotEqualTo(points.get(2).stream());
    }

    @Test
    void aJudgedAnswersPointsAreValues() throws Exception {
        Extract extract =
                extract(
                        2,
                        "["
                                + level(
                                        points(
                                                "[1767225570,\"5\"]",
                                                "[1767225580,\"5.1\"]",
                                                "[1767225590,\"-1\"]"))
                                + "]");

        assertThat(extract.observations()).isEmpty();
        assertThat(extract.counts()).extracting(Extract.Counted::good).containsExactly(1L, 0L, 1L);
        assertThat(extract.counts()).extracting(Extract.Counted::total).containsOnly(1L);
        assertThat(extract.counts())
                .extracting(Extract.Counted::bucket)
                .containsExactly(1_767_225_570L, 1_767_225_580L, 1_767_225_590L);
    }

    @Test
    void aRawAnswersPointsAreShares_andWhatIsNoneIsRefused() throws Exception {
        Extract extract =
                extract(
                        3,
                        "["
                                + level(
                                        points(
                                                "[1767225570,\"0.0004\"]",
                                                "[1767225580,\"0\"]",
                                                "[1767225590,\"1.0000000001\"]",
                                                "[1767225600,\"1.5\"]",
                                                "[1767225600,\"-0.1\"]"))
                                + "]");

        assertThat(extract.observations()).isEmpty();
        assertThat(extract.accepted()).isEqualTo(3);
        assertThat(extract.rejected()).isEqualTo(Map.of(RejectReason.INVALID_VALUE, 2L));
        assertThat(extract.counts())
                .extracting(counted -> counted.goodThousandths() + "/" + counted.totalThousandths())
                .containsExactly("999600000/1000000000", "1000000000/1000000000", "0/1000000000");
        assertThat(extract.counts()).extracting(Extract.Counted::good).containsExactly(0L, 1L, 0L);
        assertThat(extract.counts()).extracting(Extract.Counted::total).containsOnly(1L);
    }

    @Test
    void whatIsNoNumberOrOutOfTime_isRefusedPointByPoint() throws Exception {
        Extract extract =
                extract(
                        0,
                        "["
                                + total(
                                        points(
                                                "[1767225570,\"NaN\"]",
                                                "[1767225580,\"+Inf\"]",
                                                "[1000,\"1\"]",
                                                "[1767225590,\"-1\"]",
                                                "[1767225600,\"1e3\"]"))
                                + "]");

        assertThat(extract.rejected())
                .isEqualTo(Map.of(RejectReason.INVALID_VALUE, 2L, RejectReason.TOO_OLD, 1L));
        assertThat(extract.accepted()).isEqualTo(2);
        assertThat(extract.observations())
                .extracting(Extract.Observation::total)
                .containsExactly(1_000_000L);
    }

    @Test
    void moreSeriesThanAQueryShouldGive_areRefusedWithTheRemedy() {
        String series =
                IntStream.rangeClosed(0, QueryDecoder.MAX_SERIES)
                        .mapToObj(i -> "{\"metric\":{\"i\":\"" + i + "\"},\"values\":[]}")
                        .collect(Collectors.joining(","));
        assertThatThrownBy(() -> extract(0, "[" + total(series) + "]"))
                .hasMessage(
                        "the answer has more than 1000 series; add them up in the query, with sum()");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|a list of answers was expected",
                "[1]|an object was expected",
                "[{\"query\":[[1]]}]|a query was expected",
                "[{\"answer\":{}}]|a query was expected before its answer",
                "[{\"query\":\"q\",\"answer\":{}}]|an answer of status success was expected",
                "[{\"query\":\"q\",\"answer\":{\"status\":\"error\",\"error\":\"x\"}}]|an answer of status success was expected",
                "[{\"query\":\"q\",\"answer\":{\"data\":{\"result\":1}}}]|a list of series was expected",
                "[{\"query\":\"q\",\"answer\":{\"data\":{\"result\":[{\"values\":[[\"1\",\"1\"]]}]}}}]|a time in seconds was expected",
                "[{\"query\":\"q\",\"answer\":{\"data\":{\"result\":[{\"values\":[[1,1]]}]}}}]|a value in quotes was expected",
                "[{\"query\":\"q\",\"answer\":{\"data\":{\"result\":[{\"values\":[[1,\"one\"]]}]}}}]|a number was expected as a point's value",
                "[{\"query\":\"q\",\"answer\":{\"data\":{\"result\":[{\"values\":[[-1,\"1\"]]}]}}}]|a time in seconds since 1970 was expected",
                "[{\"query\":\"q\",\"answer\":{\"data\":{\"result\":[{\"metric\":{\"a\":1}}]}}}]|a label's text was expected",
                "[] 1|nothing was expected after the answers",
            })
    void whatIsNoAnswerIsRefusedWithItsPlace(String body, String message) {
        assertThatThrownBy(() -> extract(0, body))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessageMatching("line 1, column \\d+: \\Q" + message + "\\E");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"[", "[{\"query\":", "<html>", "[{\"a\":1,\"a\":2}]"})
    void whatIsNoJsonIsRefusedWithItsPlace(String body) {
        assertThatThrownBy(() -> extract(0, body))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessageMatching("(?s)line 1, column \\d+: .+");
    }
}
