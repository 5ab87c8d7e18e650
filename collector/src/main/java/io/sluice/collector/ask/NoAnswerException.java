package io.sluice.collector.ask;

/** A server gave no answer that could be used; the message says why. */
public final class NoAnswerException extends Exception {

    private static final long serialVersionUID = 1L;

    /** For a reason in words. */
    public NoAnswerException(String reason) {
        super(reason);
    }
}
