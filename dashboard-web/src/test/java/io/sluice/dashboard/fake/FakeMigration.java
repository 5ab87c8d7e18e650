package io.sluice.dashboard.fake;

import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.Migration;
import io.sluice.definitions.model.Migration.Attestation;
import io.sluice.definitions.model.Migration.Criterion;
import io.sluice.definitions.model.Migration.Direction;
import io.sluice.definitions.model.Migration.Months;
import io.sluice.definitions.model.Migration.NoTraffic;
import io.sluice.definitions.model.Migration.ObjectivesMet;
import io.sluice.definitions.model.Migration.Phase;
import io.sluice.definitions.model.Migration.Reached;
import io.sluice.definitions.model.Migration.ResultReached;
import io.sluice.definitions.model.Migration.TrafficShare;
import io.sluice.engine.migration.MigrationStatus;
import io.sluice.engine.migration.MigrationStatus.Attested;
import io.sluice.engine.migration.MigrationStatus.CriterionStatus;
import io.sluice.engine.migration.MigrationStatus.Decommission;
import io.sluice.engine.migration.MigrationStatus.Met;
import io.sluice.engine.migration.MigrationStatus.PhaseState;
import io.sluice.engine.migration.MigrationStatus.PhaseStatus;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
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

    private static final Criterion COVERAGE =
            new Attestation(
                    "test-coverage",
                    "",
                    "quality-lead",
                    "90 % of the new code is covered by automated tests.",
                    Optional.empty());
    private static final Criterion SILENCE =
            new NoTraffic(
                    "silence",
                    "Nothing reaches the monolith.",
                    new EventSource.Spans(
                            Optional.of("strangler-proxy"),
                            Optional.empty(),
                            Optional.empty(),
                            List.of(new Condition.In("shop.side", List.of("legacy"))),
                            Optional.empty(),
                            List.of()),
                    Duration.ofDays(30));
    private static final Criterion QUICKER =
            new ResultReached(
                    "pages-under-a-second",
                    "",
                    "shopflow",
                    "Page load time (P99)",
                    new Reached(Direction.AT_MOST, new BigDecimal("1000")));

    private FakeMigration() {}

    static MigrationStatus status(List<Attested> attested) {
        Phase foundation =
                phase("foundation", new Months(1, 3), List.of(), false, List.of(COVERAGE));
        Phase moved =
                phase("moved", new Months(4, 12), List.of("foundation"), false, List.of(SHARE));
        Phase off =
                phase(
                        "off",
                        new Months(13, 13),
                        List.of("moved"),
                        true,
                        List.of(SOAK, WAY_BACK, SILENCE));
        Optional<Attested> said =
                attested.isEmpty() ? Optional.empty() : Optional.of(attested.getLast());
        PhaseStatus last =
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
                                        said.map(
                                                        one ->
                                                                one.principal()
                                                                        + " attested it at "
                                                                        + one.at())
                                                .orElse("release-manager has not attested" + " it"),
                                        said),
                                new CriterionStatus(
                                        SILENCE,
                                        Met.AWAITED,
                                        "3 events in the last 30 days, the last before"
                                                + " 2026-02-12T08:00:00Z",
                                        Optional.empty())));
        return new MigrationStatus(
                new Migration(
                        new Metadata(NAME, "Monolith to platform", Map.of(), Map.of()),
                        "A monolith, strangled service by service.",
                        List.of(foundation, moved, off),
                        List.of(QUICKER)),
                FakeEngine.NOW,
                List.of(
                        new PhaseStatus(
                                foundation,
                                PhaseState.DONE,
                                List.of(
                                        new CriterionStatus(
                                                COVERAGE,
                                                Met.MET,
                                                "quinn attested it at 2026-01-05T09:00:00Z",
                                                Optional.of(
                                                        new Attested(
                                                                "foundation",
                                                                COVERAGE.name(),
                                                                "quinn",
                                                                Instant.parse(
                                                                        "2026-01-05T09:00:00Z"),
                                                                "report 41"))))),
                        new PhaseStatus(
                                moved,
                                PhaseState.DONE,
                                List.of(
                                        new CriterionStatus(
                                                SHARE,
                                                Met.MET,
                                                "70 of 100 requests were the new side's (70 %)",
                                                Optional.empty()))),
                        last),
                List.of(
                        new CriterionStatus(
                                QUICKER,
                                Met.NOT_MET,
                                "1180 ms after; wanted is at most 1000 ms",
                                Optional.empty())),
                Optional.of(Decommission.of(last)));
    }

    private static Phase phase(
            String name,
            Months months,
            List<String> needs,
            boolean decommission,
            List<Criterion> criteria) {
        return new Phase(name, name, "", Optional.of(months), needs, decommission, criteria);
    }
}
