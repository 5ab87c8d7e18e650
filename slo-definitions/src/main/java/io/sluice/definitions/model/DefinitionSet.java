package io.sluice.definitions.model;

import java.util.List;
import java.util.Map;

/**
 * Everything that one set of definition files says, checked and with every reference resolved. Maps
 * are keyed by {@code metadata.name} and iterate in name order. A set without SLOs is legal: a
 * server may start before its definitions are written.
 *
 * @param digest SHA-256, in hex, of the files' paths and texts; two sets with equal digests are
 *     equal
 * @param files the files as they were read, so that a set can be kept in the ingest log and read
 *     again from there
 */
public record DefinitionSet(
        String digest,
        List<SourceFile> files,
        Map<String, Service> services,
        Map<String, DataSource> dataSources,
        Map<String, Sli> slis,
        Map<String, Slo> slos,
        Map<String, NotificationTarget> notificationTargets,
        Map<String, AlertPolicy> alertPolicies,
        Map<String, Cutover> cutovers,
        Map<String, ResultsTable> resultsTables,
        Map<String, Exclusion> exclusions,
        Map<String, Journey> journeys,
        Map<String, SyntheticCheck> syntheticChecks,
        Map<String, Migration> migrations) {

    public DefinitionSet {
        files = List.copyOf(files);
        services = Ordered.byName(services);
        dataSources = Ordered.byName(dataSources);
        slis = Ordered.byName(slis);
        slos = Ordered.byName(slos);
        notificationTargets = Ordered.byName(notificationTargets);
        alertPolicies = Ordered.byName(alertPolicies);
        cutovers = Ordered.byName(cutovers);
        resultsTables = Ordered.byName(resultsTables);
        exclusions = Ordered.byName(exclusions);
        journeys = Ordered.byName(journeys);
        syntheticChecks = Ordered.byName(syntheticChecks);
        migrations = Ordered.byName(migrations);
    }

    /** The set that says nothing. */
    public static final DefinitionSet EMPTY =
            new DefinitionSet(
                    "", List.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(),
                    Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of());
}
