package io.sluice.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.SpanKind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class InWordsTest {
    private static final EventSource PROXY =
            new EventSource.Spans(
                    Optional.of("strangler-proxy"),
                    Optional.empty(),
                    Optional.of(SpanKind.SERVER),
                    List.of(new Condition.Compare("http.response.status_code", Op.LT, 500)),
                    Optional.empty(),
                    List.of());

    static Stream<Arguments> conditions() {
        return Stream.of(
                Arguments.of(new Condition.In("a", List.of("x")), "a is x"),
                Arguments.of(
                        new Condition.In("a", List.of("x", "y", "z")), "a is one of x, y or z"),
                Arguments.of(new Condition.NotIn("a", List.of("x")), "a is not x"),
                Arguments.of(new Condition.NotIn("a", List.of("x", "y")), "a is none of x or y"),
                Arguments.of(new Condition.StartsWith("a", "/x"), "a starts with /x"),
                Arguments.of(new Condition.Exists("a", true), "a exists"),
                Arguments.of(new Condition.Exists("a", false), "a does not exist"),
                Arguments.of(new Condition.Compare("a", Op.GT, 0.25), "a is above 0.25"),
                Arguments.of(new Condition.Compare("a", Op.GTE, 500), "a is at least 500"),
                Arguments.of(new Condition.Compare("a", Op.LTE, 1e300), "a is at most 1.0E300"));
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void condition_readsAsASentence(Condition condition, String words) {
        assertThat(InWords.describe(condition)).isEqualTo(words);
    }

    @Test
    void source_readsAsASentence() {
        assertThat(InWords.describe(PROXY))
                .isEqualTo(
                        "spans of service strangler-proxy, kind server, where"
                                + " http.response.status_code is below 500");
        assertThat(
                        InWords.describe(
                                new EventSource.Metrics(
                                        Optional.empty(),
                                        "shopflow.orders.placed",
                                        List.of(),
                                        Optional.empty(),
                                        List.of())))
                .isEqualTo("points of metric shopflow.orders.placed");
    }

    @Test
    void indicator_readsAsASentence() {
        Indicator.Threshold latency =
                new Indicator.Threshold(
                        PROXY, Indicator.Value.DURATION, Indicator.Unit.MILLISECONDS);

        assertThat(InWords.describe(latency))
                .startsWith("duration in milliseconds of spans of service");
        assertThat(InWords.describe(latency, new Objective.Threshold(Op.LTE, 200)))
                .isEqualTo("duration at most 200 milliseconds");
        assertThat(
                        InWords.describe(
                                new Indicator.Ratio(Indicator.Polarity.GOOD, PROXY, PROXY, false)))
                .matches("good are spans of .*, among spans of .*");
    }
}
