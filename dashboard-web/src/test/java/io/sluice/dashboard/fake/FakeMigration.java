package io.sluice.dashboard.fake;

import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.Migration;
import io.sluice.definitions.model.Migration.Attestation;
import io.sluice.definitions.model.Migration.Criterion;
import io.sluice.definitions.model.Migration.ObjectivesMet;
import io.sluice.definitions.model.Migration.Phase;
import io.sluice.definitions.model.Migration.TrafficShare;
import io.sluice.engine.cutover.Decision.Verdict;
import io.sluice.engine.migration.MigrationStatus;
import io.sluice.engine.migration.MigrationStatus.Attested;
import io.sluice.engine.migration.MigrationStatus.CriterionStatus;
import io.sluice.engine.migration.MigrationStatus.Decommission;
import io.sluice.engine.migration.MigrationStatus.Met;
import io.sluice.engine.migration.MigrationStatus.PhaseState;
import io.sluice.engine.migration.MigrationStatus.PhaseStatus;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A migration half way, whose old system must not go yet. */
final class FakeMigration {
    static final String NAME = "shopflow";
    static final String ROLLBACK = "rollback-path";

    private static final Criterion SHARE =
            new TrafficShare(
                    "half-of-the-traffic",
                    "",
                    List.of("catalog"),
                    new BigDecimal("0.5"),
                    Duration.ofDays(7));
    private static final Criterion SOAK =
            new ObjectivesMet("soak", "", List.of("checkout-success"), Duration.ofDays(30));
    private static final Criterion WAY_BACK =
            new Attestation(
                    ROLLBACK,
                    "",
                    "release-manager",
                    "Traffic was sent back and forth again.",
                    Optional.of(Duration.ofDays(14)));

    private FakeMigration() {}

    static MigrationStatus status(List<Attested> attested) {
        Phase moved = phase("moved", List.of(), List.of(SHARE));
        Phase off = phase("off", List.of("moved"), List.of(SOAK, WAY_BACK));
        Optional<Attested> said =
                attested.isEmpty() ? Optional.empty() : Optional.of(attested.getLast());
        return new MigrationStatus(
                new Migration(
                        new Metadata(NAME, "Monolith to platform", Map.of(), Map.of()),
                        "",
                        List.of(moved, off),
                        List.of()),
                FakeEngine.NOW,
                List.of(
                        new PhaseStatus(
                                moved,
                                PhaseState.DONE,
                                List.of(
                                        new CriterionStatus(
                                                SHARE,
                                                Met.MET,
                                                "70 of 100 requests were the new side's (70 %)",
                                                Optional.empty()))),
                        new PhaseStatus(
                                off,
                                PhaseState.IN_PROGRESS,
                                List.of(
                                        new CriterionStatus(
                                                SOAK,
                                                Met.UNMEASURED,
                                                "checkout-success was measured in 12 % of the time",
                                                Optional.empty()),
                                        new CriterionStatus(
                                                WAY_BACK,
                                                said.isPresent() ? Met.MET : Met.AWAITED,
                                                "release-manager has not attested it",
                                                said)))),
                List.of(),
                Optional.of(
                        new Decommission(
                                "off",
                                Verdict.HOLD,
                                List.of(
                                        "soak: checkout-success was measured in 12 % of the"
                                                + " time"))));
    }

    private static Phase phase(String name, List<String> needs, List<Criterion> criteria) {
        return new Phase(name, name, "", Optional.empty(), needs, false, criteria);
    }
}
