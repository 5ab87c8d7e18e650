package io.sluice.engine.cutover;

import java.util.List;

/** A run that was not begun, because its plan cannot work; somebody may override that. */
public final class RefusedRunException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> refusals;

    /**
     * @param refusals why, in words
     */
    public RefusedRunException(String cutover, List<String> refusals) {
        super(
                "a run of "
                        + cutover
                        + " is refused: "
                        + String.join("; ", refusals)
                        + ". Change the plan, or override this with a reason");
        this.refusals = List.copyOf(refusals);
    }

    /** Why, in words. */
    public List<String> refusals() {
        return refusals;
    }
}
