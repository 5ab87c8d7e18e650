package io.sluice.engine.store;

/**
 * One alert's state.
 *
 * @param key stable: SLO, objective, policy and condition
 * @param json the alert package's own form
 */
public record StoredAlert(String key, String json) {}
