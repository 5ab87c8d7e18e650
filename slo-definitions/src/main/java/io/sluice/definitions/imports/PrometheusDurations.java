package io.sluice.definitions.imports;

import io.sluice.definitions.yaml.Value;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lengths of time as Prometheus writes them: whole numbers with y, w, d, h, m, s and ms, each unit
 * at most once and in this order, for example {@code 4w} or {@code 1h30m}.
 */
final class PrometheusDurations {
    private static final Pattern LENGTH =
            Pattern.compile(
                    "(?:([0-9]{1,4})y)?(?:([0-9]{1,5})w)?(?:([0-9]{1,6})d)?(?:([0-9]{1,7})h)?"
                            + "(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?(?:([0-9]{1,9})ms)?");

    private static final Duration[] UNITS = {
        Duration.ofDays(365),
        Duration.ofDays(7),
        Duration.ofDays(1),
        Duration.ofHours(1),
        Duration.ofMinutes(1),
        Duration.ofSeconds(1),
        Duration.ofMillis(1)
    };

    private PrometheusDurations() {}

    /** A length longer than nothing. */
    static Optional<Duration> positive(Value value) {
        return value.text()
                .flatMap(
                        text -> {
                            Duration length = parse(text);
                            return length.isZero()
                                    ? value.wrong(
                                            "`"
                                                    + value.key()
                                                    + "` is not a length of time: "
                                                    + value.node().inMessages(),
                                            "a length as Prometheus writes it, for example 4w")
                                    : Optional.of(length);
                        });
    }

    /** Zero where the text is no length. */
    private static Duration parse(String text) {
        Matcher parts = LENGTH.matcher(text);
        Duration length = Duration.ZERO;
        if (parts.matches()) {
            for (int i = 0; i < UNITS.length; i++) {
                if (parts.group(i + 1) != null) {
                    length = length.plus(UNITS[i].multipliedBy(Long.parseLong(parts.group(i + 1))));
                }
            }
        }
        return length;
    }
}
