package io.sluice.engine.slo;

import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Slo;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * An SLO, evaluated at an instant.
 *
 * @param at the instant
 * @param from the window's start
 * @param objectives in the definition's order
 * @param composite the budget that the objectives share; empty unless the SLO is composite
 * @param counted since when its events are counted
 */
public record SloStatus(
        Slo slo,
        Instant at,
        Instant from,
        List<ObjectiveStatus> objectives,
        Optional<Composite> composite,
        Optional<Capacity> capacity,
        Counted counted) {
    public SloStatus {
        objectives = List.copyOf(objectives);
    }

    /** The shared budget's state in a composite; otherwise the worst of the objectives' states. */
    public State state() {
        return composite
                .map(Composite::state)
                .orElseGet(
                        () ->
                                objectives.stream()
                                        .map(ObjectiveStatus::state)
                                        .max(State::compareTo)
                                        .orElse(State.UNMEASURED));
    }

    /**
     * The one budget of a composite SLO.
     *
     * @param state unmeasured while nothing is known about one of the parts, unless the others have
     *     spent the budget without it
     * @param remainingRatio 1 when untouched, 0 when spent, negative when overspent; empty if no
     *     part has counted anything
     * @param coverage that of the part about which least is known
     * @param burnRates one per window that an alert condition names, shortest first
     */
    public record Composite(
            State state,
            OptionalDouble remainingRatio,
            double coverage,
            List<CompositeBurn> burnRates) {
        public Composite {
            burnRates = List.copyOf(burnRates);
        }

        /** The budget as one whole. */
        public Budget budget() {
            return remainingRatio.isPresent()
                    ? new Budget(1, 1 - remainingRatio.getAsDouble(), OptionalLong.empty())
                    : new Budget(0, 0, OptionalLong.empty());
        }
    }

    /**
     * How fast a composite's budget burns.
     *
     * @param rate empty when no part has events in the window
     */
    public record CompositeBurn(Duration window, OptionalDouble rate, double coverage) {}

    /**
     * Since when an SLO's events are counted. What shows from before is what backfill sources sent,
     * or late.
     *
     * @param olderLogRead how much of the ingest log has been looked through for older events, 0 to
     *     1, while that goes on; until it is done, none of them shows
     */
    public record Counted(Instant since, OptionalDouble olderLogRead) {}

    /** In order of severity. */
    public enum State {
        MET,
        /** No event and no heartbeat: neither met nor breached. */
        UNMEASURED,
        BREACHED
    }

    /**
     * One objective.
     *
     * @param good events, or slices for the Timeslices method; for RatioTimeslices thousandths of
     *     slices, and for Occurrences of shares thousandths of points
     * @param total in the same unit
     * @param interval what the SLI may be, by so many events; empty without any, and where slices
     *     or shares are counted: neighbouring ones go bad together, and no formula knows how much
     *     they say
     * @param coverage the measured share of the window, 0 to 1
     * @param budget of the whole window
     * @param burnRates one per window that an alert condition names, shortest first
     * @param older what of the window is known by estimate only, where the threshold changed; it is
     *     in none of the other figures
     */
    public record ObjectiveStatus(
            Objective objective,
            State state,
            long good,
            long total,
            Optional<SliInterval> interval,
            double coverage,
            Budget budget,
            List<BurnRate> burnRates,
            Optional<Older> older) {
        public ObjectiveStatus {
            burnRates = List.copyOf(burnRates);
        }

        /** Good over total, 0 to 1; empty when nothing was measured. */
        public OptionalDouble sli() {
            return total == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) good / total);
        }
    }

    /**
     * Time of the window before the objective was counted by its threshold.
     *
     * @param remaining what is left of the whole window's budget, this time included
     */
    public record Older(Estimate estimate, Estimate.Band remaining) {}

    /**
     * An error budget in events or slices, neither of which need be whole: a sampled event counts
     * for several, and a slice of a ratio is bad in part.
     *
     * @param allowed how many may be bad: (1 - target) x total
     * @param consumed how many were
     * @param failuresLeft how many more whole events or slices may be bad while the total stays
     *     what it is; 0 when the next one spends it, or it is spent, and empty if nothing happened,
     *     or nobody knows how many events are behind what was counted
     */
    public record Budget(double allowed, double consumed, OptionalLong failuresLeft) {
        /**
         * 1 when untouched, 0 when spent, negative when overspent; empty if there is no budget
         * because nothing happened.
         */
        public OptionalDouble remainingRatio() {
            return allowed > 0 ? OptionalDouble.of(1 - consumed / allowed) : OptionalDouble.empty();
        }

        /**
         * How long what remains lasts if it goes on burning so; nothing when it is spent, empty
         * where no rate or no budget is known.
         *
         * @param window the budget's own: a rate of 1 spends all of it in this time
         */
        public Optional<Duration> lasts(Duration window, OptionalDouble rate) {
            OptionalDouble left = remainingRatio();
            if (left.isEmpty()) {
                return Optional.empty();
            }
            if (left.getAsDouble() <= 0) {
                return Optional.of(Duration.ZERO);
            }
            if (rate.isEmpty() || rate.getAsDouble() <= 0) {
                return Optional.empty();
            }
            double seconds = window.toSeconds() * left.getAsDouble() / rate.getAsDouble();
            return Optional.of(Duration.ofSeconds((long) seconds));
        }
    }

    /**
     * How fast the budget burns: 1 spends it exactly within the SLO's window.
     *
     * @param rate empty when the window has no events
     * @param bad whole bad events in the window
     */
    public record BurnRate(
            Duration window, OptionalDouble rate, long bad, long total, double coverage) {}

    /**
     * Whether the load that was promised has come, and went well.
     *
     * @param target events a minute
     * @param highestProvenPerMinute the highest one-minute rate at which the service's own
     *     objectives held; 0 if none
     */
    public record Capacity(CapacityState state, double target, long highestProvenPerMinute) {}

    /** See {@link Capacity}. */
    public enum CapacityState {
        PROVEN,
        BREACHED,
        NOT_EXERCISED
    }
}
