package io.sluice.definitions.model;

/** A service level indicator: what is measured, without a target. */
public record Sli(Metadata metadata, String description, Indicator indicator) {}
