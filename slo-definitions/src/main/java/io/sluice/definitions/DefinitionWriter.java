package io.sluice.definitions;

import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Tree;
import io.sluice.definitions.write.YamlText;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes a definition set as text that {@link DefinitionLoader} reads to an equal set: one document
 * for each object, kinds in the order in which they refer to each other, names in alphabetical
 * order, keys in the order of the specification. Equal sets give equal texts; comments and the
 * files' arrangement are not part of a set. Stateless.
 */
public final class DefinitionWriter {
    private DefinitionWriter() {}

    /** All objects as one text. */
    public static String text(DefinitionSet set) {
        return YamlText.of(documents(set));
    }

    /**
     * One cutover with all that it refers to, by itself a set: what it measures, and the objectives
     * that hold it. Loading it gives an equal cutover, whatever else the set holds.
     */
    public static String text(DefinitionSet set, Cutover cutover) {
        return text(CutoverPart.of(set, cutover));
    }

    private static List<Tree.Fields> documents(DefinitionSet set) {
        List<Tree.Fields> documents = new ArrayList<>();
        AlertWriter alerts = new AlertWriter(set);
        SloWriter slos = new SloWriter(set);
        MigrationWriter migrations = new MigrationWriter(slos);
        CutoverWriter cutovers = new CutoverWriter(slos);
        set.services().values().forEach(o -> documents.add(ObjectWriter.service(o)));
        set.dataSources().values().forEach(o -> documents.add(ObjectWriter.dataSource(o)));
        set.slis().values().forEach(o -> documents.add(ObjectWriter.sli(o)));
        set.notificationTargets()
                .values()
                .forEach(
                        o ->
                                documents.add(
                                        ObjectWriter.object(
                                                Kind.ALERT_NOTIFICATION_TARGET,
                                                o.metadata(),
                                                AlertWriter.targetSpec(o))));
        set.alertPolicies()
                .values()
                .forEach(
                        o ->
                                documents.add(
                                        ObjectWriter.object(
                                                Kind.ALERT_POLICY,
                                                o.metadata(),
                                                alerts.policySpec(o))));
        set.slos().values().forEach(o -> documents.add(slos.slo(o)));
        set.exclusions().values().forEach(o -> documents.add(MigrationWriter.exclusion(o)));
        set.cutovers().values().forEach(o -> documents.add(cutovers.cutover(o)));
        set.resultsTables().values().forEach(o -> documents.add(CutoverWriter.results(o)));
        set.journeys().values().forEach(o -> documents.add(migrations.journey(o)));
        set.syntheticChecks().values().forEach(o -> documents.add(MigrationWriter.check(o)));
        set.migrations().values().forEach(o -> documents.add(MigrationWriter.migration(o)));
        return documents;
    }
}
