package io.sluice.engine.store;

import org.jspecify.annotations.Nullable;

/** The store cannot be read or written now; nothing of the failed transaction is in it. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Without a cause of its own, for example because the store was closed. */
    public StoreException(String message) {
        super(message);
    }

    /** With the cause. */
    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
