package io.sluice.examples.demo;

import io.sluice.examples.automation.CutoverPilot;
import io.sluice.examples.automation.Decision;
import io.sluice.examples.shop.ShopService;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Judges whether the story ended as it should, and collects what did not. */
final class Ending {
    private final List<String> problems = new ArrayList<>();

    /** What is wrong; empty when nothing is. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Every service must have been moved. */
    void outcomes(Map<ShopService, CutoverPilot.Outcome> outcomes) {
        outcomes.forEach(
                (service, outcome) -> {
                    if (outcome != CutoverPilot.Outcome.COMPLETED) {
                        problems.add("the cutover of " + service.tag() + " ended " + outcome);
                    }
                });
    }

    /** All traffic must be on the platform. */
    void shares(Map<ShopService, Double> shares) {
        shares.forEach(
                (service, share) -> {
                    if (share != 1) {
                        problems.add(service.tag() + " is at a share of " + share + ", not 1");
                    }
                });
    }

    /** The build with the race must have been held and then refused, and never allowed on. */
    void firstCheckoutRun(List<Decision> decisions) {
        Set<Decision> expected = EnumSet.of(Decision.HOLD, Decision.NO_GO);
        if (!Set.copyOf(decisions).equals(expected)) {
            problems.add(
                    "the first run of checkout got " + decisions + ", not HOLD and then NO_GO");
        }
    }

    /** Every request must have been answered. */
    void unanswered(long visits) {
        if (visits > 0) {
            problems.add(visits + " visits got no answer from the proxy");
        }
    }

    /** Every span must have been accepted. */
    void flushed(boolean flushed) {
        if (!flushed) {
            problems.add("some spans were not accepted by Sluice");
        }
    }

    /** Everything sent must have been counted, once. */
    void counts(List<CountCheck.Row> rows) {
        for (CountCheck.Row row : rows) {
            if (!row.exact()) {
                problems.add(
                        row.sli()
                                + " ("
                                + row.side()
                                + "): sent "
                                + row.sent()
                                + ", counted "
                                + row.counted());
            }
        }
    }
}
