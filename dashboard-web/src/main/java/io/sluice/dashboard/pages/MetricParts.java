package io.sluice.dashboard.pages;

import io.sluice.dashboard.pages.CutoverPage.MetricPart;
import io.sluice.dashboard.pages.CutoverPage.Ruler;
import io.sluice.dashboard.pages.CutoverPage.SideRow;
import io.sluice.definitions.model.Cutover;
import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.Explanation;
import io.sluice.engine.series.Sketch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Everything that both sides of a cutover are compared by, side by side. */
final class MetricParts {
    private final Plots plots;
    private final CutoverStatus status;
    private final Optional<Explanation> explanation;
    private final CutoverChoice choice;

    /**
     * @param explanation of the decision in force; empty without a run
     */
    MetricParts(
            Plots plots,
            CutoverStatus status,
            Optional<Explanation> explanation,
            CutoverChoice choice) {
        this.plots = plots;
        this.status = status;
        this.explanation = explanation;
        this.choice = choice;
    }

    /** The metrics, then the quantiles, in the definition's order. */
    List<MetricPart> all() {
        return Stream.concat(
                        status.metrics().stream().map(this::metric),
                        status.quantiles().stream().flatMap(this::quantile))
                .toList();
    }

    private MetricPart metric(CutoverStatus.SideBySide sides) {
        String name = sides.metric();
        Optional<Cutover.Metric> definition =
                status.cutover().metrics().stream().filter(m -> m.name().equals(name)).findFirst();
        Optional<Explanation.Metric> explained = explained(name);
        Optional<String> limit =
                definition
                        .flatMap(Cutover.Metric::limit)
                        .map(most -> Format.percent(most.doubleValue()));
        List<SideRow> rows = new ArrayList<>();
        rows.add(
                new SideRow(
                        "Share bad",
                        "",
                        Format.badShare(sides.baselineBad(), sides.baselineTotal()),
                        Format.badShare(sides.candidateBad(), sides.candidateTotal()),
                        true));
        rows.add(counts("Bad", sides.baselineBad(), sides.candidateBad()));
        rows.add(counts("Requests", sides.baselineTotal(), sides.candidateTotal()));
        if (sides.baselineValues().isPresent() || sides.candidateValues().isPresent()) {
            String unit = definition.map(m -> Sentences.unit(m.indicator())).orElse("");
            Sketch baseline = sides.baselineValues().orElseGet(Sketch::new);
            Sketch candidate = sides.candidateValues().orElseGet(Sketch::new);
            for (double q : new double[] {0.5, 0.95, 0.99}) {
                rows.add(quantile(q, unit, baseline, candidate, false));
            }
        }
        return part(
                name,
                definition.map(this::role).orElse(""),
                rows,
                limit.map(most -> "its limit of " + most).orElse("the legacy's share"),
                limit.isPresent() ? "the limit" : "as the legacy",
                explained.filter(MetricParts::isSure),
                limit.map(_ -> "It is held to a limit of its own, and not to the legacy.")
                        .or(() -> explained.map(MetricParts::against))
                        .orElse(""));
    }

    private Optional<Explanation.Metric> explained(String name) {
        return explanation.stream()
                .flatMap(one -> one.metrics().stream())
                .filter(one -> one.name().equals(name))
                .findFirst();
    }

    private static boolean isSure(Explanation.Metric metric) {
        return metric.ratioLow() > 0 || metric.ratioHigh().isPresent();
    }

    private Stream<MetricPart> quantile(CutoverStatus.SideValues sides) {
        return status.cutover().quantiles().stream()
                .filter(metric -> metric.name().equals(sides.metric()))
                .map(metric -> quantile(metric, sides));
    }

    private MetricPart quantile(Cutover.QuantileMetric metric, CutoverStatus.SideValues sides) {
        double q = metric.quantile().doubleValue();
        Optional<Explanation.Metric> explained = explained(metric.name());
        return part(
                metric.name(),
                role(metric.required(), allowance(metric.weight())),
                List.of(
                        quantile(
                                q,
                                Sentences.unit(metric.indicator()),
                                sides.baseline(),
                                sides.candidate(),
                                true),
                        counts("Requests", sides.baseline().count(), sides.candidate().count())),
                "the legacy's " + quantile(q),
                "as the legacy",
                explained.filter(MetricParts::isSure),
                explained.map(MetricParts::against).orElse(""));
    }

