package io.sluice.definitions.model;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Time that counts for no budget, such as maintenance ({@code sluice.dev/v1}, kind {@code
 * Exclusion}). What was counted stays counted, so an exclusion applies to any age, and taking it
 * away brings everything back.
 *
 * @param reason for people
 */
public record Exclusion(Metadata metadata, String reason, Selector appliesTo, When when) {
    /** What {@link When#within} is asked for at most, ten years: longer than any store keeps. */
    public static final Duration MAX_SPAN = Duration.ofDays(3660);

    /** The longest that one time may be. */
    public static final Duration MAX_LENGTH = Duration.ofDays(366);

    /** The exclusion's unique name. */
    public String name() {
        return metadata.name();
    }

    /**
     * Which SLOs and journeys are meant: those for which everything that is given holds. A journey
     * is none of the SLOs that are named.
     *
     * @param slos names; any where empty
     * @param services names; any where empty
     * @param labels a label's value is one of these; of a label with several values, one suffices
     */
    public record Selector(
            List<String> slos, List<String> services, Map<String, List<String>> labels) {
        public Selector {
            slos = List.copyOf(slos);
            services = List.copyOf(services);
            labels = Ordered.byName(labels);
            if (slos.isEmpty() && services.isEmpty() && labels.isEmpty()) {
                throw new IllegalArgumentException("a selector that selects nothing");
            }
        }

        /** Whether this SLO is meant. */
        public boolean matches(Slo slo) {
            return (slos.isEmpty() || slos.contains(slo.name()))
                    && (services.isEmpty() || services.contains(slo.service()))
                    && has(slo.metadata());
        }

        /** Whether this journey is meant. */
        public boolean matches(Journey journey) {
            return slos.isEmpty()
                    && (services.isEmpty() || services.contains(journey.service()))
                    && has(journey.metadata());
        }

        private boolean has(Metadata metadata) {
            return labels.entrySet().stream()
                    .allMatch(
                            wanted ->
                                    metadata
                                            .labels()
                                            .getOrDefault(wanted.getKey(), List.of())
                                            .stream()
                                            .anyMatch(wanted.getValue()::contains));
        }
    }

    /** A time from {@code start} to before {@code end}; never empty. */
    public record Interval(Instant start, Instant end) {
        public Interval {
            if (!start.isBefore(end)) {
                throw new IllegalArgumentException(start + " is not before " + end);
            }
        }
    }

    /** When it applies. */
    public sealed interface When {
        /**
         * What is excluded of {@code [from, to)}: ascending, disjoint, cut at both ends; intervals
         * that touch are one.
         *
         * @throws IllegalArgumentException if from is after to, or more than {@link #MAX_SPAN} lies
         *     between them
         */
        List<Interval> within(Instant from, Instant to);
    }

    /** One time. */
    public record Once(Interval interval) implements When {
        public Once {
            requireLength(Duration.between(interval.start(), interval.end()));
        }

        @Override
        public List<Interval> within(Instant from, Instant to) {
            requireSpan(from, to);
            List<Interval> merged = new ArrayList<>(1);
            add(interval.start(), interval.end(), from, to, merged);
            return merged;
        }
    }

    /**
     * One time after the other, by a rule that says when they begin on the clocks of a zone.
     *
     * <p>As RFC 5545 has it (3.3.5, 3.3.10): a local time that the clocks leave out does not occur
     * and is not counted; one that they show twice is meant the first time. A length is elapsed
     * time, so two hours are two hours on the night when clocks change, too.
     *
     * @param start the first occurrence
     * @param length of each; occurrences that run into each other are one time
     */
    public record Recurring(LocalDateTime start, ZoneId zone, Duration length, RecurrenceRule rule)
            implements When {
        public Recurring {
            requireLength(length);
            if (!begins(start, rule)) {
                throw new IllegalArgumentException(start + " is no occurrence of " + rule.text());
            }
        }

        /**
         * Whether the rule occurs at {@code start}; where not, RFC 5545 leaves open what it means.
         */
        public static boolean begins(LocalDateTime start, RecurrenceRule rule) {
            return rule.between(start, start, start.plusSeconds(1)).contains(start);
        }

        @Override
        public List<Interval> within(Instant from, Instant to) {
            requireSpan(from, to);
            List<Interval> merged = new ArrayList<>();
            for (Instant begin : begins(from.minus(length), to)) {
                add(begin, begin.plus(length), from, to, merged);
            }
            return merged;
        }

        /** The first occurrence of those beginning before {@code to} that the clocks leave out. */
        public Optional<LocalDateTime> firstLeftOut(Instant to) {
            return rule.between(start, start, local(to)).stream()
                    .filter(time -> zone.getRules().getValidOffsets(time).isEmpty())
                    .findFirst();
        }

        /**
         * The instants at which occurrences begin, of those after {@code from} and before {@code
         * to} all.
         */
        private List<Instant> begins(Instant from, Instant to) {
            OptionalInt count = rule.count();
            // A counted recurrence is counted from its start. Any other may be entered anywhere, a
            // day early, since clocks never differ by more.
            LocalDateTime entered = count.isPresent() ? start : local(from).minusDays(1);
            List<Instant> begins = new ArrayList<>();
            for (LocalDateTime time : rule.between(start, entered, local(to).plusDays(1))) {
                if (zone.getRules().getValidOffsets(time).isEmpty()) {
                    continue;
                }
                if (begins.size() == count.orElse(Integer.MAX_VALUE)) {
                    break;
                }
                begins.add(time.atZone(zone).toInstant());
            }
            Optional<Instant> until = rule.until();
            begins.removeIf(begin -> until.isPresent() && begin.isAfter(until.get()));
            return begins;
        }

        private LocalDateTime local(Instant instant) {
            return LocalDateTime.ofInstant(instant, zone);
        }
    }

    private static void requireLength(Duration length) {
        if (!length.isPositive() || length.compareTo(MAX_LENGTH) > 0) {
            throw new IllegalArgumentException("an exclusion of " + length);
        }
    }

    private static void requireSpan(Instant from, Instant to) {
        if (from.isAfter(to) || Duration.between(from, to).compareTo(MAX_SPAN) > 0) {
            throw new IllegalArgumentException("no span to look at: from " + from + " to " + to);
        }
    }

    /**
     * Adds what of {@code [start, end)} is in {@code [from, to)}; starts ascend from call to call.
     */
    private static void add(
            Instant start, Instant end, Instant from, Instant to, List<Interval> merged) {
        Instant cutStart = start.isAfter(from) ? start : from;
        Instant cutEnd = end.isBefore(to) ? end : to;
        if (!cutStart.isBefore(cutEnd)) {
            return;
        }
        if (!merged.isEmpty() && !cutStart.isAfter(merged.getLast().end())) {
            Interval last = merged.removeLast();
            merged.add(
                    new Interval(last.start(), cutEnd.isAfter(last.end()) ? cutEnd : last.end()));
        } else {
            merged.add(new Interval(cutStart, cutEnd));
        }
    }
}
