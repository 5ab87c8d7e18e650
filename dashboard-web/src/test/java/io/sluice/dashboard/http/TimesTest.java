package io.sluice.dashboard.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times that can be reckoned with. */
final class TimesTest {
    @ParameterizedTest
    @ValueSource(strings = {"0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"})
    void fourDigitYears_areRead(String text) {
        assertThat(Times.parse(text)).map(Object::toString).hasValue(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-0001-12-31T23:59:59Z",
                "+10000-01-01T00:00:00Z",
                "+1000000000-12-31T23:59:59Z",
                "-1000000000-01-01T00:00:00Z",
                "yesterday",
                ""
            })
    void otherYears_andOtherTexts_areNot(String text) {
        assertThat(Times.parse(text)).isEmpty();
    }
}
