package io.sluice.engine.migration;

import io.sluice.definitions.model.Migration;
import io.sluice.definitions.model.Migration.Criterion;
import io.sluice.engine.cutover.Decision.Verdict;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A migration, evaluated at an instant.
 *
 * @param phases in the definition's order
 * @param goals what the whole is for
 * @param decommission whether the old system may be switched off; empty without such a phase
 */
public record MigrationStatus(
        Migration migration,
        Instant at,
        List<PhaseStatus> phases,
        List<CriterionStatus> goals,
        Optional<Decommission> decommission) {
    public MigrationStatus {
        phases = List.copyOf(phases);
        goals = List.copyOf(goals);
    }

    /**
     * The role as which a criterion is attested; empty if there is none by that name, or it is
     * measured.
     *
     * @param phase its phase's name; empty for a goal
     */
    public Optional<String> attestedAs(String phase, String criterion) {
        return migration
                .criterion(phase, criterion)
                .filter(Migration.Attestation.class::isInstance)
                .map(one -> ((Migration.Attestation) one).role());
    }

    /** One phase. */
    public record PhaseStatus(
            Migration.Phase phase, PhaseState state, List<CriterionStatus> criteria) {
        public PhaseStatus {
            criteria = List.copyOf(criteria);
        }
    }

    /** How far a phase is. */
    public enum PhaseState {
        /** A phase that it depends on is not done. */
        WAITING,
        IN_PROGRESS,
        /** All its criteria are met, and those of the phases that it depends on. */
        DONE
    }

    /**
     * One criterion.
     *
     * @param evidence what was counted or said, in a sentence
     * @param attested what it rests on, where it is somebody's word
     */
    public record CriterionStatus(
            Criterion criterion, Met met, String evidence, Optional<Attested> attested) {}

    /** Whether a criterion is met. */
    public enum Met {
        MET,
        /** It waits: for a person's word, or for time to pass. */
        AWAITED,
        /** Too little was measured to say. */
        UNMEASURED,
        /** It was measured, and is not so. */
        NOT_MET
    }

    /**
     * Somebody said that something is so.
     *
     * @param criterion its name
     * @param phase its phase's name; empty for a goal
     * @param note for people; may be empty
     */
    public record Attested(
            String phase, String criterion, String principal, Instant at, String note) {}

    /**
     * May the old system be switched off? GO if every criterion of the phase is met and the phases
     * before are done; NO_GO if something was measured that speaks against it; HOLD if something is
     * not known yet.
     *
     * @param reasons what the verdict follows from; what speaks against it first
     */
    public record Decommission(String phase, Verdict verdict, List<Reason> reasons) {
        public Decommission {
            reasons = List.copyOf(reasons);
        }

        /** What follows from the phase that decommissions. */
        public static Decommission of(PhaseStatus phase) {
            List<Reason> against = new ArrayList<>();
            List<Reason> open = new ArrayList<>();
            List<Reason> met = new ArrayList<>();
            if (phase.state() == PhaseState.WAITING) {
                open.add(new Reason.Waits(phase.phase().dependsOn()));
            }
            for (CriterionStatus criterion : phase.criteria()) {
                Reason reason = new Reason.Judged(criterion);
                switch (criterion.met()) {
                    case MET -> met.add(reason);
                    case AWAITED, UNMEASURED -> open.add(reason);
                    case NOT_MET -> against.add(reason);
                }
            }
            Verdict verdict =
                    !against.isEmpty() ? Verdict.NO_GO : open.isEmpty() ? Verdict.GO : Verdict.HOLD;
            against.addAll(open);
            return new Decommission(
                    phase.phase().name(), verdict, verdict == Verdict.GO ? met : against);
        }
    }

    /** What a decommission's verdict follows from. */
    public sealed interface Reason {

        /** In a sentence, for automation: {@code soak: checkout-success was not met}. */
        String text();

        /**
         * Phases that it depends on are not all done.
         *
         * @param phases names, those that are done included
         */
        record Waits(List<String> phases) implements Reason {
            public Waits {
                phases = List.copyOf(phases);
            }

            @Override
            public String text() {
                return "it depends on phases that are not all done: " + String.join(", ", phases);
            }
        }

        /** A criterion, met or not. */
        record Judged(CriterionStatus status) implements Reason {
            @Override
            public String text() {
                return status.criterion().name() + ": " + status.evidence();
            }
        }
    }
}
