package io.sluice.server.plan;

/**
 * One field that differs.
 *
 * @param path in the model, for example {@code objectives[0].target}
 * @param before as it is in force; empty where it was absent
 * @param after as the files have it; empty where it is absent
 */
public record FieldChange(String path, String before, String after) {}
