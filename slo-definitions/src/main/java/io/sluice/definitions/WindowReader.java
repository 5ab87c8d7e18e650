package io.sluice.definitions;

import io.sluice.definitions.model.TimeWindow;
import io.sluice.definitions.yaml.Durations;
import io.sluice.definitions.yaml.Durations.Shorthand;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Texts;
import io.sluice.definitions.yaml.Value;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Optional;
import java.util.Set;

/** Reads an SLO's {@code timeWindow}. */
final class WindowReader {
    static final DateTimeFormatter START =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss")
                    .withResolverStyle(ResolverStyle.STRICT);

    /** Kept, since the platform makes the set anew for whoever asks. */
    private static final Set<String> ZONES = Set.copyOf(ZoneId.getAvailableZoneIds());

    private WindowReader() {}

    /** A window and its length, nominal where it follows the calendar. */
    record ReadWindow(TimeWindow window, Duration nominalLength) {}

    /**
     * The window taken where none is given, which OpenSLO's text allows and its validator does not.
     */
    static ReadWindow assumed() {
        Duration length = Duration.ofDays(30);
        return new ReadWindow(new TimeWindow.Rolling(length), length);
    }

    /** A list of exactly one window. */
    static Optional<ReadWindow> read(Value list) {
        return list.items()
                .flatMap(
                        items -> {
                            if (items.isEmpty()) {
                                return list.wrong("`timeWindow` is empty", "exactly one window");
                            }
                            items.stream()
                                    .skip(1)
                                    .forEach(v -> v.wrong("a second window", "exactly one window"));
                            return items.getFirst().object(WindowReader::window);
                        });
    }

    private static Optional<ReadWindow> window(Fields fields) {
        Optional<Value> durationAt = fields.exactlyOne("duration");
        Optional<Shorthand> duration = durationAt.flatMap(Durations::shorthand);
        duration.filter(d -> d.unit() == 'm')
                .ifPresent(
                        d ->
                                durationAt
                                        .get()
                                        .warn(
                                                "`" + d.count() + "m` counts minutes",
                                                "`" + d.count() + "M` for months"));
        Optional<Value> rollingAt = fields.value("isRolling");
        Optional<Boolean> rolling =
                rollingAt.isEmpty() ? Optional.of(false) : rollingAt.flatMap(Value::bool);
        Optional<Value> calendarAt =
                rollingAt.isPresent()
                        ? fields.value("calendar")
                        : fields.exactlyOne("isRolling", "calendar");
        Optional<Calendar> calendar = calendarAt.flatMap(v -> v.object(WindowReader::calendar));
        if (rolling.isEmpty() || duration.isEmpty()) {
            return Optional.empty();
        }
        Duration length = duration.get().length();
        if (rolling.get()) {
            return calendarAt.isPresent()
                    ? calendarAt
                            .get()
                            .wrongKey(
                                    "`calendar` in a rolling window",
                                    "`isRolling: false`, or no calendar")
                    : Optional.of(new ReadWindow(new TimeWindow.Rolling(length), length));
        }
        if (calendarAt.isEmpty()) {
            return rollingAt.flatMap(
                    v ->
                            v.wrong(
                                    "a window that does not roll needs a `calendar`",
                                    "`true`, or a calendar"));
        }
        return calendar.map(
                c ->
                        new ReadWindow(
                                new TimeWindow.Calendar(
                                        duration.get().count(),
                                        unit(duration.get()),
                                        c.start(),
                                        c.zone()),
                                length));
    }

    private static TimeWindow.Period unit(Shorthand duration) {
        return switch (duration.unit()) {
            case 'm' -> TimeWindow.Period.MINUTE;
            case 'h' -> TimeWindow.Period.HOUR;
            case 'd' -> TimeWindow.Period.DAY;
            case 'w' -> TimeWindow.Period.WEEK;
            case 'M' -> TimeWindow.Period.MONTH;
            case 'Q' -> TimeWindow.Period.QUARTER;
            case 'Y' -> TimeWindow.Period.YEAR;
            default -> throw new IllegalStateException("no shorthand has the unit " + duration);
        };
    }

    private record Calendar(LocalDateTime start, ZoneId zone) {}

    private static Optional<Calendar> calendar(Fields fields) {
        Optional<LocalDateTime> start = fields.require("startTime", WindowReader::start);
        Optional<ZoneId> zone = fields.require("timeZone", WindowReader::zone);
        return start.flatMap(s -> zone.map(z -> new Calendar(s, z)));
    }

    private static Optional<LocalDateTime> start(Value value) {
        return value.text()
                .flatMap(
                        text -> {
                            try {
                                return Optional.of(LocalDateTime.parse(text, START));
                            } catch (DateTimeException _) {
                                return value.wrong(
                                        "not a time: " + value.node().inMessages(),
                                        "YYYY-MM-DD hh:mm:ss without a zone, for example 2026-01-01"
                                                + " 00:00:00");
                            }
                        });
    }

    /** A zone by its name, since an offset does not know when clocks change. */
    static Optional<ZoneId> zone(Value value) {
        return value.text()
                .flatMap(
                        text ->
                                ZONES.contains(text)
                                        ? Optional.of(ZoneId.of(text))
                                        : value.wrong(
                                                "not a time zone: "
                                                        + value.node().inMessages()
                                                        + Texts.didYouMean(text, ZONES),
                                                "an IANA name, for example Europe/Berlin or UTC"));
    }
}
