package io.sluice.engine.alert;

/**
 * Somebody who is told of alerts.
 *
 * @param name as policies' notification targets and the configuration call it
 * @param grouped told once for all alerts of an SLO: when the first fires, when the first page
 *     joins tickets, and when the last is over; otherwise of every alert
 * @param keptAlive forgets what it is not told again, so it is told every {@link
 *     AlertEngine#REFRESH} for as long as an alert is active
 */
public record Receiver(String name, boolean grouped, boolean keptAlive) {}
