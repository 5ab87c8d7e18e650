package io.sluice.server;

import org.jspecify.annotations.Nullable;

import java.net.BindException;
import java.nio.file.Path;

/** A server that cannot start; the message is one line that says what to do. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    private StartException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Finds the sentence for what went wrong. */
    static StartException of(Exception e, Path data) {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof BindException || message.contains("already in use")) {
                return new StartException(
                        "a port is in use (%s): stop what uses it, or choose another under `listen` in --config"
                                .formatted(outermost(e)),
                        e);
            }
        }
        return new StartException(
                "cannot start with data in %s: %s".formatted(data, outermost(e)), e);
    }

    private static String outermost(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
