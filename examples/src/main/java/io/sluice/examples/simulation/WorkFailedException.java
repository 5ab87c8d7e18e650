package io.sluice.examples.simulation;

/** Simulated work failed, as the seed had it. */
public final class WorkFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    public WorkFailedException(String message) {
        super(message, null, false, false);
    }
}
