package io.sluice.examples.automation;

/** The gate's three answers. */
public enum Decision {
    GO,
    HOLD,
    NO_GO
}
