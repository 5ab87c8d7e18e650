package io.sluice.engine.store;

/** One step report of a run. */
public record StoredStep(String cutover, int run, int index, double share, long startedAtMillis) {}
