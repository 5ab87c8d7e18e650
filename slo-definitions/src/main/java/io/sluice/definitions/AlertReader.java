package io.sluice.definitions;

import io.sluice.definitions.ConditionReader.ReadCondition;
import io.sluice.definitions.MetadataReader.ReadMetadata;
import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.NotificationTarget;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Value;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads alert policies, conditions and notification targets, on their own, inline and by reference.
 */
final class AlertReader {
    private final References references;

    AlertReader(References references) {
        this.references = references;
    }

    /** A policy, with what its conditions' lints need. */
    record ReadPolicy(AlertPolicy policy, List<ReadCondition> conditions) {}

    /** The {@code metadata} and {@code spec} of an AlertNotificationTarget. */
    Optional<NotificationTarget> notificationTarget(Fields object) {
        Optional<ReadMetadata> metadata =
                object.require("metadata", MetadataReader.of(Kind.ALERT_NOTIFICATION_TARGET));
        return object.require("spec", spec -> spec.object(fields -> targetSpec(fields, metadata)));
    }

    private static Optional<NotificationTarget> targetSpec(
            Fields spec, Optional<ReadMetadata> metadata) {
        String description = spec.optional("description", MetadataReader::description).orElse("");
        Optional<String> target = spec.require("target", Value::someText);
        return metadata.flatMap(
                m -> target.map(t -> new NotificationTarget(m.metadata(), description, t)));
    }

    /** The {@code metadata} and {@code spec} of an AlertPolicy. */
    Optional<ReadPolicy> policy(Fields object) {
        Optional<ReadMetadata> metadata =
                object.require("metadata", MetadataReader.of(Kind.ALERT_POLICY));
        return object.require("spec", spec -> spec.object(fields -> policySpec(fields, metadata)));
    }

    /** One item of an SLO's {@code alertPolicies}. */
    Optional<ReadPolicy> inlineOrReferred(Value item) {
        return inlineOrReferred(
                item, "alertPolicyRef", references.alertPolicies, Kind.ALERT_POLICY, this::policy);
    }

    private Optional<ReadPolicy> policySpec(Fields spec, Optional<ReadMetadata> metadata) {
        String description = spec.optional("description", MetadataReader::description).orElse("");
        boolean noData = spec.optional("alertWhenNoData", Value::bool).orElse(false);
        boolean resolved = spec.optional("alertWhenResolved", Value::bool).orElse(false);
        boolean breaching = spec.optional("alertWhenBreaching", Value::bool).orElse(true);
        AlertLints.silent(noData, resolved, breaching, spec.owner());
        metadata.flatMap(m -> m.annotation(Annotations.BUDGET_SPENT))
                .ifPresent(AlertReader::requireShares);
        Optional<List<ReadCondition>> conditions =
                spec.require(
                        "conditions",
                        v -> v.someOf(this::conditionItem).filter(_ -> requireSingle(v)));
        Optional<List<NotificationTarget>> targets =
                spec.require("notificationTargets", this::notificationTargets);
        if (metadata.isEmpty() || conditions.isEmpty() || targets.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new ReadPolicy(
                        new AlertPolicy(
                                metadata.get().metadata(),
                                description,
                                noData,
                                resolved,
                                breaching,
                                conditions.get().stream().map(ReadCondition::condition).toList(),
                                targets.get()),
                        conditions.get()));
    }

    private static void requireShares(Value value) {
        value.text()
                .filter(text -> !text.matches(AlertPolicy.SHARES_SPENT))
                .ifPresent(
                        _ ->
                                value.wrong(
                                        "no shares of a budget: " + value.node().inMessages(),
                                        "percentages, such as \"50%, 90%\""));
    }

    private static boolean requireSingle(Value conditions) {
        Optional<Value> second =
                conditions.items().filter(items -> items.size() > 1).map(items -> items.get(1));
        second.ifPresent(
                v -> v.wrong("a second condition in one policy", "a policy for each condition"));
        return second.isEmpty();
    }

    private Optional<ReadCondition> conditionItem(Value item) {
        return inlineOrReferred(
                item,
                "conditionRef",
                references.alertConditions,
                Kind.ALERT_CONDITION,
                ConditionReader::condition);
    }

    private Optional<List<NotificationTarget>> notificationTargets(Value list) {
        Set<String> names = new HashSet<>();
        return list.someOf(
                item -> {
                    Optional<NotificationTarget> target = notificationTargetItem(item);
                    target.filter(t -> !names.add(t.name()))
                            .ifPresent(
                                    t ->
                                            item.warn(
                                                    "`" + t.name() + "` is told twice",
                                                    "each target once"));
                    return target;
                });
    }

    private Optional<NotificationTarget> notificationTargetItem(Value item) {
        return inlineOrReferred(
                item,
                "targetRef",
                references.notificationTargets,
                Kind.ALERT_NOTIFICATION_TARGET,
                this::notificationTarget);
    }

    /** Inline parts have a {@code kind}, though no {@code apiVersion}; a reference stands alone. */
    private static <T> Optional<T> inlineOrReferred(
            Value item,
            String reference,
            Registry<T> registry,
            Kind kind,
            Function<Fields, Optional<T>> read) {
        return item.object(
                fields -> {
                    Optional<Value> form = fields.exactlyOne(reference, "kind");
                    if (form.isEmpty()) {
                        fields.value("metadata");
                        fields.value("spec");
                        return Optional.empty();
                    }
                    if (form.get().key().equals(reference)) {
                        return registry.resolve(form.get());
                    }
                    form.get().oneOf(Words.of(Map.entry(kind.word(), kind)));
                    return read.apply(fields);
                });
    }
}
