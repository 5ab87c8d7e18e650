package io.sluice.engine.alert;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * How fast incidents were answered on average, each from its beginning as the counts say it. What
 * no alert told of has no such times, and is counted beside them.
 *
 * @param told how many were told
 * @param missed how many no alert told of
 * @param detect of those that were told, to the millisecond; empty if none was
 * @param acknowledge of those that somebody took on
 * @param resolve of those that were told and are over
 */
public record MeanTimes(
        int told,
        int missed,
        Optional<Duration> detect,
        Optional<Duration> acknowledge,
        Optional<Duration> resolve) {

    public static MeanTimes of(List<Incident> incidents) {
        List<Incident> told = incidents.stream().filter(incident -> !incident.missed()).toList();
        return new MeanTimes(
                told.size(),
                incidents.size() - told.size(),
                mean(told, Incident::timeToDetect),
                mean(told, Incident::timeToAcknowledge),
                mean(told, Incident::timeToResolve));
    }

    private static Optional<Duration> mean(
            List<Incident> incidents, Function<Incident, Optional<Duration>> time) {
        OptionalDouble millis =
                incidents.stream()
                        .map(time)
                        .flatMap(Optional::stream)
                        .mapToLong(Duration::toMillis)
                        .average();
        return millis.isPresent()
                ? Optional.of(Duration.ofMillis(Math.round(millis.getAsDouble())))
                : Optional.empty();
    }
}
