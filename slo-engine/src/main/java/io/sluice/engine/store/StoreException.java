package io.sluice.engine.store;

/** The store cannot be read or written now; nothing of the failed transaction is in it. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the cause. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
