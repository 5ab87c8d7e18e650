package io.sluice.dashboard.pages;

import io.sluice.definitions.InWords;
import io.sluice.definitions.model.Cutover;
import io.sluice.engine.cutover.Approval;
import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.Explanation;
import io.sluice.engine.cutover.Run;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One cutover: may it go on, and why.
 *
 * @param forecast sentences on what to expect if all goes on as it is; empty if nothing can be said
 * @param age when it was decided, and how far the data reach
 * @param run what runs; empty before the first
 * @param overridden whether the run was begun although its plan was refused
 * @param routes whose values are shown, to be chosen; empty where there are no two
 * @param unmeasured what to say where the chosen time has nothing of the run; empty where it has
 */
public record CutoverPage(
        String name,
        String title,
        String description,
        Verdict verdict,
        List<Text> reasons,
        String forecast,
        Text age,
        Text run,
        String sides,
        boolean overridden,
        List<StepTrack> steps,
        List<SloPage.WindowChoice> routes,
        List<MetricPart> metrics,
        String unsided,
        List<ApprovalRow> approvals,
        List<DecisionRow> decisions,
        String evidenceUrl,
        String evidenceFileUrl,
        RangePart range,
        Text unmeasured) {

    /**
     * What somebody approved, lifted or overrode.
     *
     * @param what with the step that is meant
     * @param note how long it is valid, or what was overridden
     */
    public record ApprovalRow(String what, String by, String reason, Text note) {}

    /**
     * One metric, side by side.
     *
     * @param role what its proof is for, and its part of the error allowance
     * @param sides both sides' numbers, the one that is judged first
     * @param reference what the candidate's share is compared with: {@code the legacy's share}
     * @param interval where the ratio surely lies; empty while nothing can be said
     * @param against what stands on the baseline's side, a sentence; empty while nothing does
     * @param ruler where the ratio lies between the margins; empty while it is undefined
     */
    public record MetricPart(
            String name,
            String title,
            String role,
            List<SideRow> sides,
            String ratio,
            String reference,
            String interval,
            String against,
            String proof,
            Optional<Ruler> ruler,
            Optional<SloPage.PlotPart> rates,
            Optional<SloPage.PlotPart> evidence,
            Optional<SloPage.PlotPart> values) {}

    /** One number on both sides. */
    public record SideRow(
            String what, String unit, String baseline, String candidate, boolean judged) {}

    /**
     * A line from a tenth to tenfold on which ratio and margins stand.
     *
     * @param ratio from 0 to 320, the drawing's width, as are the margins and the interval's ends
     * @param label the same for those who do not see it
     */
    public record Ruler(
            double ratio,
            double low,
            double high,
            double goMargin,
            double noGoMargin,
            String goText,
            String noGoText,
            String middle,
            String label) {
        private static final double WIDTH = 320;

        /**
         * @param surely the ratio's bounds; empty while there are none
         * @param middle what a ratio of 1 is
         */
        static Ruler of(
                double ratio,
                Optional<Explanation.Metric> surely,
                double goMargin,
                double noGoMargin,
                String middle) {
            return new Ruler(
                    place(ratio),
                    place(surely.map(Explanation.Metric::ratioLow).orElse(ratio)),
                    place(surely.map(one -> one.ratioHigh().orElse(10)).orElse(ratio)),
                    place(goMargin),
                    place(noGoMargin),
                    Format.exactTimes(goMargin),
                    Format.exactTimes(noGoMargin),
                    middle,
                    "Ratio "
                            + Format.times(ratio)
                            + surely.map(one -> ", surely " + MetricParts.interval(one)).orElse("")
                            + ", on a line between 0.1× and 10×; no go over "
                            + Format.exactTimes(noGoMargin)
                            + ", go under "
                            + Format.exactTimes(goMargin));
        }

        private static double place(double ratio) {
            return WIDTH / 2 * (1 + Math.clamp(Math.log10(Math.max(ratio, 1e-9)), -1, 1));
        }
    }

    /**
     * Equal decisions in a row, as one.
     *
     * @param times how many there were
     */
    public record DecisionRow(
            Verdict verdict,
            String share,
            String run,
            Text from,
            Text to,
            int times,
            Text reason,
            String evidenceUrl) {}

    /**
     * @param approvals of its run
     */
    static CutoverPage of(
            DecisionHistory history,
            Explanations explanations,
            Plots plots,
            CutoverStatus status,
            List<Approval> approvals,
            CutoverChoice choice) {
        Cutover cutover = status.cutover();
        Optional<Decision> decision = status.decision();
        Optional<Explanation> explanation =
                decision.filter(_ -> status.run().isPresent())
                        .flatMap(latest -> explanations.of(cutover.name(), latest));
        TimeRange range = choice.range();
        List<MetricPart> metrics = new MetricParts(plots, status, explanation, choice).all();
        return new CutoverPage(
                cutover.name(),
                cutover.metadata().displayName(),
                cutover.description(),
                Verdict.of(status),
                decision.map(
                                d ->
                                        d.reasons().stream()
                                                .map(
                                                        reason ->
                                                                Text.reading(
                                                                        Sentences.sentence(
                                                                                reason.text()),
                                                                        status.at()))
                                                .toList())
                        .orElse(List.of()),
                decision.map(d -> outlook(d.forecast())).orElse(""),
                decision.map(d -> age(d, status.at())).orElse(Text.NONE),
                status.run().map(run -> run(run, status.at())).orElse(Text.NONE),
                "Legacy is where "
                        + InWords.describe(cutover.baseline())
                        + "; platform is where "
                        + InWords.describe(cutover.candidate())
                        + ".",
                status.override().isPresent(),
                StepTrack.of(status),
                choice.routes(status),
                metrics,
                unsided(status),
                approvals(status, approvals),
                rows(history.of(cutover.name(), decision), status.at()),
                decision.filter(d -> !d.evidenceId().isEmpty())
                        .map(d -> evidenceUrl(d.evidenceId()))
                        .orElse(""),
                status.run().map(CutoverPage::evidenceFileUrl).orElse(""),
                RangePart.of(
                        "The run",
                        TimeRange.SHORT,
                        range,
                        chosen -> choice.showing(chosen).address(cutover),
                        status.at()),
                unmeasured(metrics, choice, status.at()));
    }

    private static Text unmeasured(List<MetricPart> metrics, CutoverChoice choice, Instant now) {
        if (choice.route().isPresent()
                && metrics.stream().allMatch(one -> one.values().isEmpty())) {
            return Text.of("No values of " + choice.route().get() + " were measured.");
        }
        TimeRange range = choice.range();
        boolean measured =
                metrics.stream()
                        .anyMatch(one -> one.rates().isPresent() || one.evidence().isPresent());
        return measured || range.equals(TimeRange.NOT_CHOSEN)
                ? Text.NONE
                : Text.of("The run has nothing in the ")
                        .and(range.words(Plots.BURN_SPAN, now))
                        .and(".");
    }

    private static String outlook(Decision.Forecast forecast) {
        List<String> sentences = new ArrayList<>();
        String go = OverviewPage.forecast(forecast);
        if (!go.isEmpty()) {
            sentences.add("Go takes " + go + " at the present traffic.");
        }
        if (forecast.secondsToNoGo().isPresent()) {
            sentences.add(
                    "If the candidate goes on like this, it is no go in "
                            + roughly(forecast.secondsToNoGo().getAsLong())
                            + ".");
        }
        forecast.next()
                .filter(next -> !go.isEmpty())
                .filter(
                        next ->
                                next.seconds()
                                        < forecast.secondsAtCurrentTraffic().orElse(Long.MAX_VALUE))
                .ifPresent(
                        next ->
                                sentences.add(
                                        "At "
                                                + Format.exactPercent(next.share())
                                                + " it would be known in "
                                                + roughly(next.seconds())
                                                + "."));
        return String.join(" ", sentences);
    }

    private static String roughly(long seconds) {
        return Format.roughly(Duration.ofSeconds(seconds));
    }

    private static String evidenceFileUrl(Run run) {
        return "/api/v1/cutovers/"
                + Links.segment(run.cutover())
                + "/runs/"
                + run.number()
                + "/evidence";
    }

    /** In the order in which they can have come: a run is begun before anything is approved. */
    private static List<ApprovalRow> approvals(CutoverStatus status, List<Approval> approvals) {
        return Stream.concat(
                        status.override().stream()
                                .map(
                                        override ->
                                                new ApprovalRow(
                                                        "Began the run although its plan was"
                                                                + " refused",
                                                        override.principal(),
                                                        override.reason(),
                                                        Text.of(
                                                                String.join(
                                                                        "; ",
                                                                        override.refusals())))),
                        approvals.stream().map(one -> row(one, status.cutover(), status.at())))
                .toList();
    }

    private static ApprovalRow row(Approval approval, Cutover cutover, Instant now) {
        boolean planned = approval.step() >= 0 && approval.step() < cutover.steps().size();
        return new ApprovalRow(
                approval.role()
                                .map(role -> "Approved as " + role)
                                .or(() -> approval.lifts().map(CutoverPage::lifted))
                                .orElse("")
                        + " at "
                        + (planned
                                ? Format.exactPercent(cutover.steps().get(approval.step()).share())
                                : Format.NONE),
                approval.principal(),
                approval.reason(),
                Text.at(approval.at(), now).and(", valid until ").andAt(approval.until(), now));
    }

    private static String lifted(Decision.Code code) {
        return "Lifted the hold: " + code.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String evidenceUrl(String id) {
        return "/api/v1/evidence/" + Links.segment(id);
    }

    private static Text age(Decision decision, Instant now) {
        Text decided = Text.of("Decided " + Format.ago(decision.evaluatedAt(), now));
        return decision.dataThrough()
                .map(at -> decided.and(", from data through ").andAt(at, now))
                .orElse(decided);
    }

    private static Text run(Run run, Instant now) {
        Instant end = run.endedAt().orElse(now);
        return Text.of(
                        run.revision()
                                + ", run "
                                + run.number()
                                + " by "
                                + run.principal()
                                + ", "
                                + Format.duration(Duration.between(run.startedAt(), end))
                                + " since ")
                .andAt(run.startedAt(), now);
    }

    private static String unsided(CutoverStatus status) {
        if (status.bothSided() > 0) {
            return Format.count(status.bothSided())
                    + " events match both sides, which is a mistake in the definition.";
        }
        return status.unsided() == 0
                ? ""
                : Format.count(status.unsided()) + " events belong to neither side.";
    }

    /** From newest to oldest; a row ends where verdict, step, run or kind of reason changes. */
    private static List<DecisionRow> rows(List<Decision> newestFirst, Instant now) {
        List<DecisionRow> rows = new ArrayList<>();
        int i = 0;
        while (i < newestFirst.size()) {
            int last = i;
            while (last + 1 < newestFirst.size()
                    && alike(newestFirst.get(i), newestFirst.get(last + 1))) {
                last++;
            }
            rows.add(row(newestFirst.get(i), newestFirst.get(last), last - i + 1, now));
            i = last + 1;
        }
        return rows;
    }

    private static boolean alike(Decision a, Decision b) {
        return a.verdict() == b.verdict()
                && a.run() == b.run()
                && a.step().map(Run.StepReport::index).equals(b.step().map(Run.StepReport::index))
                && codes(a).equals(codes(b));
    }

    private static List<Decision.Code> codes(Decision decision) {
        return decision.reasons().stream().map(Decision.Reason::code).toList();
    }

    private static DecisionRow row(Decision newest, Decision oldest, int times, Instant now) {
        return new DecisionRow(
                Verdict.of(newest),
                newest.step().map(step -> Format.exactPercent(step.share())).orElse(Format.NONE),
                newest.run() > 0 ? Integer.toString(newest.run()) : Format.NONE,
                Text.at(oldest.evaluatedAt(), now),
                times == 1 ? Text.NONE : Text.at(newest.evaluatedAt(), now),
                times,
                Text.reading(
                        String.join(
                                "; ",
                                newest.reasons().stream().map(Decision.Reason::text).toList()),
                        now),
                newest.evidenceId().isEmpty() ? "" : evidenceUrl(newest.evidenceId()));
    }
}
