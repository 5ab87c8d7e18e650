package io.sluice.definitions.model;

/**
 * Somebody or something that alerts are told to (OpenSLO v1, kind {@code AlertNotificationTarget}).
 *
 * @param target a free text, for example {@code slack}
 */
public record NotificationTarget(Metadata metadata, String description, String target) {

    /** The target's unique name. */
    public String name() {
        return metadata.name();
    }
}