    private MetricPart part(
            String name,
            String role,
            List<SideRow> sides,
            String reference,
            String middle,
            Optional<Explanation.Metric> sure,
            String against) {
        Optional<Decision.MetricEvidence> evidence =
                status.decision().stream()
                        .map(Decision::metrics)
                        .flatMap(List::stream)
                        .filter(m -> m.name().equals(name))
                        .findFirst();
        TimeRange range = choice.range();
        Text when =
                range.equals(TimeRange.NOT_CHOSEN)
                        ? Text.NONE
                        : range.words(Plots.BURN_SPAN, status.at());
        String source =
                "/plots/cutovers/"
                        + Links.segment(status.cutover().name())
                        + "/"
                        + Links.segment(name)
                        + "/";
        String of = " of " + name + ", legacy and platform";
        return new MetricPart(
                name,
                Sentences.title(name),
                role,
                sides,
                evidence.map(m -> Format.times(m.ratio())).orElse(Format.NONE),
                reference,
                sure.map(MetricParts::interval).orElse(""),
                against,
                evidence.map(MetricParts::proof).orElse("No evidence yet"),
                evidence.filter(m -> m.ratio().isPresent())
                        .map(
                                m ->
                                        Ruler.of(
                                                m.ratio().getAsDouble(),
                                                sure,
                                                m.goMargin(),
                                                m.noGoMargin(),
                                                middle)),
                plots.rates(status, name, range)
                        .flatMap(
                                p ->
                                        SloPage.part(
                                                p,
                                                name + "-rates",
                                                Links.asked(source + "rates", range.query()),
                                                "Share of bad events",
                                                when,
                                                of)),
                plots.evidence(status, name, range)
                        .flatMap(
                                p ->
                                        SloPage.part(
                                                p,
                                                name + "-evidence",
                                                Links.asked(source + "evidence", range.query()),
                                                "Evidence, as a share of what its proof needs",
                                                when,
                                                of)),
                plots.values(status, name, choice.route())
                        .flatMap(
                                p ->
                                        SloPage.part(
                                                p,
                                                name + "-values",
                                                Links.asked(source + "values", choice.routeQuery()),
                                                "Values: share of requests by value",
                                                choice.route().map(Text::of).orElse(Text.NONE),
                                                of)));
    }

    private String role(Cutover.Metric metric) {
        return role(
                metric.required(),
                metric.ownNoGo()
                        .map(own -> "its own error allowance is " + Format.exactPercent(own))
                        .orElseGet(() -> allowance(metric.weight())));
    }

    private static String role(boolean required, String allowance) {
        return (required ? "go needs its proof" : "can only stop the cutover") + "; " + allowance;
    }

    /** Of being wrong with a no go, which all have together. */
    private String allowance(double weight) {
        return "has "
                + Format.percent(weight / status.cutover().sharedWeight())
                + " of the error allowance";
    }

    private static SideRow counts(String what, long baseline, long candidate) {
        return new SideRow(what, "", Format.count(baseline), Format.count(candidate), false);
    }

    private static SideRow quantile(
            double q, String unit, Sketch baseline, Sketch candidate, boolean judged) {
        return new SideRow(
                quantile(q),
                unit,
                value(baseline.quantile(q)),
                value(candidate.quantile(q)),
                judged);
    }

    /** {@code P99}, {@code P99.9}. */
    private static String quantile(double q) {
        return "P" + Format.exactPercent(q).replace(" %", "");
    }

    private static String value(OptionalDouble value) {
        return value.isPresent() ? Format.value(value.getAsDouble()) : Format.NONE;
    }

    /** {@code 0.61× to 1.42×}; a bound that is not known is not told. */
    static String interval(Explanation.Metric metric) {
        return metric.ratioHigh().isPresent()
                ? Format.times(metric.ratioLow()) + " to " + Format.times(metric.ratioHigh())
                : "over " + Format.times(metric.ratioLow());
    }

    private static String against(Explanation.Metric metric) {
        return "The legacy's side is "
                + metric.baseline().words()
                + (metric.dispersion() > 1
                        ? "; errors come in bursts, so evidence counts as 1 of "
                                + Format.value(metric.dispersion())
                        : "")
                + ".";
    }

    private static String proof(Decision.MetricEvidence evidence) {
        if (evidence.noGoProven()) {
            return "proven worse than " + Format.exactTimes(evidence.noGoMargin());
        }
        if (evidence.goProven()) {
            return "proven not worse than " + Format.exactTimes(evidence.goMargin());
        }
        double share = Math.clamp(evidence.logEGo() / evidence.logEGoNeeded(), 0, 1);
        return (share > 0 ? Format.percent(share) : "nothing yet")
                + " of the proof that it is under "
                + Format.exactTimes(evidence.goMargin());
    }
}
