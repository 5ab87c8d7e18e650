package io.sluice.definitions;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.NotificationTarget;
import io.sluice.definitions.model.Tree;
import io.sluice.definitions.write.FieldsWriter;
import io.sluice.definitions.yaml.Durations;

import java.util.List;
import java.util.Locale;

/**
 * Writes what {@link AlertReader} and {@link ConditionReader} read. Conditions are written inline,
 * since the model does not keep which of them were shared.
 */
final class AlertWriter {
    private final DefinitionSet set;

    /**
     * @param set whose policies and targets are referred to
     */
    AlertWriter(DefinitionSet set) {
        this.set = set;
    }

    /** The {@code spec} of an AlertNotificationTarget. */
    static FieldsWriter targetSpec(NotificationTarget target) {
        return new FieldsWriter()
                .someText("description", target.description())
                .text("target", target.target());
    }

    /** One item of an SLO's {@code alertPolicies}. */
    Tree.Fields policyItem(AlertPolicy policy) {
        String name = policy.metadata().name();
        return policy.equals(set.alertPolicies().get(name))
                ? new FieldsWriter().text("alertPolicyRef", name).toTree()
                : ObjectWriter.inline(Kind.ALERT_POLICY, policy.metadata(), policySpec(policy));
    }

    /** The {@code spec} of an AlertPolicy. */
    FieldsWriter policySpec(AlertPolicy policy) {
        return new FieldsWriter()
                .someText("description", policy.description())
                .truth("alertWhenNoData", policy.alertWhenNoData())
                .truth("alertWhenResolved", policy.alertWhenResolved())
                .truth("alertWhenBreaching", policy.alertWhenBreaching())
                .put("conditions", conditions(policy.conditions()))
                .put(
                        "notificationTargets",
                        new Tree.Items(
                                policy.notificationTargets().stream()
                                        .<Tree>map(this::targetItem)
                                        .toList()));
    }

    private Tree.Fields targetItem(NotificationTarget target) {
        return target.equals(set.notificationTargets().get(target.name()))
                ? new FieldsWriter().text("targetRef", target.name()).toTree()
                : ObjectWriter.inline(
                        Kind.ALERT_NOTIFICATION_TARGET, target.metadata(), targetSpec(target));
    }

    private static Tree conditions(List<AlertCondition> conditions) {
        return new Tree.Items(conditions.stream().map(AlertWriter::condition).toList());
    }

    private static Tree condition(AlertCondition condition) {
        FieldsWriter annotations = new FieldsWriter();
        if (!condition
                .shortWindow()
                .equals(ConditionReader.shortWindowOf(condition.longWindow()))) {
            annotations.text(
                    Annotations.SHORT_WINDOW.key(), Durations.written(condition.shortWindow()));
        }
        if (condition.minimumBadEvents() != ConditionReader.MINIMUM_BAD_EVENTS) {
            annotations.text(
                    Annotations.MINIMUM_BAD_EVENTS.key(),
                    Long.toString(condition.minimumBadEvents()));
        }
        Tree.Fields notes = annotations.toTree();
        FieldsWriter metadata = new FieldsWriter().text("name", condition.name());
        if (!notes.fields().isEmpty()) {
            metadata.put("annotations", notes);
        }
        FieldsWriter burnRate =
                new FieldsWriter()
                        .text("kind", "burnrate")
                        .text("op", Words.word(Words.OPS, condition.op()))
                        .number("threshold", condition.threshold())
                        .text("lookbackWindow", Durations.written(condition.longWindow()))
                        .text("alertAfter", Durations.written(condition.alertAfter()));
        return new FieldsWriter()
                .text("kind", Kind.ALERT_CONDITION.word())
                .put("metadata", metadata.toTree())
                .put(
                        "spec",
                        new FieldsWriter()
                                .text(
                                        "severity",
                                        condition.severity().name().toLowerCase(Locale.ROOT))
                                .put("condition", burnRate.toTree())
                                .toTree())
                .toTree();
    }
}
