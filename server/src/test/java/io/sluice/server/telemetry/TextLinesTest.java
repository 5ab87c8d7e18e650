package io.sluice.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.NotEmpty;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Against Micrometer's own exposition. */
final class TextLinesTest {
    @Property(tries = 300)
    void aLineSaysWhatMicrometerSays(
            @ForAll @NotEmpty @CharRange(from = ' ', to = 'ÿ') @Chars({'\\', '"', '\n', '€'})
                    String text,
            @ForAll double value)
            throws IOException {
        PrometheusMeterRegistry registry = registry();
        Gauge.builder("some.gauge", () -> value)
                .description("What it is.")
                .tags("a", text, "b", "1")
                .register(registry);
        TextLinesWriter ours =
                lines -> {
                    lines.metric("some_gauge", "gauge", "What it is.");
                    lines.line("some_gauge").label("a", text).lastLabel("b", "1").value(value);
                };
        assertSame(written(ours), registry.scrape());
    }

    @Test
    void wholeNumbers_areWrittenWhole() throws IOException {
        for (long value :
                List.of(0L, 7L, -7L, 10L, 1_000_000L, 77_697_072L, (1L << 53) - 1, -(1L << 40))) {
            assertThat(written(lines -> lines.line("some").lastLabel("a", "b").value(value)))
                    .isEqualTo("some{a=\"b\"} " + value + "\n");
        }
    }

    @Test
    void whatIsNoNumber_isWrittenAsPrometheusReadsIt() throws IOException {
        assertThat(written(lines -> lines.value(Double.NaN))).isEqualTo("NaN\n");
        assertThat(written(lines -> lines.value(Double.POSITIVE_INFINITY))).isEqualTo("+Inf\n");
        assertThat(written(lines -> lines.value(Double.NEGATIVE_INFINITY))).isEqualTo("-Inf\n");
    }

    /** Longer than any buffer, so that each kind of text meets its end. */
    @Test
    void manyLines_areOneText() throws IOException {
        PrometheusMeterRegistry registry = registry();
        String name = "x".repeat(9_000);
        for (int i = 0; i < 2_000; i++) {
            int number = i;
            FunctionCounter.builder("some.events", this, _ -> number)
                    .description("Many.")
                    .tags("a", text(i, name), "b", "last")
                    .register(registry);
        }
        String ours =
                written(
                        lines -> {
                            lines.metric("some_events_total", "counter", "Many.");
                            for (int i = 0; i < 2_000; i++) {
                                lines.line("some_events_total")
                                        .label("a", text(i, name))
                                        .lastLabel("b", "last")
                                        .value(i);
                            }
                        });
        assertSame(ours, registry.scrape());
    }

    /** In the order in which they are written, with one that is long and some that are no ASCII. */
    private static String text(int number, String name) {
        return "%04d".formatted(number)
                + (number == 1_000 ? name : number % 3 == 0 ? "größer" : "smaller");
    }

    private static void assertSame(String ours, String theirs) {
        List<String> our = ours.lines().toList();
        List<String> their = theirs.lines().toList();
        assertThat(our).hasSameSizeAs(their);
        for (int i = 0; i < our.size(); i++) {
            int end = i < 2 ? our.get(i).length() : our.get(i).lastIndexOf(' ') + 1;
            assertThat(our.get(i).substring(0, end))
                    .isEqualTo(their.get(i).substring(0, Math.min(end, their.get(i).length())));
            if (i >= 2) {
                assertThat(number(our.get(i).substring(end)))
                        .isEqualTo(number(their.get(i).substring(end)));
            }
        }
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text) + 0.0; // which has no sign of zero
        };
    }

    private static PrometheusMeterRegistry registry() {
        return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    }

    private interface TextLinesWriter {
        void writeTo(TextLines lines) throws IOException;
    }

    private static String written(TextLinesWriter text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TextLines lines = new TextLines(bytes);
        text.writeTo(lines);
        lines.finish();
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
