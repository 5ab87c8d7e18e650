package io.sluice.collector.receive;

/** Whoever sends this may not. The message is for the sender and holds no secret. */
public final class NotAdmittedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean known;

    NotAdmittedException(boolean known, String message) {
        super(message);
        this.known = known;
    }

    /**
     * Whether we know who asks: then it is forbidden (403, PERMISSION_DENIED), else it is asked for
     * a token (401, UNAUTHENTICATED).
     */
    public boolean known() {
        return known;
    }
}
