package io.sluice.engine.bench;

/**
 * One figure.
 *
 * @param name what was measured, with its size
 * @param unit of the value, for example {@code µs CPU}, {@code MB}
 */
public record EngineRow(String name, double value, String unit) {}
