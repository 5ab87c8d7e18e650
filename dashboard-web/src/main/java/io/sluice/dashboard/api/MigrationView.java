package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.definitions.model.Migration;
import io.sluice.engine.migration.MigrationStatus;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** A migration: its phases, what each still needs, and whether the old system may go. */
record MigrationView(
        String name,
        String displayName,
        Instant evaluatedAt,
        List<PhaseView> phases,
        List<CriterionView> goals,
        @Described("Null without a phase that decommissions.")
                @Nullable DecommissionView decommission) {

    static MigrationView of(MigrationStatus status) {
        return new MigrationView(
                status.migration().name(),
                status.migration().metadata().displayName(),
                status.at(),
                status.phases().stream().map(PhaseView::of).toList(),
                status.goals().stream().map(CriterionView::of).toList(),
                Views.orNull(status.decommission().map(DecommissionView::of)));
    }

    /** {@code GET /api/v1/migrations}. */
    @Described(name = "Migrations")
    record Page(
            List<MigrationView> migrations,
            @Described("Where the next page begins, as ?cursor; null on the last.")
                    @Nullable String next) {}

    @Described(name = "MigrationPhase")
    record PhaseView(
            String name,
            String displayName,
            String description,
            @Described("WAITING for phases that it depends on, IN_PROGRESS or DONE.") String state,
            List<String> dependsOn,
            boolean decommission,
            List<CriterionView> criteria) {
        static PhaseView of(MigrationStatus.PhaseStatus status) {
            Migration.Phase phase = status.phase();
            return new PhaseView(
                    phase.name(),
                    phase.displayName(),
                    phase.description(),
                    status.state().name(),
                    phase.dependsOn(),
                    phase.decommission(),
                    status.criteria().stream().map(CriterionView::of).toList());
        }
    }

    @Described(name = "MigrationCriterion")
    record CriterionView(
            String name,
            String description,
            @Described("objectives, trafficShare, noTraffic, result or attestation.") String kind,
            @Described("MET, AWAITED, UNMEASURED or NOT_MET.") String met,
            @Described("What was counted or said, in a sentence.") String evidence,
            @Described("Whose word it rests on; null where it is counted.")
                    @Nullable AttestedView attested) {
        static CriterionView of(MigrationStatus.CriterionStatus status) {
            return new CriterionView(
                    status.criterion().name(),
                    status.criterion().description(),
                    kind(status.criterion()),
                    status.met().name(),
                    status.evidence(),
                    Views.orNull(status.attested().map(AttestedView::of)));
        }

        /** As the definition says it. */
        private static String kind(Migration.Criterion criterion) {
            return switch (criterion) {
                case Migration.ObjectivesMet _ -> "objectives";
                case Migration.TrafficShare _ -> "trafficShare";
                case Migration.NoTraffic _ -> "noTraffic";
                case Migration.ResultReached _ -> "result";
                case Migration.Attestation _ -> "attestation";
            };
        }
    }

    @Described(name = "Attested")
    record AttestedView(String principal, Instant at, String note) {
        static AttestedView of(MigrationStatus.Attested attested) {
            return new AttestedView(attested.principal(), attested.at(), attested.note());
        }
    }

    @Described(name = "Decommission")
    record DecommissionView(
            String phase, @Described("GO, HOLD or NO_GO.") String decision, List<String> reasons) {
        static DecommissionView of(MigrationStatus.Decommission decommission) {
            return new DecommissionView(
                    decommission.phase(),
                    decommission.verdict().name(),
                    decommission.reasons().stream().map(MigrationStatus.Reason::text).toList());
        }
    }
}
