package io.sluice.definitions.model;

/** A service that objectives are promised for. */
public record Service(Metadata metadata, String description) {}
