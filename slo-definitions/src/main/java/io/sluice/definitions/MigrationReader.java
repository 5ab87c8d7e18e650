package io.sluice.definitions;

import io.sluice.definitions.MetadataReader.ReadMetadata;
import io.sluice.definitions.model.Migration;
import io.sluice.definitions.model.Migration.Criterion;
import io.sluice.definitions.model.Migration.Months;
import io.sluice.definitions.model.Migration.Phase;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Position;
import io.sluice.definitions.yaml.Texts;
import io.sluice.definitions.yaml.Value;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a migration.
 *
 * <pre>{@code
 * apiVersion: sluice.dev/v1
 * kind: Migration
 * metadata: {name: shopflow}
 * spec:
 *   phases:
 *     - name: foundation
 *       displayName: Foundation         # optional
 *       description: …                  # optional
 *       months: {first: 1, last: 3}     # optional: the plan
 *       dependsOn: []                   # earlier phases; the one before by default
 *       criteria: [ … ]                 # as CriterionReader has them
 *     - name: decommission
 *       decommission: true              # the last one only: its criteria are the decommission gate
 *       criteria: [ … ]
 *   goals: [ … ]                        # optional: criteria for the whole
 * }</pre>
 */
final class MigrationReader {
    private static final int MAX_MONTHS = 1200;

    private final CriterionReader criteria;

    MigrationReader(References references, SourceReader sources) {
        this.criteria = new CriterionReader(references, sources);
    }

    /** The {@code metadata} and {@code spec} of a Migration. */
    Optional<Migration> migration(Fields object) {
        Optional<ReadMetadata> metadata =
                object.require("metadata", MetadataReader.of(Kind.MIGRATION));
        return object.require("spec", spec -> spec.object(fields -> spec(fields, metadata)));
    }

    private Optional<Migration> spec(Fields spec, Optional<ReadMetadata> metadata) {
        String description = spec.optional("description", MetadataReader::description).orElse("");
        List<Phase> phases = spec.require("phases", this::phases).orElse(List.of());
        List<Criterion> goals = spec.optional("goals", criteria::some).orElse(List.of());
        if (metadata.isEmpty() || phases.isEmpty() || spec.owner().reading().failed()) {
            return Optional.empty();
        }
        return Optional.of(new Migration(metadata.get().metadata(), description, phases, goals));
    }

    private Optional<List<Phase>> phases(Value list) {
        Map<String, Position> names = new LinkedHashMap<>();
        List<Phase> before = new ArrayList<>();
        List<Value> gates = new ArrayList<>();
        return list.someOf(
                item -> {
                    gates.forEach(MigrationReader::notLast);
                    gates.clear();
                    Optional<Phase> phase =
                            item.object(fields -> phase(fields, names, before, gates));
                    phase.ifPresent(before::add);
                    return phase;
                });
    }

    private static void notLast(Value gate) {
        gate.wrongKey(
                "something is left to do after the old system is off",
                "`decommission` in the last phase");
    }

    /**
     * @param before the phases that were read already
     * @param gates takes the place where this phase says that it is the decommission gate
     */
    private Optional<Phase> phase(
            Fields fields, Map<String, Position> names, List<Phase> before, List<Value> gates) {
        List<String> earlier = List.copyOf(names.keySet());
        Optional<String> name = fields.require("name", v -> Names.unique(v, "phase", names));
        String displayName = fields.optional("displayName", MetadataReader::displayName).orElse("");
        String description = fields.optional("description", MetadataReader::description).orElse("");
        Optional<Months> months = fields.optional("months", v -> v.object(f -> months(f, before)));
        List<String> dependsOn =
                fields.optional("dependsOn", v -> v.list(item -> earlier(item, earlier)))
                        .orElseGet(
                                () ->
                                        before.isEmpty()
                                                ? List.of()
                                                : List.of(before.getLast().name()));
        boolean decommission = fields.optional("decommission", Value::bool).orElse(false);
        if (decommission) {
            fields.value("decommission").ifPresent(gates::add);
        }
        Optional<Value> criteriaAt = fields.exactlyOne("criteria");
        Optional<List<Criterion>> read = criteriaAt.flatMap(criteria::some);
        if (decommission && read.isPresent()) {
            CriterionLints.decommission(criteriaAt.get(), read.get());
        }
        if (name.isEmpty() || read.isEmpty() || fields.owner().reading().failed()) {
            return Optional.empty();
        }
        return Optional.of(
                new Phase(
                        name.get(),
                        displayName,
                        description,
                        months,
                        dependsOn,
                        decommission,
                        read.get()));
    }

    /** Phases stand in the order in which they depend on each other, so that there is no circle. */
    private static Optional<String> earlier(Value value, List<String> earlier) {
        return Names.read(value)
                .flatMap(
                        name ->
                                earlier.contains(name)
                                        ? Optional.of(name)
                                        : value.wrong(
                                                "no earlier phase by the name `"
                                                        + name
                                                        + "`"
                                                        + Texts.didYouMean(name, earlier),
                                                earlier.isEmpty()
                                                        ? "nothing in the first phase"
                                                        : Texts.choice(earlier)));
    }

    private static Optional<Integer> month(Value value) {
        return value.number(
                        n ->
                                n.stripTrailingZeros().scale() <= 0
                                        && n.signum() > 0
                                        && n.compareTo(BigDecimal.valueOf(MAX_MONTHS)) <= 0,
                        "a whole number from 1 to " + MAX_MONTHS)
                .map(BigDecimal::intValueExact);
    }

    private static Optional<Months> months(Fields fields, List<Phase> before) {
        Optional<Value> firstAt = fields.exactlyOne("first");
        Optional<Integer> first = firstAt.flatMap(MigrationReader::month);
        Optional<Value> lastAt = fields.exactlyOne("last");
        Optional<Integer> last = lastAt.flatMap(MigrationReader::month);
        if (first.isEmpty() || last.isEmpty()) {
            return Optional.empty();
        }
        if (last.get() < first.get()) {
            return lastAt.get().wrong("ends before it begins", "from " + first.get());
        }
        boolean early =
                before.stream()
                        .flatMap(phase -> phase.months().stream())
                        .anyMatch(months -> months.first() > first.get());
        if (early) {
            firstAt.get().warn("begins before a phase that comes before it", "phases in order");
        }
        return Optional.of(new Months(first.get(), last.get()));
    }
}
