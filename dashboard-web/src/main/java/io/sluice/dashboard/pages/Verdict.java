package io.sluice.dashboard.pages;

import io.sluice.dashboard.api.CutoverState;
import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Decision;

/** The gate's answer for people: a word, and a shape of its own beside the colour. */
public enum Verdict {
    GO("Go", "go"),
    HOLD("Hold", "hold"),
    NO_GO("No go", "no-go"),
    DONE("Done", "done"),
    NOT_BEGUN("Not begun", "unmeasured");

    private final String word;
    private final String shape;

    Verdict(String word, String shape) {
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

    static Verdict of(Decision decision) {
        return switch (decision.verdict()) {
            case GO -> GO;
            case HOLD -> HOLD;
            case NO_GO -> NO_GO;
        };
    }

    static Verdict of(CutoverStatus status) {
        return switch (CutoverState.of(status)) {
            case NOT_STARTED -> NOT_BEGUN;
            case COMPLETED -> DONE;
            case STOPPED, RUNNING -> status.decision().map(Verdict::of).orElse(HOLD);
        };
    }
}
