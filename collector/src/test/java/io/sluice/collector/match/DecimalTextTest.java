package io.sluice.collector.match;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

class DecimalTextTest {

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

    private static double parse(String text) {
        byte[] bytes = ("7" + text + "7").getBytes(StandardCharsets.UTF_8);
        return DecimalText.parse(bytes, 1, bytes.length - 2);
    }

    private static void assertParsed(String text) {
        Double expected = NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
        assertThat(parse(text)).as(text).isEqualTo(expected);
    }

    @Property(tries = 5_000)
    void aNumberIsTheDoubleThatIsNearestToIt(@ForAll("numbers") String text) {
        assertParsed(text);
    }

    @Property(tries = 5_000)
    void whatIsNoNumberIsNone(@ForAll("almostNumbers") String text) {
        assertParsed(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "-",
                "+.",
                "e5",
                "1e",
                "1.2.3",
                "..1",
                "1.",
                ".5",
                "-.5",
                "0.1",
                "-0",
                "999999999999999",
                "999999999999999.9",
                "0.000000000000001",
                "99999999999999.9",
                "9007199254740993",
                "1.7976931348623157e308",
                "NaN",
                "Infinity",
                "0x1",
                "1d",
                "1_0",
                "١"
            })
    void edgesAreAsTheyAreForJava_exceptForWhatOnlyJavaTakes(String text) {
        assertParsed(text);
    }

    @Provide
    Arbitrary<String> numbers() {
        Arbitrary<String> plain = Arbitraries.strings().numeric().ofMinLength(0).ofMaxLength(18);
        return plain.flatMap(whole -> plain.map(fraction -> whole + "." + fraction))
                .filter(text -> text.length() > 1);
    }

    @Provide
    Arbitrary<String> almostNumbers() {
        return Arbitraries.strings().withChars("0123456789.eE+-").ofMaxLength(12);
    }
}
