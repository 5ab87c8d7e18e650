package io.sluice.definitions;

import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.DataSource;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Service;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.Tree;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The part of a set that one cutover needs: itself and everything that it refers to, directly or
 * not. SLIs, alert policies and notification targets are left out, because writers put them where
 * they are used. Used by one thread.
 */
final class CutoverPart {
    private final DefinitionSet set;
    private final Map<String, Slo> slos = new TreeMap<>();
    private final Map<String, Service> services = new TreeMap<>();
    private final Map<String, DataSource> dataSources = new TreeMap<>();
    private final Map<String, Exclusion> exclusions = new TreeMap<>();

    private CutoverPart(DefinitionSet set) {
        this.set = set;
    }

    static DefinitionSet of(DefinitionSet set, Cutover cutover) {
        return new CutoverPart(set).collect(cutover);
    }

    private DefinitionSet collect(Cutover cutover) {
        addService(cutover.service());
        cutover.metrics().forEach(metric -> addSources(metric.indicator()));
        cutover.quantiles().forEach(metric -> addSources(metric.indicator()));
        addSlos(cutover.objectives());
        cutover.capacity().ifPresent(slo -> addSlos(List.of(slo)));
        cutover.steps().stream()
                .flatMap(step -> step.budget().stream())
                .forEach(budget -> addSlos(List.of(budget.slo())));
        cutover.snapshot().stream()
                .flatMap(snapshot -> snapshot.exclusions().stream())
                .forEach(this::addExclusion);
        return new DefinitionSet(
                "",
                List.of(),
                services,
                dataSources,
                Map.of(),
                slos,
                Map.of(),
                Map.of(),
                Map.of(cutover.name(), cutover),
                Map.of(),
                exclusions,
                Map.of(),
                Map.of(),
                Map.of());
    }

    private void addExclusion(String name) {
        Exclusion exclusion = set.exclusions().get(name);
        if (exclusion != null && exclusions.put(name, exclusion) == null) {
            exclusion.appliesTo().services().forEach(this::addService);
            addSlos(exclusion.appliesTo().slos());
        }
    }

    private void addService(String name) {
        Service service = set.services().get(name);
        if (service != null) {
            services.put(name, service);
        }
    }

    /** Names that lead nowhere are left out: a set that was loaded has none. */
    private void addSlos(List<String> names) {
        Deque<String> open = new ArrayDeque<>(names);
        while (!open.isEmpty()) {
            Slo slo = set.slos().get(open.remove());
            if (slo != null && slos.put(slo.name(), slo) == null) {
                addService(slo.service());
                slo.objectives().stream().map(Objective::indicator).forEach(this::addSources);
                capacityOf(slo).forEach(open::add);
            }
        }
    }

    private static Stream<String> capacityOf(Slo slo) {
        String names = slo.metadata().annotations().get(Annotations.CAPACITY_OF.key());
        return names == null
                ? Stream.empty()
                : Arrays.stream(names.split(",", -1)).map(String::strip);
    }

    private void addSources(Indicator indicator) {
        for (EventSource source : indicator.sources()) {
            switch (source) {
                case EventSource.Prometheus p -> p.dataSource().ifPresent(this::addDataSource);
                case EventSource.Foreign f -> f.dataSource().ifPresent(this::addDataSource);
                case EventSource.Spans _, EventSource.Metrics _, EventSource.Events _ -> {}
            }
        }
    }

    /** How a server is reached, perhaps with a secret, is nothing that a cutover's reader needs. */
    private void addDataSource(String name) {
        DataSource source = set.dataSources().get(name);
        if (source != null) {
            dataSources.put(
                    name,
                    new DataSource(
                            source.metadata(),
                            source.description(),
                            source.type(),
                            new Tree.Nothing()));
        }
    }
}
