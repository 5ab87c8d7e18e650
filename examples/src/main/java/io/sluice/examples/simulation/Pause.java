package io.sluice.examples.simulation;

import java.time.Duration;

/** Lets time pass: a sleep in the running shop, nothing at all in tests. */
@FunctionalInterface
public interface Pause {
    /** Returns when the duration has passed. */
    void pause(Duration duration) throws InterruptedException;
}
