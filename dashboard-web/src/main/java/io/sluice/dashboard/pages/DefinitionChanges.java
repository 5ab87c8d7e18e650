package io.sluice.dashboard.pages;

import io.sluice.definitions.model.DefinitionSet;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What changed whenever other definitions came in force, since this server began to look. Thread-
 * safe.
 */
final class DefinitionChanges {
    /** The newest are enough to look at; files have their own history. */
    private static final int KEPT = 20;

    /**
     * One change.
     *
     * @param at when it was seen
     * @param added what is new, each with its kind: {@code SLO cart-errors}
     * @param changed what says something else
     * @param removed what is gone
     */
    record Change(Instant at, List<String> added, List<String> changed, List<String> removed) {
        Change {
            added = List.copyOf(added);
            changed = List.copyOf(changed);
            removed = List.copyOf(removed);
        }
    }

    private final Deque<Change> changes = new ArrayDeque<>();
    private DefinitionSet last;
    private Instant since;

    DefinitionChanges(DefinitionSet inForce, Instant now) {
        this.last = inForce;
        this.since = now;
    }

    /** Looks at what is in force now; cheap if it is the same. */
    synchronized void look(DefinitionSet inForce, Instant now) {
        if (inForce.digest().equals(last.digest())) {
            return;
        }
        Change change = between(last, inForce, now);
        last = inForce;
        since = now;
        changes.addFirst(change);
        if (changes.size() > KEPT) {
            changes.removeLast();
        }
    }

    /** Newest first. */
    synchronized List<Change> all() {
        return List.copyOf(changes);
    }

    /** Since when what is in force is known to be. */
    synchronized Instant since() {
        return since;
    }

    private static Change between(DefinitionSet before, DefinitionSet after, Instant at) {
        return new Difference()
                .of("service", before.services(), after.services())
                .of("data source", before.dataSources(), after.dataSources())
                .of("SLI", before.slis(), after.slis())
                .of("SLO", before.slos(), after.slos())
                .of(
                        "notification target",
                        before.notificationTargets(),
                        after.notificationTargets())
                .of("alert policy", before.alertPolicies(), after.alertPolicies())
                .of("cutover", before.cutovers(), after.cutovers())
                .of("results table", before.resultsTables(), after.resultsTables())
                .of("exclusion", before.exclusions(), after.exclusions())
                .of("journey", before.journeys(), after.journeys())
                .of("synthetic check", before.syntheticChecks(), after.syntheticChecks())
                .of("migration", before.migrations(), after.migrations())
                .at(at);
    }

    /** Adds up kind by kind. */
    private static final class Difference {
        private final List<String> added = new ArrayList<>();
        private final List<String> changed = new ArrayList<>();
        private final List<String> removed = new ArrayList<>();

        Difference of(String kind, Map<String, ?> before, Map<String, ?> after) {
            after.forEach(
                    (name, what) -> {
                        if (!before.containsKey(name)) {
                            added.add(kind + " " + name);
                        } else if (!Objects.equals(before.get(name), what)) {
                            changed.add(kind + " " + name);
                        }
                    });
            before.keySet().stream()
                    .filter(name -> !after.containsKey(name))
                    .forEach(name -> removed.add(kind + " " + name));
            return this;
        }

        Change at(Instant at) {
            return new Change(at, added, changed, removed);
        }
    }
}
