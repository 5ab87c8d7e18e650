package io.sluice.definitions.model;

/**
 * A place that metric sources refer to (OpenSLO v1, kind {@code DataSource}).
 *
 * @param type a free text, for example {@code prometheus}
 * @param connectionDetails whatever the type needs
 */
public record DataSource(
        Metadata metadata, String description, String type, Tree connectionDetails) {

    /** The data source's unique name. */
    public String name() {
        return metadata.name();
    }
}
