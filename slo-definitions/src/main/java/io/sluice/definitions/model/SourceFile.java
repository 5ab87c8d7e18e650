package io.sluice.definitions.model;

/**
 * One definition file as it was read.
 *
 * @param path relative to the folder that was loaded, with {@code /} between parts
 * @param text the whole text
 */
public record SourceFile(String path, String text) {}
