package io.sluice.collector;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.sluice.definitions.model.Condition;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Conditions decided the slow and obvious way, on generated classes and Strings. */
public final class NaiveConditions {

    private NaiveConditions() {}

    /** Attributes by key: the last of equal keys counts, an event's own hide the resource's. */
    public static Map<String, AnyValue> effective(List<KeyValue> resource, List<KeyValue> event) {
        Map<String, AnyValue> values = new HashMap<>();
        resource.forEach(attribute -> values.put(attribute.getKey(), attribute.getValue()));
        event.forEach(attribute -> values.put(attribute.getKey(), attribute.getValue()));
        return values;
    }

    public static boolean all(List<Condition> conditions, Map<String, AnyValue> values) {
        return conditions.stream()
                .allMatch(condition -> holds(condition, values.get(condition.attribute())));
    }

    private static boolean holds(Condition condition, AnyValue value) {
        if (value == null) {
            return condition instanceof Condition.NotIn
                    || condition instanceof Condition.Exists(_, var expected) && !expected;
        }
        Optional<String> text = text(value);
        return switch (condition) {
            case Condition.In(_, var values) -> text.isPresent() && values.contains(text.get());
            case Condition.NotIn(_, var values) -> text.isEmpty() || !values.contains(text.get());
            case Condition.StartsWith(_, var prefix) ->
                    text.isPresent() && text.get().startsWith(prefix);
            case Condition.Exists(_, var expected) -> expected;
            case Condition.Compare(_, var op, var bound) -> op.test(number(value), bound);
        };
    }

    /** Absent for values that have no text of their own. */
    public static Optional<String> text(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> Optional.of(value.getStringValue());
            case BOOL_VALUE -> Optional.of(Boolean.toString(value.getBoolValue()));
            case INT_VALUE -> Optional.of(Long.toString(value.getIntValue()));
            case DOUBLE_VALUE -> Optional.of(text(value.getDoubleValue()));
            default -> Optional.empty();
        };
    }

    private static String text(double value) {
        if (!Double.isFinite(value) || Math.abs(value) >= 9007199254740992.0) {
            return Double.toString(value);
        }
        BigDecimal exact = new BigDecimal(value);
        return exact.stripTrailingZeros().scale() <= 0
                ? exact.toBigInteger().toString()
                : Double.toString(value);
    }

    private static double number(AnyValue value) {
        return switch (value.getValueCase()) {
            case INT_VALUE -> value.getIntValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            case STRING_VALUE -> {
                String text = value.getStringValue();
                yield text.length() <= 64
                                && text.matches(
                                        "[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?")
                        ? Double.parseDouble(text)
                        : Double.NaN;
            }
            default -> Double.NaN;
        };
    }
}
