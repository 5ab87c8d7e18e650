package io.sluice.dashboard.pages;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The time that a page's plots show, to be chosen.
 *
 * @param earlier empty where nothing was chosen, and the plots show what suits each
 * @param later empty where the end is now
 * @param words the chosen time; empty unless one was chosen
 */
public record RangePart(
        List<SloPage.WindowChoice> choices, String earlier, String later, Text words) {

    /**
     * @param suits what is shown unless somebody chooses, in words
     * @param address of the page with a range
     */
    static RangePart of(
            String suits,
            Map<String, Duration> lengths,
            TimeRange range,
            Function<TimeRange, String> address,
            Instant now) {
        List<SloPage.WindowChoice> choices = new ArrayList<>();
        choices.add(
                new SloPage.WindowChoice(
                        suits, address.apply(TimeRange.NOT_CHOSEN), range.name().isEmpty()));
        lengths.forEach(
                (name, length) ->
                        choices.add(
                                new SloPage.WindowChoice(
                                        Format.duration(length),
                                        address.apply(new TimeRange(Optional.of(name), range.to())),
                                        range.name().filter(name::equals).isPresent())));
        if (range.name().isEmpty()) {
            return new RangePart(choices, "", "", Text.NONE);
        }
        Instant end = range.end(now);
        Duration length = range.lengthOr(Plots.BURN_SPAN);
        return new RangePart(
                choices,
                address.apply(range.endingAt(end.minus(length), now)),
                range.to().isEmpty() ? "" : address.apply(range.endingAt(end.plus(length), now)),
                range.words(length, now));
    }
}
