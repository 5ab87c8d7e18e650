package io.sluice.dashboard.pages;

import io.sluice.definitions.model.TimeWindow;
import io.sluice.engine.slo.SloStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/** When a budget ends if its burning goes on. */
final class Outlook {
    /** Further ahead than this, no rate of the last hours says anything. */
    private static final Duration HORIZON = Duration.ofDays(60);

    private Outlook() {}

    /**
     * A sentence; empty where it cannot be said or is too far away to matter. A rate of 1 spends
     * the whole budget in the window.
     */
    static Optional<String> of(SloStatus status, int objective, OptionalDouble rate) {
        return of(status, status.objectives().get(objective).budget(), rate);
    }

    /** The same of the budget that a composite's objectives share. */
    static Optional<String> ofShared(SloStatus status, OptionalDouble rate) {
        return status.composite().flatMap(shared -> of(status, shared.budget(), rate));
    }

    private static Optional<String> of(
            SloStatus status, SloStatus.Budget budget, OptionalDouble rate) {
        return budget.lasts(window(status), rate)
                .filter(lasts -> lasts.compareTo(HORIZON) <= 0)
                .map(Outlook::inWords);
    }

    /** When the budget ends by that; empty where {@link #of} is, and where it is spent. */
    static Optional<Instant> end(SloStatus status, int objective, OptionalDouble rate) {
        return status.objectives()
                .get(objective)
                .budget()
                .lasts(window(status), rate)
                .filter(lasts -> lasts.isPositive() && lasts.compareTo(HORIZON) <= 0)
                .map(status.at()::plus);
    }

    private static String inWords(Duration lasts) {
        return lasts.isZero()
                ? "the budget is spent"
                : "the budget ends in " + Format.roughly(lasts);
    }

    private static Duration window(SloStatus status) {
        return switch (status.slo().window()) {
            case TimeWindow.Rolling rolling -> rolling.length();
            case TimeWindow.Calendar _ -> Duration.between(status.from(), status.at());
        };
    }
}
