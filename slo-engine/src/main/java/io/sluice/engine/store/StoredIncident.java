package io.sluice.engine.store;

/**
 * One incident.
 *
 * @param beganAtMillis milliseconds since the epoch
 * @param json what only its writer understands
 */
public record StoredIncident(String id, long beganAtMillis, String json) {}
