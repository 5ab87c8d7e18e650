package io.sluice.server.plan;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a definition set would change on a server that has another in force.
 *
 * @param objects that differ, kind by kind and in name order
 * @param kept series that both sets measure, whatever the objects are called that use them
 * @param anew series that only the new set measures: they are folded from the log
 * @param dropped series that only the old set measures: they are no longer counted
 */
public record Plan(List<ObjectChange> objects, long kept, List<Series> anew, List<Series> dropped) {

    public Plan {
        objects = List.copyOf(objects);
        anew = List.copyOf(anew);
        dropped = List.copyOf(dropped);
    }

    /** What becomes of an object. */
    public enum How {
        ADDED,
        CHANGED,
        REMOVED
    }

    /**
     * One object that differs.
     *
     * @param kind a component of {@link DefinitionSet}, for example {@code slos}
     * @param fields of a changed object; empty for the others
     */
    public record ObjectChange(How how, String kind, String name, List<FieldChange> fields) {
        public ObjectChange {
            fields = List.copyOf(fields);
        }
    }

    /**
     * One series.
     *
     * @param id the digest of what it measures
     * @param uses what it is measured for, for example {@code slo/checkout-success/0}
     */
    public record Series(String id, List<String> uses) {
        public Series {
            uses = List.copyOf(uses);
        }
    }

    /** Compares what is in force with what is wanted. */
    public static Plan between(DefinitionSet inForce, DefinitionSet wanted) {
        Map<String, Set<String>> before = series(inForce);
        Map<String, Set<String>> after = series(wanted);
        return new Plan(
                objects(inForce, wanted),
                after.keySet().stream().filter(before::containsKey).count(),
                only(after, before),
                only(before, after));
    }

    /** Whether anything differs but the files' texts. */
    public boolean isEmpty() {
        return objects.isEmpty() && anew.isEmpty() && dropped.isEmpty();
    }

    /** How many objects change so. */
    public long count(How how) {
        return objects.stream().filter(change -> change.how() == how).count();
    }

    /** A set is a map of objects per kind, and whatever kinds it gains are compared too. */
    private static List<ObjectChange> objects(DefinitionSet inForce, DefinitionSet wanted) {
        List<ObjectChange> changes = new ArrayList<>();
        for (RecordComponent kind : DefinitionSet.class.getRecordComponents()) {
            if (kind.getType() == Map.class) {
                compare(kind.getName(), get(kind, inForce), get(kind, wanted), changes);
            }
        }
        return changes;
    }

    private static Map<?, ?> get(RecordComponent kind, DefinitionSet set) {
        try {
            return (Map<?, ?>) kind.getAccessor().invoke(set);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("a definition set hides its " + kind.getName(), e);
        }
    }

    private static void compare(
            String kind, Map<?, ?> inForce, Map<?, ?> wanted, List<ObjectChange> changes) {
        Set<Object> names = new TreeSet<>(inForce.keySet());
        names.addAll(wanted.keySet());
        for (Object name : names) {
            Object before = inForce.get(name);
            Object after = wanted.get(name);
            if (before == null) {
                changes.add(new ObjectChange(How.ADDED, kind, name.toString(), List.of()));
            } else if (after == null) {
                changes.add(new ObjectChange(How.REMOVED, kind, name.toString(), List.of()));
            } else if (!before.equals(after)) {
                changes.add(
                        new ObjectChange(
                                How.CHANGED,
                                kind,
                                name.toString(),
                                RecordDiff.between(before, after)));
            }
        }
    }

    private static Map<String, Set<String>> series(DefinitionSet set) {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (Map.Entry<String, Measure> use : MeasurePlan.compile(set).uses().entrySet()) {
            uses.computeIfAbsent(use.getValue().id(), _ -> new TreeSet<>()).add(use.getKey());
        }
        return uses;
    }

    private static List<Series> only(
            Map<String, Set<String>> these, Map<String, Set<String>> notThese) {
        return these.entrySet().stream()
                .filter(e -> !notThese.containsKey(e.getKey()))
                .map(e -> new Series(e.getKey(), List.copyOf(e.getValue())))
                .toList();
    }
}
