package io.sluice.definitions;

import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.Migration;
import io.sluice.definitions.model.Migration.Attestation;
import io.sluice.definitions.model.Migration.Criterion;
import io.sluice.definitions.model.Migration.NoTraffic;
import io.sluice.definitions.model.Migration.ObjectivesMet;
import io.sluice.definitions.model.Migration.ResultReached;
import io.sluice.definitions.model.Migration.TrafficShare;
import io.sluice.definitions.yaml.Durations;
import io.sluice.definitions.yaml.Texts;
import io.sluice.definitions.yaml.Value;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Criteria that can never be met, or that prove less than they seem to. */
final class CriterionLints {
    /** How long counts are kept: nobody can look further back. */
    private static final Duration KEPT = Duration.ofDays(400);

    private CriterionLints() {}

    static void window(Value at, Duration window) {
        if (window.compareTo(KEPT) > 0) {
            at.warn(
                    "never met: counts are not kept for so long",
                    "at most " + Durations.inWords(KEPT));
        }
    }

    /** Together the cutovers get no further than the one that gets furthest. */
    static void share(Value at, BigDecimal atLeast, List<Cutover> cutovers) {
        double furthest =
                cutovers.stream().mapToDouble(c -> c.steps().getLast().share()).max().orElse(1);
        if (atLeast.doubleValue() > furthest) {
            at.warn(
                    "never met: no step goes so far",
                    "at most " + BigDecimal.valueOf(furthest).stripTrailingZeros().toPlainString());
        }
    }

    /** A decommission gate has all its parts, and each sees a full week's cycle. */
    static void decommission(Value at, List<Criterion> criteria) {
        List<String> missing = Migration.missingForDecommission(criteria);
        if (!missing.isEmpty() && !at.reading().failed()) {
            at.wrongKey(
                    "a decommission gate without " + Texts.choice(missing).replace(" or ", " and "),
                    "all of soak, silence and rollback path");
        }
        List<Value> items = at.items().orElse(List.of());
        if (items.size() != criteria.size()) {
            return;
        }
        for (int i = 0; i < items.size(); i++) {
            Optional<Duration> soaked =
                    switch (criteria.get(i)) {
                        case ObjectivesMet met -> Optional.of(met.over());
                        case NoTraffic silence -> Optional.of(silence.during());
                        case TrafficShare share -> Optional.of(share.during());
                        case Attestation _, ResultReached _ -> Optional.empty();
                    };
            if (soaked.filter(time -> time.compareTo(Migration.WEEK) < 0).isPresent()) {
                items.get(i)
                        .warn(
                                "a soak of "
                                        + Durations.inWords(soaked.get())
                                        + " does not see a week's busy and quiet days",
                                "at least " + Durations.inWords(Migration.WEEK));
            }
        }
    }
}
