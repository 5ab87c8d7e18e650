package io.sluice.engine.measure;

/** A body that cannot be read: the sender's mistake, said so that the sender can act on it. */
public final class MalformedRequestException extends Exception {
    private static final long serialVersionUID = 1L;
    private final RejectReason reason;

    /** A message for the sender: what, where, and what was expected. */
    public MalformedRequestException(RejectReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Under which reason the request is counted. */
    public RejectReason reason() {
        return reason;
    }
}
