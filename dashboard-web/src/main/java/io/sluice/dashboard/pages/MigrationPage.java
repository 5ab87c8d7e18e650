package io.sluice.dashboard.pages;

import io.sluice.definitions.InWords;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Migration;
import io.sluice.engine.SloEngine;
import io.sluice.engine.migration.MigrationStatus;
import io.sluice.engine.migration.MigrationStatus.CriterionStatus;
import io.sluice.engine.migration.MigrationStatus.Decommission;
import io.sluice.engine.migration.MigrationStatus.Met;
import io.sluice.engine.migration.MigrationStatus.PhaseState;
import io.sluice.engine.migration.MigrationStatus.PhaseStatus;
import io.sluice.engine.migration.MigrationStatus.Reason;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One migration: how far its phases are, what each still needs, and whether the old system may be
 * switched off.
 *
 * @param headline how far it is, in a few words
 * @param others every migration, where there is more than this one
 * @param gate empty where no phase decommissions
 */
public record MigrationPage(
        String name,
        String title,
        String description,
        String headline,
        List<SloPage.WindowChoice> others,
        List<PhasePart> phases,
        List<CriterionRow> goals,
        String goalsMet,
        Optional<GatePart> gate) {

    /**
     * One phase.
     *
     * @param state {@code passed}, {@code current} or {@code planned}; its style on the track
     * @param months when it was planned; empty if the definition does not say
     * @param met how many of its criteria are, in words
     */
    public record PhasePart(
            int number,
            String name,
            String title,
            String description,
            String state,
            String word,
            String months,
            String met,
            List<CriterionRow> criteria) {}

    /**
     * One criterion.
     *
     * @param shape of its state, which {@code word} says
     * @param what must be so
     * @param evidence what was counted or said
     * @param note of whoever attested it; may be empty
     * @param links to what it was judged by
     * @param attest what a form to attest it is called; empty where nobody's word is asked for
     */
    public record CriterionRow(
            String key,
            String phase,
            String name,
            String title,
            String shape,
            String word,
            String what,
            Text evidence,
            String note,
            List<Link> links,
            String attest) {}

    /** Where to read on. */
    public record Link(String text, String address) {}

    /**
     * May the old system be switched off?
     *
     * @param early whether its phase waits for others: then a no is nothing to worry about
     */
    public record GatePart(Verdict verdict, boolean early, List<Text> reasons) {}

    static MigrationPage of(SloEngine engine, MigrationStatus status) {
        Migration migration = status.migration();
        DefinitionSet definitions = engine.definitions();
        List<PhasePart> phases = phases(definitions, status);
        return new MigrationPage(
                migration.name(),
                migration.metadata().displayName(),
                migration.description(),
                headline(status),
                others(definitions, migration.name()),
                phases,
                status.goals().stream()
                        .map(goal -> row(definitions, "", goal, status.at()))
                        .toList(),
                met(status.goals()),
                status.decommission().map(gate -> gate(status, gate)));
    }

    private static String headline(MigrationStatus status) {
        int all = status.phases().size();
        long done = status.phases().stream().filter(one -> one.state() == PhaseState.DONE).count();
        if (done == all) {
            return all == 1 ? "Its phase is done." : "All " + all + " phases are done.";
        }
        String going = "; now: " + now(status);
        return all == 1
                ? "Its phase is not done" + going
                : done + " of " + all + " phases " + (done == 1 ? "is" : "are") + " done" + going;
    }

    private static String now(MigrationStatus status) {
        List<String> going =
                status.phases().stream()
                        .filter(phase -> phase.state() == PhaseState.IN_PROGRESS)
                        .map(phase -> title(phase.phase()) + ", " + met(phase.criteria()))
                        .toList();
        return String.join("; ", going) + ".";
    }

    private static List<SloPage.WindowChoice> others(DefinitionSet definitions, String name) {
        List<Migration> all = List.copyOf(definitions.migrations().values());
        return all.size() < 2
                ? List.of()
                : all.stream()
                        .map(
                                one ->
                                        new SloPage.WindowChoice(
                                                one.metadata().displayName(),
                                                "/migrations/" + Links.segment(one.name()),
                                                one.name().equals(name)))
                        .toList();
    }

    private static List<PhasePart> phases(DefinitionSet definitions, MigrationStatus status) {
        return status.phases().stream()
                .map(
                        phase ->
                                phase(
                                        definitions,
                                        phase,
                                        status.phases().indexOf(phase) + 1,
                                        needs(status, phase.phase().dependsOn()),
                                        status.at()))
                .toList();
    }

    private static String needs(MigrationStatus status, List<String> dependsOn) {
        return status.phases().stream()
                .filter(other -> dependsOn.contains(other.phase().name()))
                .filter(other -> other.state() != PhaseState.DONE)
                .map(other -> title(other.phase()))
                .collect(Collectors.joining(", "));
    }

    /**
     * @param needs the phases that it waits for, in words
     */
    private static PhasePart phase(
            DefinitionSet definitions, PhaseStatus status, int number, String needs, Instant now) {
        Migration.Phase phase = status.phase();
        return new PhasePart(
                number,
                phase.name(),
                title(phase),
                phase.description(),
                switch (status.state()) {
                    case DONE -> "passed";
                    case IN_PROGRESS -> "current";
                    case WAITING -> "planned";
                },
                switch (status.state()) {
                    case DONE -> "done";
                    case IN_PROGRESS -> "now";
                    case WAITING -> "waits for " + needs;
                },
                phase.months()
                        .map(
                                months ->
                                        months.first() == months.last()
                                                ? "month " + months.first()
                                                : "months "
                                                        + months.first()
                                                        + " to "
                                                        + months.last())
                        .orElse(""),
                met(status.criteria()),
                status.criteria().stream()
                        .map(one -> row(definitions, phase.name(), one, now))
                        .toList());
    }

    private static String title(Migration.Phase phase) {
        return phase.displayName().isBlank() ? phase.name() : phase.displayName();
    }

    private static String met(List<CriterionStatus> criteria) {
        return criteria.stream().filter(one -> one.met() == Met.MET).count()
                + " of "
                + criteria.size()
                + " met";
    }

    private static CriterionRow row(
            DefinitionSet definitions, String phase, CriterionStatus status, Instant now) {
        Migration.Criterion criterion = status.criterion();
        return new CriterionRow(
                // No name of a phase or a criterion has a dot.
                phase + "." + criterion.name(),
                phase,
                criterion.name(),
                Sentences.title(criterion.name()),
                shape(status.met()),
                word(status.met()),
                what(criterion, definitions),
                Text.reading(evidence(status), now),
                status.attested().map(MigrationStatus.Attested::note).orElse(""),
                links(definitions, criterion),
                attest(status));
    }

    private static String shape(Met met) {
        return switch (met) {
            case MET -> "done";
            case AWAITED -> "hold";
            case UNMEASURED -> "unmeasured";
            case NOT_MET -> "no-go";
        };
    }

    private static String word(Met met) {
        return switch (met) {
            case MET -> "Met";
            case AWAITED -> "Awaited";
            case UNMEASURED -> "Unmeasured";
            case NOT_MET -> "Not met";
        };
    }

    private static String what(Migration.Criterion criterion, DefinitionSet definitions) {
        if (!criterion.description().isBlank()) {
            return criterion.description();
        }
        String words =
                criterion instanceof Migration.Attestation attestation
                        ? attestation.statement()
                        : InWords.describe(criterion, definitions.resultsTables());
        return Sentences.sentence(words);
    }

    /** What is to be said stands beside it, so who says it is enough. */
    private static String evidence(CriterionStatus status) {
        if (!(status.criterion() instanceof Migration.Attestation attestation)) {
            return Sentences.sentence(status.evidence());
        }
        return status.attested()
                .map(
                        said ->
                                said.principal()
                                        + " attested it at "
                                        + said.at()
                                        + until(said, attestation))
                .orElse("The " + attestation.role() + " has not said so yet.");
    }

    private static String until(MigrationStatus.Attested said, Migration.Attestation attestation) {
        return attestation
                .validFor()
                .map(age -> "; that counts until " + said.at().plus(age) + ".")
                .orElse(".");
    }

    private static List<Link> links(DefinitionSet definitions, Migration.Criterion criterion) {
        return switch (criterion) {
            case Migration.ObjectivesMet met -> links(met.slos(), "/slos/");
            case Migration.TrafficShare share -> links(share.cutovers(), "/cutovers/");
            case Migration.ResultReached result ->
                    List.of(
                            new Link(
                                    result.row(),
                                    ResultsPage.address(
                                            definitions, result.table(), result.row())));
            case Migration.NoTraffic _, Migration.Attestation _ -> List.of();
        };
    }

    private static List<Link> links(List<String> names, String path) {
        return names.stream().map(name -> new Link(name, path + Links.segment(name))).toList();
    }

    /** What was said for good needs no second time. */
    private static String attest(CriterionStatus status) {
        if (!(status.criterion() instanceof Migration.Attestation attestation)) {
            return "";
        }
        return status.attested().isEmpty()
                ? "Attest"
                : attestation.validFor().isPresent() ? "Attest again" : "";
    }

    private static GatePart gate(MigrationStatus status, Decommission gate) {
        return new GatePart(
                switch (gate.verdict()) {
                    case GO -> Verdict.GO;
                    case HOLD -> Verdict.HOLD;
                    case NO_GO -> Verdict.NO_GO;
                },
                gate.reasons().stream().anyMatch(Reason.Waits.class::isInstance),
                gate.reasons().stream().map(reason -> reason(status, reason)).toList());
    }

    private static Text reason(MigrationStatus status, Reason reason) {
        return switch (reason) {
            case Reason.Waits(var phases) -> Text.of("It waits for " + needs(status, phases) + ".");
            case Reason.Judged(var one) ->
                    Text.reading(
                            Sentences.sentence(
                                    Sentences.title(one.criterion().name())
                                            + ": "
                                            + one.evidence()),
                            status.at());
        };
    }
}
