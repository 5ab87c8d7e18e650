package io.sluice.definitions;

import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.DataSource;
import io.sluice.definitions.model.Journey;
import io.sluice.definitions.model.Migration;
import io.sluice.definitions.model.NotificationTarget;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.definitions.model.Service;
import io.sluice.definitions.model.Sli;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.SyntheticCheck;

/** Everything by its name, of all files. */
final class References {
    final Registry<Service> services;
    final Registry<DataSource> dataSources;
    final Registry<Sli> slis;
    final Registry<NotificationTarget> notificationTargets;
    final Registry<ConditionReader.ReadCondition> alertConditions;
    final Registry<AlertReader.ReadPolicy> alertPolicies;
    final Registry<Slo> slos;
    final Registry<Cutover> cutovers;
    final Registry<ResultsTable> resultsTables;
    final Registry<ExclusionReader.ReadExclusion> exclusions;
    final Registry<Journey> journeys;
    final Registry<SyntheticCheck> syntheticChecks;
    final Registry<Migration> migrations;

    References(Registry.Given given) {
        services = new Registry<>(Kind.SERVICE, given);
        dataSources = new Registry<>(Kind.DATA_SOURCE, given);
        slis = new Registry<>(Kind.SLI, given);
        notificationTargets = new Registry<>(Kind.ALERT_NOTIFICATION_TARGET, given);
        alertConditions = new Registry<>(Kind.ALERT_CONDITION, given);
        alertPolicies = new Registry<>(Kind.ALERT_POLICY, given);
        slos = new Registry<>(Kind.SLO, given);
        cutovers = new Registry<>(Kind.CUTOVER, given);
        resultsTables = new Registry<>(Kind.RESULTS, given);
        exclusions = new Registry<>(Kind.EXCLUSION, given);
        journeys = new Registry<>(Kind.JOURNEY, given);
        syntheticChecks = new Registry<>(Kind.SYNTHETIC_CHECK, given);
        migrations = new Registry<>(Kind.MIGRATION, given);
    }

    /** The objects of a kind. */
    Registry<?> of(Kind kind) {
        return switch (kind) {
            case SERVICE -> services;
            case DATA_SOURCE -> dataSources;
            case SLI -> slis;
            case ALERT_NOTIFICATION_TARGET -> notificationTargets;
            case ALERT_CONDITION -> alertConditions;
            case ALERT_POLICY -> alertPolicies;
            case SLO -> slos;
            case CUTOVER -> cutovers;
            case RESULTS -> resultsTables;
            case EXCLUSION -> exclusions;
            case JOURNEY -> journeys;
            case SYNTHETIC_CHECK -> syntheticChecks;
            case MIGRATION -> migrations;
        };
    }
}
