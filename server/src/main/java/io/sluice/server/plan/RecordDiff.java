package io.sluice.server.plan;

import io.sluice.definitions.InWords;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.yaml.Durations;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds the fields in which two values of the model differ. The model is records all the way down,
 * so what it gains later is compared without a word here.
 */
final class RecordDiff {
    private final List<FieldChange> changes = new ArrayList<>();

    private RecordDiff() {}

    /** The smallest parts that differ, in the model's order. */
    static List<FieldChange> between(Object before, Object after) {
        RecordDiff diff = new RecordDiff();
        diff.compare("", before, after);
        return List.copyOf(diff.changes);
    }

    private void compare(String path, @Nullable Object before, @Nullable Object after) {
        if (Objects.equals(before, after)) {
            return;
        }
        if (before instanceof Optional<?> one && after instanceof Optional<?> other) {
            compare(path, one.orElse(null), other.orElse(null));
        } else if (before instanceof List<?> one && after instanceof List<?> other) {
            lists(path, one, other);
        } else if (before instanceof Map<?, ?> one && after instanceof Map<?, ?> other) {
            maps(path, one, other);
        } else if (before instanceof Record one
                && after instanceof Record other
                && one.getClass() == other.getClass()
                && (!isTold(one) || words(one).equals(words(other)))) {
            records(path, one, other);
        } else {
            changes.add(new FieldChange(path, words(before), words(after)));
        }
    }

    private void lists(String path, List<?> before, List<?> after) {
        for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
            compare(
                    path + "[" + i + "]",
                    i < before.size() ? before.get(i) : null,
                    i < after.size() ? after.get(i) : null);
        }
    }

    private void maps(String path, Map<?, ?> before, Map<?, ?> after) {
        Set<Object> keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        keys.forEach(key -> compare(path + "." + key, before.get(key), after.get(key)));
    }

    private void records(String path, Record before, Record after) {
        for (RecordComponent component : before.getClass().getRecordComponents()) {
            String name = path.isEmpty() ? component.getName() : path + "." + component.getName();
            compare(name, get(component, before), get(component, after));
        }
    }

    /** A source or a condition is told as a sentence, as long as the sentences differ. */
    private static boolean isTold(Object value) {
        return value instanceof EventSource || value instanceof Condition;
    }

    private static String words(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Optional<?> optional -> words(optional.orElse(null));
            case EventSource source -> InWords.describe(source);
            case Condition condition -> InWords.describe(condition);
            case Duration length -> Durations.inWords(length);
            case BigDecimal number -> number.toPlainString();
            case Enum<?> word -> word.name().toLowerCase(Locale.ROOT);
            case List<?> list when list.isEmpty() -> "";
            case List<?> list ->
                    list.stream()
                            .map(RecordDiff::words)
                            .collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(e -> e.getKey() + ": " + words(e.getValue()))
                            .collect(Collectors.joining(", ", "{", "}"));
            case Record each ->
                    Arrays.stream(each.getClass().getRecordComponents())
                            .map(c -> Map.entry(c.getName(), words(get(c, each))))
                            .filter(e -> !e.getValue().isEmpty())
                            .map(e -> e.getKey() + ": " + e.getValue())
                            .collect(Collectors.joining(", ", "{", "}"));
            default -> value.toString();
        };
    }

    private static @Nullable Object get(RecordComponent component, Record of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("a record of the model hides " + component, e);
        }
    }
}
