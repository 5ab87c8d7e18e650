package io.sluice.definitions;

import io.sluice.definitions.model.DataSource;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.Tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes what any OpenSLO v1 tool can read: objects of {@code openslo/v1} only, by the rules of the
 * specification's text and of its validator both. Sluice's own metric sources stay as they are, a
 * type and a spec being free there, and so do annotations. Stateless.
 */
public final class OpenSloExport {
    private OpenSloExport() {}

    /**
     * What an export gives.
     *
     * @param text a stream of documents
     * @param leftOut what they do not say, or what another tool may stumble over, a sentence each
     */
    public record Export(String text, List<String> leftOut) {
        public Export {
            leftOut = List.copyOf(leftOut);
        }
    }

    /** The objects of a set that are OpenSLO's. */
    public static Export of(DefinitionSet set) {
        List<String> leftOut = new ArrayList<>();
        DefinitionSet plain =
                new DefinitionSet(
                        set.digest(),
                        set.files(),
                        set.services(),
                        mapped(set.dataSources()),
                        set.slis(),
                        set.slos(),
                        set.notificationTargets(),
                        set.alertPolicies(),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of());
        set.slos().values().forEach(slo -> name(slo, leftOut));
        set.slis().values().forEach(sli -> name(sli.metadata(), sli.indicator(), leftOut));
        set.cutovers().keySet().forEach(name -> leftOut.add("Cutover " + name));
        set.resultsTables().keySet().forEach(name -> leftOut.add("Results " + name));
        set.exclusions().keySet().forEach(name -> leftOut.add("Exclusion " + name));
        set.journeys().keySet().forEach(name -> leftOut.add("Journey " + name));
        set.syntheticChecks().keySet().forEach(name -> leftOut.add("SyntheticCheck " + name));
        set.migrations().keySet().forEach(name -> leftOut.add("Migration " + name));
        return new Export(DefinitionWriter.text(plain), leftOut);
    }

    /** The validator refuses a data source without connection details. */
    private static Map<String, DataSource> mapped(Map<String, DataSource> sources) {
        Map<String, DataSource> complete = new TreeMap<>(sources);
        complete.replaceAll(
                (_, source) ->
                        source.connectionDetails() instanceof Tree.Nothing
                                ? new DataSource(
                                        source.metadata(),
                                        source.description(),
                                        source.type(),
                                        new Tree.Fields(Map.of()))
                                : source);
        return complete;
    }

    private static void name(Slo slo, List<String> leftOut) {
        boolean untold =
                slo.alertPolicies().stream().anyMatch(p -> p.notificationTargets().isEmpty());
        if (untold) {
            leftOut.add(
                    "SLO "
                            + slo.name()
                            + (SloWriter.hasDefaultAlerts(slo)
                                    ? ": the default alerts"
                                    : ": its alerts")
                            + ", since OpenSLO's need a notification target");
        }
        slo.objectives().forEach(o -> name(slo.metadata(), o.indicator(), leftOut));
    }

    private static void name(Metadata metadata, Indicator indicator, List<String> leftOut) {
        boolean everything =
                indicator.sources().stream()
                        .flatMap(
                                source ->
                                        source instanceof EventSource.Spans spans
                                                ? Stream.of(spans)
                                                : Stream.empty())
                        .anyMatch(OpenSloExport::isEverySpan);
        if (everything) {
            leftOut.add(
                    metadata.name() + ": OpenSLO's validator refuses a source with an empty spec");
        }
    }

    private static boolean isEverySpan(EventSource.Spans spans) {
        return spans.equals(
                new EventSource.Spans(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        List.of()));
    }
}
