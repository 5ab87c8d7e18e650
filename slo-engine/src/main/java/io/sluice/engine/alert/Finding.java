package io.sluice.engine.alert;

/** What one look at a condition says. */
public enum Finding {
    TRUE,
    FALSE,
    /** Nothing is known: neither fires nor resolves. */
    UNMEASURED
}
