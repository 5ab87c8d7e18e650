package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.dashboard.openapi.OneOf;
import io.sluice.engine.outlook.Outlook;
import io.sluice.engine.outlook.TrafficLint;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** {@code GET} and {@code POST /api/v1/outlook}. */
@Described(name = "Outlook", value = "What the traffic that was counted says of definitions.")
record OutlookView(Instant at, List<Lint> lints, List<NotJudged> notJudged) {

    static OutlookView of(Outlook outlook) {
        return new OutlookView(
                outlook.at(),
                outlook.lints().stream().map(Lint::of).toList(),
                outlook.notJudged().stream()
                        .map(one -> new NotJudged(one.slo(), one.objective(), one.reason()))
                        .toList());
    }

    /** Something that is senseless at the traffic there is. */
    @Described(name = "TrafficLint", value = "Legal, and senseless at the traffic there is.")
    record Lint(
            @OneOf(TrafficLint.Kind.class) String kind,
            @Described("The SLO, or the journey.") String object,
            @Described("Its index; null for a journey.") @Nullable Integer objective,
            @Described("policy/condition, or a journey's step, or side/step; null for all of it.")
                    @Nullable String part,
            @Described(
                            "How many there are: in the SLO's window; failures that the budget"
                                    + " bears (SPENT_BEFORE_ALERTS); in a long window, at most"
                                    + " (CANNOT_FIRE) or on average (FIRES_ON_ONE); seconds between"
                                    + " data (SLICE_WITHOUT_DATA); in a slice; of the busiest step,"
                                    + " or that completed the step.")
                    long events,
            @Described("How many it takes; 0 where no number mends it.") long needed,
            String says) {
        static Lint of(TrafficLint lint) {
            return new Lint(
                    lint.kind().name(),
                    lint.object(),
                    Views.orNull(lint.objective()),
                    Views.orNull(lint.part()),
                    lint.events(),
                    lint.needed(),
                    lint.says());
        }
    }

    @Described(name = "NotJudged", value = "An objective of which traffic says nothing.")
    record NotJudged(String slo, int objective, String reason) {}
}
