package io.sluice.definitions.model;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The way from an old system to a new one, phase by phase ({@code sluice.dev/v1}, kind {@code
 * Migration}). A phase is done when all its criteria are met and the phases that it depends on are
 * done.
 *
 * @param phases in order; names are unique; only the last may be the decommission gate
 * @param goals what the whole is for, judged at its end
 */
public record Migration(
        Metadata metadata, String description, List<Phase> phases, List<Criterion> goals) {
    /** A soak sees busy and quiet days: a week is the shortest cycle that has all of them. */
    public static final Duration WEEK = Duration.ofDays(7);

    public Migration {
        phases = List.copyOf(phases);
        goals = List.copyOf(goals);
        if (phases.isEmpty()) {
            throw new IllegalArgumentException("migration " + metadata.name() + " has no phase");
        }
        Set<String> before = new HashSet<>();
        for (Phase phase : phases) {
            if (!before.containsAll(phase.dependsOn()) || !before.add(phase.name())) {
                throw new IllegalArgumentException(
                        "phase " + phase.name() + " is no new one that depends on earlier ones");
            }
        }
        if (phases.stream().limit(phases.size() - 1).anyMatch(Phase::decommission)) {
            throw new IllegalArgumentException("only the last phase may decommission");
        }
        Unique.require(goals, Criterion::name);
    }

    /** The migration's unique name. */
    public String name() {
        return metadata.name();
    }

    /**
     * The criterion of that name.
     *
     * @param phase its phase's name; empty for a goal
     */
    public Optional<Criterion> criterion(String phase, String name) {
        Stream<Criterion> all =
                phase.isEmpty()
                        ? goals.stream()
                        : phases.stream()
                                .filter(one -> one.name().equals(phase))
                                .flatMap(one -> one.criteria().stream());
        return all.filter(one -> one.name().equals(name)).findFirst();
    }

    /**
     * One phase.
     *
     * @param months when it was planned, counted from the migration's begin
     * @param dependsOn names of earlier phases that must be done
     * @param decommission whether its criteria are the gate to switching the old system off: at
     *     least a soak ({@link ObjectivesMet}), silence of the old system ({@link NoTraffic}) and a
     *     way back that was tested lately (an {@link Attestation} that expires)
     * @param criteria all must be met; names are unique in the phase
     */
    public record Phase(
            String name,
            String displayName,
            String description,
            Optional<Months> months,
            List<String> dependsOn,
            boolean decommission,
            List<Criterion> criteria) {
        public Phase {
            dependsOn = List.copyOf(dependsOn);
            criteria = List.copyOf(criteria);
            if (criteria.isEmpty()) {
                throw new IllegalArgumentException("phase " + name + " has no criterion");
            }
            Unique.require(criteria, Criterion::name);
            if (decommission && !missingForDecommission(criteria).isEmpty()) {
                throw new IllegalArgumentException(
                        "phase " + name + " lacks " + missingForDecommission(criteria));
            }
        }
    }

    /** Months of the plan, from 1, both included. */
    public record Months(int first, int last) {
        public Months {
            if (first < 1 || last < first) {
                throw new IllegalArgumentException("months from " + first + " to " + last);
            }
        }
    }

    /** What a decommission gate cannot do without and these criteria do not have, in words. */
    public static List<String> missingForDecommission(List<Criterion> criteria) {
        record Part(String words, boolean there) {}
        return List.of(
                        new Part(
                                "a soak (`objectives`)",
                                criteria.stream().anyMatch(ObjectivesMet.class::isInstance)),
                        new Part(
                                "silence of the old system (`noTraffic`)",
                                criteria.stream().anyMatch(NoTraffic.class::isInstance)),
                        new Part(
                                "a rollback path that was tested lately (`attestation` with"
                                        + " `validFor`)",
                                criteria.stream()
                                        .anyMatch(
                                                c ->
                                                        c instanceof Attestation attestation
                                                                && attestation
                                                                        .validFor()
                                                                        .isPresent())))
                .stream()
                .filter(part -> !part.there())
                .map(Part::words)
                .toList();
    }

    /** Something that must be so. Unmeasured is not met. */
    public sealed interface Criterion {
        /** Unique in its phase. */
        String name();

        /** For people; may be empty. */
        String description();
    }

    /**
     * Every one of these SLOs met all its targets, counted over the last {@code over}.
     *
     * @param slos names
     */
    public record ObjectivesMet(String name, String description, List<String> slos, Duration over)
            implements Criterion {
        public ObjectivesMet {
            slos = List.copyOf(slos);
            if (slos.isEmpty() || !over.isPositive()) {
                throw new IllegalArgumentException("no objectives, or no time, in " + name);
            }
        }
    }

    /**
     * The candidates' share of these cutovers' traffic, counted together over the last {@code
     * during} by each cutover's first metric, is at least this.
     *
     * @param cutovers names
     * @param atLeast in (0, 1]
     */
    public record TrafficShare(
            String name,
            String description,
            List<String> cutovers,
            BigDecimal atLeast,
            Duration during)
            implements Criterion {
        public TrafficShare {
            cutovers = List.copyOf(cutovers);
            if (cutovers.isEmpty()
                    || atLeast.signum() <= 0
                    || atLeast.compareTo(BigDecimal.ONE) > 0
                    || !during.isPositive()) {
                throw new IllegalArgumentException("no traffic share in " + name);
            }
        }
    }

    /** There was no event of this source in the last {@code during}, and all of it was measured. */
    public record NoTraffic(String name, String description, EventSource source, Duration during)
            implements Criterion {
        public NoTraffic {
            if (!during.isPositive()) {
                throw new IllegalArgumentException("no time in " + name);
            }
        }
    }

    /**
     * A row of a results table says so.
     *
     * @param table the name of a {@link ResultsTable}
     * @param row the row's {@code metric}
     */
    public record ResultReached(
            String name, String description, String table, String row, Reached reached)
            implements Criterion {}

    /**
     * Somebody with this role said so.
     *
     * @param statement what is attested, a sentence
     * @param validFor after which it has to be said again; for good where absent
     */
    public record Attestation(
            String name,
            String description,
            String role,
            String statement,
            Optional<Duration> validFor)
            implements Criterion {
        public Attestation {
            if (validFor.isPresent() && !validFor.get().isPositive()) {
                throw new IllegalArgumentException("no time in " + name);
            }
        }
    }

    /**
     * How a row's before and after must compare, before anything is rounded.
     *
     * @param amount over 0 for {@link Direction#DOWN_BY} and {@link Direction#UP_BY}: percent, or
     *     percentage points where the row's improvement is in these; else the value after, in the
     *     row's unit
     */
    public record Reached(Direction direction, BigDecimal amount) {
        public Reached {
            boolean change = direction == Direction.DOWN_BY || direction == Direction.UP_BY;
            if (change && amount.signum() <= 0) {
                throw new IllegalArgumentException("a change must be over 0, is " + amount);
            }
        }
    }

    /** Which way. */
    public enum Direction {
        DOWN_BY,
        UP_BY,
        AT_LEAST,
        AT_MOST
    }
}
