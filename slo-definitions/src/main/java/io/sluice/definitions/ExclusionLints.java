package io.sluice.definitions;

import io.sluice.definitions.ExclusionReader.ReadExclusion;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Exclusion.Interval;
import io.sluice.definitions.model.Exclusion.Once;
import io.sluice.definitions.model.Exclusion.Recurring;
import io.sluice.definitions.yaml.Value;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;

/** Exclusions that are right and cannot be meant. */
final class ExclusionLints {
    /** How far a recurrence is looked at from its start: a year, and what a leap year adds. */
    static final Duration HORIZON = Duration.ofDays(400);

    private ExclusionLints() {}

    /** Looks at one exclusion, and at it beside every exclusion that was read before. */
    static void check(ReadExclusion read, References references) {
        Exclusion exclusion = read.exclusion();
        // Journeys are read later: any of them may be meant, unless SLOs are named.
        boolean maybeJourneys =
                exclusion.appliesTo().slos().isEmpty() && references.journeys.anyDeclared();
        if (references.slos.allDefined() && read.slos().isEmpty() && !maybeJourneys) {
            read.at().warnKey("no SLO is meant by `appliesTo`", "");
        }
        if (exclusion.when() instanceof Recurring recurring) {
            clocks(recurring, read.at());
            runsTogether(recurring, read.at());
        }
        for (ReadExclusion other : references.exclusions.defined().values()) {
            Optional<String> both = read.slos().stream().filter(other.slos()::contains).findFirst();
            Optional<Interval> overlap = both.flatMap(_ -> overlap(read, other));
            if (overlap.isPresent()) {
                read.at()
                        .warnKey(
                                "overlaps the exclusion `"
                                        + other.exclusion().name()
                                        + "` of SLO `"
                                        + both.get()
                                        + "`, first at "
                                        + overlap.get().start(),
                                "one exclusion for one time");
                return;
            }
        }
    }

    /**
     * The first time in which both apply; of two recurrences, within {@link #HORIZON} of the later
     * start at least.
     */
    private static Optional<Interval> overlap(ReadExclusion one, ReadExclusion other) {
        return switch (one.exclusion().when()) {
            case Once once -> within(other, once.interval());
            case Recurring recurring ->
                    switch (other.exclusion().when()) {
                        case Once once -> within(one, once.interval());
                        case Recurring second -> {
                            Instant later = start(recurring);
                            later = later.isAfter(start(second)) ? later : start(second);
                            Interval span = new Interval(later, later.plus(HORIZON));
                            yield firstCommon(one.expanded(span), other.expanded(span));
                        }
                    };
        };
    }

    private static Optional<Interval> within(ReadExclusion read, Interval interval) {
        return firstCommon(read.expanded(interval), List.of(interval));
    }

    /** Both ascend, and neither overlaps itself. */
    private static Optional<Interval> firstCommon(List<Interval> some, List<Interval> others) {
        int i = 0;
        int j = 0;
        while (i < some.size() && j < others.size()) {
            Interval one = some.get(i);
            Interval other = others.get(j);
            Instant start = one.start().isAfter(other.start()) ? one.start() : other.start();
            Instant end = one.end().isBefore(other.end()) ? one.end() : other.end();
            if (start.isBefore(end)) {
                return Optional.of(new Interval(start, end));
            }
            if (one.end().isBefore(other.end())) {
                i++;
            } else {
                j++;
            }
        }
        return Optional.empty();
    }

    static Instant start(Recurring recurring) {
        return recurring.start().atZone(recurring.zone()).toInstant();
    }

    /** An occurrence that the clocks leave out is no maintenance that did not take place. */
    private static void clocks(Recurring recurring, Value at) {
        Optional<LocalDateTime> leftOut = recurring.firstLeftOut(start(recurring).plus(HORIZON));
        leftOut.ifPresent(
                time ->
                        at.peek("start")
                                .orElse(at)
                                .warn(
                                        "the clocks of "
                                                + recurring.zone().getId()
                                                + " leave out "
                                                + Times.written(time)
                                                + ", and by RFC 5545 this occurrence with it",
                                        "another hour, or UTC"));
    }

    private static void runsTogether(Recurring recurring, Value at) {
        Instant start = start(recurring);
        Duration first =
                recurring.within(start, start.plus(HORIZON)).stream()
                        .findFirst()
                        .map(i -> Duration.between(i.start(), i.end()))
                        .orElse(Duration.ZERO);
        if (first.compareTo(recurring.length()) > 0) {
            at.peek("duration")
                    .orElse(at)
                    .warn("lasts into the next occurrence", "less than the rule's distance");
        }
    }
}
