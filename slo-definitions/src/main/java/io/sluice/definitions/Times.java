package io.sluice.definitions;

import io.sluice.definitions.yaml.Texts;
import io.sluice.definitions.yaml.Value;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Optional;

/** Reads points in time in our own kinds: ISO 8601, where a space may stand for the T. */
final class Times {
    private static final DateTimeFormatter LOCAL =
            DateTimeFormatter.ofPattern("uuuu-MM-dd['T'][' ']HH:mm[:ss]")
                    .withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter WITH_OFFSET =
            DateTimeFormatter.ofPattern("uuuu-MM-dd['T'][' ']HH:mm[:ss]XXX")
                    .withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter WRITTEN =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    /** Nothing that is watched here is older, or will be younger. */
    private static final int FIRST_YEAR = 1970;

    private static final int LAST_YEAR = 2999;

    private Times() {}

    /** A time on the clocks of a zone that is given elsewhere. */
    static Optional<LocalDateTime> local(Value value) {
        return value.text()
                .flatMap(
                        text ->
                                parseLocal(text)
                                        .or(
                                                () ->
                                                        notATime(
                                                                value,
                                                                "YYYY-MM-DD hh:mm:ss without a zone or"
                                                                        + " offset, 1970 to 2999")));
    }

    /** A time with an offset; or without, on the clocks of the zone, if there is one. */
    static Optional<Instant> instant(Value value, Optional<ZoneId> zone) {
        return value.text()
                .flatMap(
                        text -> {
                            Optional<LocalDateTime> local = parseLocal(text);
                            if (local.isPresent()) {
                                return zone.isPresent()
                                        ? onClocks(local.get(), zone.get(), value)
                                        : value.wrong(
                                                "nobody knows where it is "
                                                        + value.node().inMessages(),
                                                "Z or an offset behind it, as in +01:00, or a"
                                                        + " `timeZone` beside it");
                            }
                            return parseWithOffset(text)
                                    .or(
                                            () ->
                                                    notATime(
                                                            value,
                                                            "YYYY-MM-DD hh:mm:ss and Z or an offset,"
                                                                    + " for example 2026-02-14"
                                                                    + " 01:00:00+01:00"));
                        });
    }

    /** As {@link #local} reads it. */
    static String written(LocalDateTime time) {
        return WRITTEN.format(time);
    }

    private static Optional<Instant> onClocks(LocalDateTime time, ZoneId zone, Value value) {
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(time);
        if (offsets.size() == 1) {
            return Optional.of(time.toInstant(offsets.getFirst()));
        }
        return value.wrong(
                "the clocks of "
                        + zone.getId()
                        + (offsets.isEmpty() ? " leave this time out" : " show this time twice"),
                offsets.isEmpty()
                        ? "another time"
                        : Texts.choice(offsets.stream().map(offset -> offset.getId()).toList())
                                + " behind it");
    }

    private static Optional<LocalDateTime> parseLocal(String text) {
        try {
            return Optional.of(LocalDateTime.parse(text, LOCAL))
                    .filter(time -> covers(time.getYear()));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> parseWithOffset(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text, WITH_OFFSET))
                    .filter(time -> covers(time.getYear()))
                    .map(OffsetDateTime::toInstant);
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private static boolean covers(int year) {
        return year >= FIRST_YEAR && year <= LAST_YEAR;
    }

    private static <T> Optional<T> notATime(Value value, String expected) {
        return value.wrong("not a time: " + value.node().inMessages(), expected);
    }
}
