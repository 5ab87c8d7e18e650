package io.sluice.dashboard.pages;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.slo.SloStatus;

import java.util.List;

/** How an objective stands, for people: a word, and a shape of its own beside the colour. */
public enum Standing {
    MET("Met", "met"),
    /** Within its budget, and a page says not for long. */
    BURNING("Burning", "burning"),
    BREACHED("Breached", "breached"),
    UNMEASURED("No data", "unmeasured");

    private final String word;
    private final String shape;

    Standing(String word, String shape) {
        this.word = word;
        this.shape = shape;
    }

    /** As the page says it. */
    public String word() {
        return word;
    }

    /** The shape's name, which is also its colour's. */
    public String shape() {
        return shape;
    }

    /**
     * @param alerts the SLO's own
     */
    static Standing of(SloStatus status, List<Alert> alerts) {
        boolean paged =
                alerts.stream()
                        .anyMatch(
                                alert ->
                                        alert.active()
                                                && alert.severity() == AlertPolicy.Severity.PAGE);
        return switch (state(status)) {
            case BREACHED -> BREACHED;
            case MET -> paged ? BURNING : MET;
            case UNMEASURED -> paged ? BURNING : UNMEASURED;
        };
    }

    /** Load that has not come yet is a promise not tested, whatever the quiet minutes say. */
    private static SloStatus.State state(SloStatus status) {
        return status.capacity()
                .map(
                        capacity ->
                                switch (capacity.state()) {
                                    case PROVEN -> SloStatus.State.MET;
                                    case BREACHED -> SloStatus.State.BREACHED;
                                    case NOT_EXERCISED -> SloStatus.State.UNMEASURED;
                                })
                .orElseGet(status::state);
    }
}
